/**
 * Reads code of other languages for calls that act: deletions, shells, sockets, files opened for writing.
 * It exists because a full parser for each language would not be faster or surer on one-liners.
 * Invariant: only calls by name count; what evaluates built strings is `unknown`.
 */
import { deleted } from '../effects/delete.js';
import { judgeOwnCode } from '../effects/own-guard.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, UNKNOWN_STREAM } from '../stream.js';
import { ANY, activateGlobs, type Field, literal, NETWORK } from '../words/field.js';
import { judgeActs } from './code-acts.js';
import { spelledOut } from './code-names.js';
import { judgeNetworkCode } from './code-network.js';
import { judgeRecords } from './code-records.js';
import { shellOverNetwork } from './network.js';

/** Longer programs are not read: the patterns below are for one-liners. */
const MAX_PROGRAM = 4096;
const ACTS = /[([`{\s"']|<|>/;
const STRING = String.raw`(?:[rbuf]{0,2})(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')`;
const first = (names: string) => new RegExp(`(?:${names})\\s*\\(?\\s*(?:\\[\\s*)?${STRING}`, 'g');

const SHELLS = first(
  String.raw`\bos\.system|\bos\.popen|\bsubprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|\bpty\.spawn|\bsystem|\bexec(?:Sync|File|FileSync)?|\bspawn(?:Sync)?|\bshell_exec|\bpassthru|\bpopen|\bproc_open|\bos\.execute|\bio\.popen|\bIO\.popen|\bKernel\.(?:system|exec)|\bqx|%x`,
);
const TREES = first(
  String.raw`\bshutil\.rmtree|\bFileUtils\.(?:rm_rf|rm_r|remove_dir|remove_entry(?:_secure)?|rmtree)|\b(?:fs(?:\.promises)?\.)?(?:rmSync|rm|rmdirSync|rmdir)|\b(?:fs\.)?(?:removeSync|emptyDirSync)|\bremove_tree|\brmtree|\brimraf|\bremoveAll`,
);
const FILES = first(
  String.raw`\bos\.(?:remove|unlink|removedirs|rmdir)|\b(?:fs(?:\.promises)?\.)?(?:unlinkSync|unlink)|\bFile\.(?:delete|unlink)|\bFileUtils\.(?:rm|rm_f)|\bpathlib\.Path|\bPath|\bglob(?:\.glob)?|\bDir\.glob|\bos\.truncate|\bremove`,
);
const DELETES =
  /\b(?:unlink|rmtree|remove_tree|rm_rf|rm_r|rmSync|unlinkSync|rmdirSync|rimraf|remove)\b|File\.delete|array_map\(\s*["']unlink/;
const BUILDS =
  /\b(?:exec|eval)\b.*\b(?:unpack|pack|fromhex|b64decode|decode64|base64_decode|str_rot13|gzinflate)\b|\b(?:exec|eval|compile|__import__|getattr|instance_eval|Function|create_function|assert)\s*\(?\s*(?:base64|b64decode|bytes|codecs|zlib|marshal|atob|Buffer\.from|chr|String\.fromCharCode|pack|\$|__import__|urllib|requests|open|["'][^"']*["']\s*\+)/;

export function judgeCode(machine: Machine, field: Field, call: Call, language = call.name): void {
  const code = spelledOut(atHome(field.text));
  if ((field.taint & NETWORK) !== 0) {
    machine.find(DANGEROUS, 'remote-code', 'Runs code from the network that nobody has read.', call);
    return;
  }
  judgeRecords(machine, code, call);
  if (!ACTS.test(code)) return;
  if (code.length > MAX_PROGRAM) {
    machine.cannot('a long program', field);
    return;
  }
  if (language === 'awk') {
    awk(machine, field, call);
    return;
  }
  judgeOwnCode(machine, code, call);
  if (judgeNetworkCode(machine, code, call)) return;
  for (const m of code.matchAll(/do shell script "((?:[^"\\]|\\.)*)"/g))
    machine.run.text(machine, m[1] ?? '', UNKNOWN_STREAM, field);
  if (/\b(?:Remove-Item|Clear-Content|Format-Volume|Clear-Disk|Stop-Computer)\b/i.test(code))
    deleted(machine, literal(ANY, field.start, field.end), {
      recursive: /-Recurse|Format|Clear-Disk/i.test(code),
      span: call,
    });
  let seen = false;
  for (const text of strings(code, SHELLS)) {
    seen = true;
    machine.run.text(machine, text, UNKNOWN_STREAM, field);
  }
  if (
    !seen &&
    /\[\s*(["'][\w./-]+["']\s*,\s*)+/.test(code) &&
    /subprocess|spawn|execFile|system|exec/.test(code)
  )
    list(machine, code, field);
  for (const text of strings(code, TREES))
    deleted(machine, target(text, field), { recursive: true, span: call });
  if (/^(?:tclsh|wish|expect)/.test(language))
    for (const m of code.matchAll(/\bfile\s+delete\s+(?:-force\s+)?(?:--\s+)?([^\s\];]+)/g))
      deleted(machine, target(m[1] ?? ANY, field), { recursive: true, span: call });
  if (DELETES.test(code)) deletions(machine, code, field, call);
  for (const m of code.matchAll(/`([^`]+)`/g))
    if (language !== 'node' && m[1]) machine.run.text(machine, m[1], UNKNOWN_STREAM, field);
  opened(machine, code, field, call);
  judgeActs(machine, code, field, call);
  if (/\bhttps?:\/\/|urllib/.test(code)) machine.effect('network', call.name);
  if (BUILDS.test(code)) {
    const remote = /urllib|requests|urlopen|fetch\(|https?:\/\//.test(code);
    if (remote)
      machine.find(DANGEROUS, 'remote-code', 'Runs code from the network that nobody has read.', call);
    else machine.cannot('code that builds code', field);
  } else if (/subprocess|os\.system|child_process|shell=True/.test(code) && !seen && !/\[\s*["']/.test(code))
    machine.cannot('runs a command that is built in code', field);
  if (/\bfork\b[^;]*while|while\s*\(?\s*(?:1|True|true)\s*\)?\s*:?\s*[^;]*\bfork\b/.test(code))
    machine.find(4, 'fork-bomb', 'Starts processes until nothing else can run.', call);
}

const HOME =
  /(?:process\.env\.HOME|process\.env\[["']HOME["']\]|os\.homedir\(\)|os\.environ\[["']HOME["']\]|os\.getenv\(["']HOME["']\)|Path\.home\(\)|Dir\.home|ENV\[["']HOME["']\]|\$ENV\{HOME\})(?:\s*(?:[+/.]|\.\s*joinpath\()\s*(["']))?/g;

/** A path that begins with the home as each language names it, as one string. */
function atHome(code: string): string {
  if (!/HOME|home/.test(code)) return code;
  return code.replaceAll(HOME, (_, quote?: string) => (quote === undefined ? "'~'" : `${quote}~`));
}

function strings(code: string, pattern: RegExp): string[] {
  const found: string[] = [];
  pattern.lastIndex = 0;
  for (const m of code.matchAll(pattern)) {
    const text = m[1] ?? m[2];
    if (text !== undefined && text !== '') found.push(unescaped(text));
  }
  return found;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["'\\$])/g, '$1').replaceAll('\\n', '\n');
}

function target(text: string, { start, end }: Field): Field {
  return literal(
    activateGlobs(
      text.replaceAll(/\$ENV\{HOME\}|#\{ENV\[["']HOME["']\]\}|\$HOME/g, '~').replace(/^~/, '/home/user'),
    ),
    start,
    end,
  );
}

/** Deletions whose target is not the first string after the call. */
function deletions(machine: Machine, code: string, field: Field, call: Call): void {
  const globs = [
    ...code.matchAll(/\b(?:glob|iglob|rglob|Dir\.glob|Dir)\s*[([]\s*(?:"([^"]*)"|'([^']*)')/g),
  ].map((m) => m[1] ?? m[2] ?? '');
  if (/^perl/.test(call.name))
    for (const m of code.matchAll(/<([^<>\s]*[*?][^<>\s]*)>/g)) globs.push(m[1] ?? '');
  if (globs.length > 0) {
    for (const glob of globs)
      deleted(machine, target(glob, field), { recursive: /rmtree|rm_r/.test(code), span: call });
    return;
  }
  const names = strings(code, FILES);
  for (const name of names) deleted(machine, target(name, field), { recursive: false, span: call });
  if (names.length === 0 && strings(code, TREES).length === 0 && !/(?<!\bos)\.remove\(/.test(code)) {
    const direct = [...code.matchAll(/\b(?:unlink|remove)\s*\(?\s*(?:"([^"]*)"|'([^']*)')/g)].map(
      (m) => m[1] ?? m[2] ?? '',
    );
    if (direct.length > 0)
      for (const name of direct) deleted(machine, target(name, field), { recursive: false, span: call });
    else
      deleted(machine, literal(ANY, field.start, field.end), {
        recursive:
          /rmtree|rm_r|rmSync|rimraf|listdir|readdir|scandir|iterdir|os\.walk|\bglob|forEach|\.each/.test(
            code,
          ),
        span: call,
      });
  }
}

function list(machine: Machine, code: string, field: Field): void {
  const words = /\[([^\]]*)\]/.exec(code)?.[1]?.match(/"[^"]*"|'[^']*'/g) ?? [];
  const fields = words.map((word) => literal(word.slice(1, -1), field.start, field.end));
  if (fields.length > 0) machine.run.call(machine, fields, NOTHING, field);
}

function opened(machine: Machine, code: string, field: Field, call: Call): void {
  for (const m of code.matchAll(
    /\b(?:open|File\.open|fopen|File\.write|IO\.write|writeFileSync|writeFile|appendFileSync|file_put_contents|truncateSync|File\.truncate)\s*\(?\s*(?:"([^"]*)"|'([^']*)')(?:\s*,\s*["']([^"']*)["'])?/g,
  )) {
    const path = m[1] ?? m[2] ?? '';
    const mode = m[3] ?? '';
    const writes = /write|put|truncate/i.test(m[0]);
    if (path === '' || (!writes && !/[wa+x]/.test(mode))) continue;
    const appends = /append/i.test(m[0]) || mode.startsWith('a');
    const emptied =
      /truncate/i.test(m[0]) ||
      (writes && mode === '' && /,\s*(?:""|'')$/.test(m[0])) ||
      (mode.startsWith('w') && !/\.write|print|dump|put|fwrite/.test(code.slice(m.index + m[0].length)));
    written(machine, target(path, field), {
      // What reads a file and writes it again edits it.
      mode: appends ? 'append' : emptied ? 'truncate' : code.indexOf(path) < m.index ? 'modify' : 'replace',
      span: call,
    });
  }
}

function awk(machine: Machine, field: Field, call: Call): void {
  const code = field.text;
  // What stands inside a string is printed, not called.
  if (code.includes('system')) {
    const bare = code.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => `"${' '.repeat(text.length - 2)}"`);
    for (const m of bare.matchAll(/\bsystem\s*\(([^)]*)\)/g)) {
      const from = m.index + m[0].length - 1 - (m[1] ?? '').length;
      piece(machine, code.slice(from, m.index + m[0].length - 1), field);
    }
  }
  if (code.includes('|')) {
    for (const m of code.matchAll(/\|&?\s*"([^"]+)"/g))
      if (m[1]) machine.run.text(machine, m[1], UNKNOWN_STREAM, field);
    for (const m of code.matchAll(/"([^"]+)"\s*\|&?\s*getline/g))
      if (m[1] && !m[1].startsWith('/inet')) machine.run.text(machine, m[1], UNKNOWN_STREAM, field);
  }
  if (code.includes('/inet/') && /\/inet\/(?:tcp|udp)\//.test(code)) {
    machine.effect('network', 'awk');
    if (code.includes('getline')) shellOverNetwork(machine, call);
  }
  if (!code.includes('>')) return;
  for (const m of code.matchAll(
    /\b(?:print|printf)\b[^;}"]*(?:"[^"]*"[^;}"]*)*?(>>?)\s*("([^"]+)"|[\w$.]+)/g,
  )) {
    const path = m[3];
    if (path?.startsWith('/dev/std')) continue;
    if (path === undefined && !/\$|^[A-Za-z]/.test(m[2] ?? '')) continue;
    machine.effect('write', path ?? '…');
    if (path !== undefined)
      written(machine, literal(path, field.start, field.end), {
        mode: m[1] === '>>' ? 'append' : 'replace',
        span: call,
      });
    else machine.find(CAUTION, 'overwrite', 'Writes files whose names come from the data.', call);
  }
}

/** `system("rm " $1)`: strings stay, the rest is unknown text. */
function piece(machine: Machine, expression: string, field: Field): void {
  const text = expression
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part) => (part.startsWith('"') ? unescaped(part.slice(1, -1)) : part.trim() === '' ? '' : ANY))
    .join('');
  if (text.replaceAll(/[\uE000\s]/g, '') === '') machine.cannot('runs text made by the program', field);
  else machine.run.text(machine, text, UNKNOWN_STREAM, field);
}

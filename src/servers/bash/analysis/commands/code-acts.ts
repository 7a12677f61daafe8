/**
 * What code of other languages does without a shell: signals, modes, renames, emptied files, programs as lists.
 * It exists because `os.kill(-1, 9)` and `File.truncate` are commands in another dress.
 * Invariant: each act is judged by the rules of the command that does the same.
 */
import { permitted } from '../effects/permission.js';
import { written } from '../effects/write.js';
import type { Call, Machine } from '../machine.js';
import { NOTHING, UNKNOWN_STREAM } from '../stream.js';
import { type Field, literal } from '../words/field.js';

const HINT =
  /kill|chmod|chown|rename|replace|move|copy|truncate|write_|Path|exec|spawn|system|open\b|subprocess|Popen|run\(/;
const TEXT = String.raw`(?:[rbuf]{0,2})(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')`;
const SIGNALS =
  /\b(?:os\.killpg|os\.kill|process\.kill|posix_kill)\s*\(\s*([^,()]+|\w+[\w.]*\(\))\s*(?:,\s*([^)]*))?\)/g;
const SIGNAL_FIRST =
  /(?:\bProcess\.kill\s*\(?|(?<![.\w-])kill\s*\(?)\s*(?:["':](?:SIG)?(\w+)["']?|(-?\d+))\s*(?:,|=>)\s*(-?\d+)/g;
const MOVES = new RegExp(
  String.raw`(?:\bos\.(?:rename|renames|replace)|\bshutil\.move|\brenameSync|\bfs\.(?:promises\.)?rename|\bFile\.rename|\bFileUtils\.(?:mv|move)|(?<![.\w])rename)\s*\(?\s*${TEXT}\s*,\s*${TEXT}`,
  'g',
);
const COPIES = new RegExp(
  String.raw`(?:\bshutil\.(?:copy2?|copyfile|copytree)|\b(?:copyFile|cp|copy)Sync|\bFileUtils\.(?:cp|copy|cp_r))\s*\(?\s*${TEXT}\s*,\s*${TEXT}`,
  'g',
);
const MODES = new RegExp(
  String.raw`(?:\bos\.chmod|\bchmodSync|\bfs\.(?:promises\.)?chmod|(?<![.\w])chmod)\s*\(?\s*${TEXT}\s*,\s*["']?(?:0o?)?(\d{3,4})`,
  'g',
);
const MODE_FIRST = new RegExp(
  String.raw`(?:\bFile\.|\bFileUtils\.|(?<![.\w]))chmod(?:_R)?\s*\(?\s*0(\d{3,4})\s*,\s*${TEXT}`,
  'g',
);
const EMPTIES = new RegExp(String.raw`(?:\bos\.truncate|(?<![.\w])truncate)\s*\(?\s*${TEXT}\s*,\s*0`, 'g');
const PATHS = new RegExp(String.raw`\bPath\(\s*${TEXT}\s*\)((?:\.\w+\([^()]*\))+)`, 'g');
const LISTS =
  /\b(?:subprocess\.\w+|pty\.spawn|os\.(?:exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)|(?:child_process\.)?(?:spawn|spawnSync|execFile|execFileSync|execa)|system|exec|Popen|Open3\.\w+|IO\.popen|Deno\.run)\s*\(?\s*/g;

/** `code`: the text with its aliases spelled out. */
export function judgeActs(machine: Machine, code: string, field: Field, call: Call): void {
  if (!HINT.test(code)) return;
  const at = (text: string) =>
    literal(text.replace(/^~(?=\/|$)/, machine.places.home), field.start, field.end);
  const run = (...words: readonly string[]) =>
    machine.run.call(
      machine,
      words.map((word, i) => (i === 0 ? literal(word, field.start, field.end) : at(word))),
      NOTHING,
      call,
    );
  if (code.includes('kill'))
    for (const m of code.matchAll(SIGNALS))
      signalled(machine, call, (m[1] ?? '').trim(), (m[2] ?? '').trim(), /killpg/.test(m[0]));
  if (code.includes('kill'))
    for (const m of code.matchAll(SIGNAL_FIRST))
      signalled(machine, call, m[3] ?? '', m[1] ?? m[2] ?? '', false);
  if (/rename|replace|move|mv/.test(code))
    for (const m of code.matchAll(MOVES)) run('mv', m[1] ?? m[2] ?? '', m[3] ?? m[4] ?? '');
  if (/copy|cp/.test(code))
    for (const m of code.matchAll(COPIES)) run('cp', m[1] ?? m[2] ?? '', m[3] ?? m[4] ?? '');
  if (code.includes('chmod'))
    for (const m of code.matchAll(MODES))
      permitted(machine, at(m[1] ?? m[2] ?? ''), { mode: m[3], recursive: false, span: call });
  if (code.includes('chmod'))
    for (const m of code.matchAll(MODE_FIRST))
      permitted(machine, at(m[2] ?? m[3] ?? ''), { mode: m[1], recursive: /_R/.test(m[0]), span: call });
  if (code.includes('truncate'))
    for (const m of code.matchAll(EMPTIES))
      written(machine, at(m[1] ?? m[2] ?? ''), { mode: 'truncate', span: call });
  if (code.includes('Path('))
    for (const m of code.matchAll(PATHS)) pathDoes(machine, at(m[1] ?? m[2] ?? ''), m[3] ?? '', call);
  for (const m of code.matchAll(LISTS)) {
    const words = listed(code.slice(m.index + m[0].length), /os\.(?:exec|spawn|posix)/.test(m[0]));
    if (words.length > 1) run(...words);
  }
  if (/^perl/.test(call.name)) perlOpens(machine, code, field, call);
}

function signalled(machine: Machine, call: Call, process: string, signal: string, group: boolean): void {
  const number = /^(?:-?\d+)$/.test(process) ? process : undefined;
  const name = signal.replace(/^.*\bSIG|["']/g, '') || 'TERM';
  if (number === undefined || name === '0') return;
  const text = group && Number(number) <= 1 ? '0' : number;
  machine.run.call(
    machine,
    ['kill', '-s', name.replace(/^-/, ''), '--', text].map((word) => literal(word, call.start, call.end)),
    NOTHING,
    call,
  );
}

/** `Path('x').write_text('')`. */
function pathDoes(machine: Machine, path: Field, calls: string, call: Call): void {
  const act = /\.(write_text|write_bytes|chmod|open)\(\s*([^()]*)\)/.exec(calls);
  if (!act) return;
  const [, name, value = ''] = act;
  if (name === 'chmod')
    permitted(machine, path, { mode: /0o?(\d{3,4})/.exec(value)?.[1], recursive: false, span: call });
  else if (name === 'open') {
    if (/["']w/.test(value) && !/\.write/.test(calls))
      written(machine, path, { mode: 'truncate', span: call });
  } else
    written(machine, path, { mode: /^b?(?:""|'')$/.test(value.trim()) ? 'truncate' : 'replace', span: call });
}

/** The words of a program given as a list or as several arguments; a lone string is a line, read elsewhere. */
function listed(rest: string, named: boolean): readonly string[] {
  const words: string[] = [];
  let open = rest;
  let many = false;
  for (let i = 0; i < 32; i += 1) {
    const m = /^[\s,([]*(?:os\.P_\w+\s*,\s*)?(?:[rbuf]{0,2})(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/.exec(
      open,
    );
    if (!m || (i > 0 && !/^[\s\]]*,|^\s*\[/.test(m[0]) && !/^[\s,]*\[/.test(m[0]))) break;
    if (m[0].includes('[')) many = true;
    words.push(m[1] ?? m[2] ?? '');
    open = open.slice(m[0].length);
  }
  // `exec("/bin/rm", "rm", "-rf")`: the program, then its own name again.
  if (named && words.length > 1 && words[0]?.split('/').at(-1) === words[1]?.split('/').at(-1))
    return words.slice(1);
  return many || words.length > 1 ? words : [];
}

/** `open F, ">f"`, `open(my $f, "|-", "cmd")`. */
function perlOpens(machine: Machine, code: string, field: Field, call: Call): void {
  for (const m of code.matchAll(
    /\bopen\s*\(?\s*(?:my\s+)?[$\w*]+\s*,\s*(?:"([^"]*)"|'([^']*)')(?:\s*,\s*(?:"([^"]*)"|'([^']*)'))?/g,
  )) {
    const how = (m[1] ?? m[2] ?? '').trim();
    const what = m[3] ?? m[4];
    const pipe = /^\|-?\s*(.*)$|^(.*?)\s*-?\|$/.exec(how);
    if (pipe) machine.run.text(machine, what ?? pipe[1] ?? pipe[2] ?? '', UNKNOWN_STREAM, field);
    const writes = /^\+?(>>?)(?::\S*)?\s*(.*)$/.exec(how);
    const path = what ?? writes?.[2] ?? '';
    if (!writes || path === '' || /[$@]/.test(path)) continue;
    const mode =
      writes[1] === '>>' ? 'append' : /\b(?:print|say|printf|syswrite)\b/.test(code) ? 'replace' : 'truncate';
    written(machine, literal(path, field.start, field.end), { mode, span: call });
  }
}

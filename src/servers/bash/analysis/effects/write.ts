/**
 * What it weighs to write: into what, replacing what, and with what.
 * It exists so that redirections, `cp`, `tee`, `dd of=` and `open(…, "w")` are judged alike.
 * Invariant: emptying a file is a loss; adding to one is not; writing to a device or to what runs later is never routine.
 */
import { CAUTION, DANGEROUS, type Machine, type Span } from '../machine.js';
import type { Stream } from '../stream.js';
import { gitHolds } from '../targets/git-tree.js';
import { isGuard, isLog, isManifest } from '../targets/names.js';
import { lastPart } from '../targets/path.js';
import { placed } from '../targets/place.js';
import { CREDENTIAL, type Field, STAR, shown } from '../words/field.js';
import { LEAK } from './leak.js';
import { ANSWERS, answersRaw, selfApproval } from './own-guard.js';
import { redirectsSources, startup } from './startup.js';

/** `replace` overwrites with something, `truncate` leaves it empty, `modify` edits in place. */
export type Mode = 'create' | 'append' | 'replace' | 'modify' | 'truncate' | 'metadata';

/** Programs that people and scripts run without a thought, in a directory that is searched for programs. */
const CORE_PROGRAM =
  /^\/(?:usr\/(?:local\/)?s?bin|s?bin|opt\/homebrew\/bin|(?:home|Users)\/[^/]+\/(?:\.local\/)?bin|root\/bin)\/(?:sudo|su|doas|ssh|scp|sshd|login|passwd|bash|sh|zsh|ls|cat|ps|cp|mv|rm|id|find|grep|netstat|ss|top|kill|git|curl|wget|env|which|date|crontab|systemctl|npm)$/;

export interface Writing {
  readonly mode: Mode;
  readonly span: Span;
  readonly content?: Stream | undefined;
}

export function written(machine: Machine, field: Field, { mode, span, content }: Writing): void {
  const { text } = field;
  const target = shown(text);
  const at = placed(text, machine.cwd, machine.places);
  const lost = mode === 'truncate';
  switch (at.place) {
    case 'sink':
      return;
    case 'socket':
      socket(machine, text, content, span);
      return;
    case 'device':
      machine.effect('write', target, false);
      machine.find(DANGEROUS, 'write-device', `Writes over the device ${target}.`, span);
      return;
    case 'kernel':
      kernel(machine, at.path, target, span);
      return;
    default:
  }
  machine.effect('write', target, !lost);
  if (machine.scope.disposable) return;
  if (mode !== 'metadata' && isGuard(at.path)) {
    machine.find(DANGEROUS, 'guard-settings', `Changes ${target}, which rules what may run unasked.`, span);
    return;
  }
  if (content?.text !== undefined && redirectsSources(at.path, content))
    machine.find(DANGEROUS, 'source-redirect', `Makes packages come from where ${target} says.`, span);
  if (at.path.includes('/bin/') && mode !== 'metadata' && mode !== 'append' && CORE_PROGRAM.test(at.path))
    machine.find(
      DANGEROUS,
      'look-alike',
      `Puts something in the place of ${lastPart(at.path)}, which everybody runs.`,
      span,
    );
  switch (at.place) {
    case 'startup':
      startup(machine, at.path, target, mode, span, content);
      return;
    case 'history':
      if (mode === 'append') return;
      machine.find(DANGEROUS, 'erase-history', `Overwrites the shell's history ${target}.`, span);
      machine.effect('history', target, false);
      return;
    case 'log':
      if (mode === 'append' || mode === 'create')
        machine.find(CAUTION, 'write-log', `Writes to ${target}.`, span);
      else
        machine.find(DANGEROUS, 'erase-log', `Overwrites the system's log ${target}: traces are lost.`, span);
      return;
    case 'root':
    case 'system':
      if (mode === 'create' || mode === 'append' || mode === 'metadata')
        machine.find(CAUTION, 'write-system', `Writes into the system's ${target}.`, span);
      else if (/^\/(?:etc\/[^/]+$|boot\/|s?bin\/|lib\/|usr\/(?:s?bin|lib)\/)/.test(at.path))
        machine.find(DANGEROUS, 'overwrite-system', `Overwrites ${target}, which the system needs.`, span);
      else
        machine.find(lost ? DANGEROUS : CAUTION, 'write-system', `Writes into the system's ${target}.`, span);
      return;
    case 'secret':
      if (mode === 'append' || mode === 'create' || mode === 'metadata')
        machine.find(CAUTION, 'write-secret', `Changes ${target}, which holds secrets.`, span);
      else
        machine.find(
          !lost &&
            (/(?:^|\/)\.env[\w.-]*$/.test(at.path) ||
              (content?.text !== undefined &&
                /\/\.npmrc$/.test(at.path) &&
                !at.path.startsWith(`${machine.places.home}/.`)))
            ? CAUTION
            : DANGEROUS,
          'overwrite-secret',
          `Overwrites ${target}: keys or secrets are lost.`,
          span,
        );
      return;
    case 'repository':
      machine.find(
        mode === 'create' ? CAUTION : DANGEROUS,
        'write-repository',
        `Changes git's own data ${target}.`,
        span,
      );
      return;
    case 'temporary':
    case 'rebuildable':
      if (lost && isLog(lastPart(at.path)))
        machine.find(CAUTION, 'truncate-log', `Empties ${target}, which its program goes on writing.`, span);
      return;
    default:
      plain(machine, text, at.path, mode, span, content?.text !== undefined);
  }
}

/** `meant`: the new content stands in the command itself. */
function plain(machine: Machine, text: string, path: string, mode: Mode, span: Span, meant: boolean): void {
  const target = shown(text);
  if (mode === 'create' || mode === 'append' || mode === 'metadata') return;
  if (mode !== 'modify' && machine.wasAbsent(path)) return;
  if (gitHolds(machine, path)) {
    machine.find(CAUTION, 'overwrite-tracked', `Changes ${target}; git can restore it.`, span);
    return;
  }
  if (mode === 'truncate') {
    if (isLog(lastPart(path))) {
      machine.find(CAUTION, 'truncate-log', `Empties ${target}, which its program goes on writing.`, span);
      return;
    }
    const many = text.includes(STAR);
    machine.find(
      DANGEROUS,
      'truncate',
      `Empties ${target}: ${many ? 'their' : 'its'} content is lost.`,
      span,
    );
    return;
  }
  if (mode === 'replace' && !meant && isManifest(lastPart(path))) {
    machine.find(
      DANGEROUS,
      'overwrite-manifest',
      `Replaces ${target}, which the project is built from.`,
      span,
    );
    return;
  }
  machine.find(
    CAUTION,
    mode === 'modify' ? 'edit' : 'overwrite',
    `Replaces what ${target} holds, if it exists.`,
    span,
  );
}

function kernel(machine: Machine, path: string, target: string, span: Span): void {
  machine.effect('write', target);
  if (
    /^\/proc\/(?:sysrq-trigger|self|\d+\/(?:mem|oom))|^\/proc\/sys\/kernel\/(?:core_pattern|modprobe|randomize_va_space|yama)/.test(
      path,
    )
  )
    machine.find(DANGEROUS, 'kernel-control', `Writes to ${target}: the kernel acts at once.`, span);
  else machine.find(CAUTION, 'kernel-setting', `Changes the kernel's setting ${target}.`, span);
}

function socket(machine: Machine, text: string, content: Stream | undefined, span: Span): void {
  if (answersRaw(content?.text)) selfApproval(machine, ANSWERS, span);
  machine.effect('network', shown(text).replace(/^\/dev\/(tcp|udp)\//, '$1://'));
  if (content && (content.taint & (LEAK | CREDENTIAL)) !== 0)
    machine.find(DANGEROUS, 'exfiltration', 'Sends secrets to another machine.', span);
  else machine.find(CAUTION, 'network-socket', `Opens a connection to ${shown(text).slice(5)}.`, span);
}

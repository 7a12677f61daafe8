/**
 * The guard's own things: what its data folder holds, the address at which a person's yes is given, its own program.
 * It exists because whoever can read the token or call that address answers in the person's place.
 * Invariant: logs, settings and listings are free; keys, tokens and answers are not.
 */
import { BLOCKED, type Machine, type Span } from '../machine.js';
import { absolute } from '../targets/path.js';
import { ONE, STAR, shown } from '../words/field.js';

const OPEN = `${STAR}${ONE}`;
const FOLDER = new RegExp(
  `(?:^|/)(?:\\.local/share|\\.local/state|Application Support|[\\uE000\\uE001])/(?:lmcp|[^/]*[${OPEN}][^/]*)(?:/(.*))?$`,
);
const HELD = /(?:^|\/)(?:approval-)?(?:token|key)$|(?:^|\/)daemon\.json$/;
const FREE = /(?:^|\/)[^/]*\.log(?:\.\d+)?$|(?:^|\/)(?:policy|config)\.toml$|^workspaces(?:\/|$)/;

/** A quick refusal for nearly all paths. */
const endsAsHeld = (text: string): boolean =>
  text.endsWith('token') || text.endsWith('key') || text.endsWith('daemon.json');

/** Whether reading the path shows what only the guard and the person hold. */
export function holdsApproval(text: string, cwd: string): boolean {
  if (!text.includes('lmcp') && !cwd.includes('lmcp') && !(endsAsHeld(text) && HELD.test(text))) return false;
  const path = absolute(text, cwd);
  if (/\/lmcp\/(?:approval-token|token|daemon\.json|key)$/.test(path)) return true;
  const match = FOLDER.exec(path);
  if (!match) return false;
  const inner = match[1] ?? '';
  // A glob in place of the folder: only names that are the guard's own.
  if (!/\/lmcp(?:\/|$)/.test(path)) return HELD.test(inner);
  return !FREE.test(inner);
}

export function judgeOwnData(machine: Machine, target: string, span: Span): void {
  machine.effect('read', shown(target));
  selfApproval(machine, `Reads ${shown(target)}: its holder can answer in the person's place.`, span);
}

export function selfApproval(machine: Machine, message: string, span: Span): void {
  machine.effect('privilege', 'approval');
  machine.find(BLOCKED, 'self-approval', message, span);
}

/** The address where a person's answer is taken. */
export function isApprovalAddress(text: string): boolean {
  return text.includes('/api/approval') && /\/api\/approval(?:[/?#]|$)/.test(text);
}

export const ANSWERS = 'Answers a request for approval: the one who asks may not give it.';

/** A raw request, as text on a connection: `POST /api/approval …`. */
export function answersRaw(text: string | undefined): boolean {
  return text?.includes('/api/approval') === true && /\b(?:POST|PUT|PATCH)\s+\S*\/api\/approval\b/.test(text);
}

/** The guard's own program by a path of an installed or built package. */
export function isOwnProgram(path: string): boolean {
  return /(?:^|\/)(?:lmcp|learning-mcp)(?:\.[cm]?js)?$|(?:^|\/)dist\/src\/cli\/main\.js$|(?:^|\/)learning-mcp\/.*\/main\.js$/.test(
    path,
  );
}

/** Names of the guard's processes and units. */
export function namesGuard(text: string): boolean {
  return /(?:^|[^\w-])(?:\[?l\]?mcp|learning-mcp)(?![\w-])/.test(text);
}

/** Code that opens the guard's data or answers at its address. */
export function judgeOwnCode(machine: Machine, code: string, span: Span): void {
  if (code.includes('/api/approval')) {
    if (/POST|PUT|\.post\b|data\s*=|body\s*:|answer/.test(code)) selfApproval(machine, ANSWERS, span);
    return;
  }
  if (!code.includes('lmcp') || !/open|read|load|slurp|cat\b/i.test(code)) return;
  for (const [, , text = ''] of code.matchAll(/(["'`])((?:[^"'`\\]|\\.)*)\1/g))
    if (text.includes('lmcp') && holdsApproval(text, machine.cwd)) {
      judgeOwnData(machine, text, span);
      return;
    }
}

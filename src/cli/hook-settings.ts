/**
 * The agents' own files that name our hook, and how our entry gets into one, or out again.
 * Sources: code.claude.com/docs/en/settings (.claude/settings.local.json is personal, .claude/settings.json the team's; hooks of both
 * run), code.visualstudio.com/docs/agent-customization/hooks (reads both), cursor.com/docs/agent/hooks (.cursor/hooks.json).
 * Invariant: merging is idempotent and touches our entry only; a stale entry of ours is replaced; the team's file holds none.
 */
import { LmcpError } from '../errors/index.js';
import type { Client, Merged } from './client-configuration.js';
import { isHookCommand, shellWords } from './hook-command.js';
import { isObject, jsonFault, readJsonText } from './json-text.js';

type Hooks = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const CLAUDE_EVENTS = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure'] as const;
const CURSOR_EVENTS = ['beforeShellExecution', 'afterShellExecution'] as const;
/** The client waits at most so many seconds; the hook itself gives up earlier. */
const TIMEOUT_SECONDS = 10;

export const hookFiles: Readonly<Record<Client, string>> = {
  claude: '.claude/settings.local.json',
  vscode: '.claude/settings.local.json',
  cursor: '.cursor/hooks.json',
};

/** Committed and read by everybody: no place for paths of this machine. */
export const sharedHookFile = '.claude/settings.json';

/** What belongs under `hooks` in Claude Code's settings. */
export function claudeHooks(command: readonly string[]): Hooks {
  const run = { type: 'command', command: shellWords(command), timeout: TIMEOUT_SECONDS };
  return Object.fromEntries(CLAUDE_EVENTS.map((event) => [event, [{ matcher: 'Bash', hooks: [run] }]]));
}

/** What belongs under `hooks` in Cursor's hooks.json. */
export function cursorHooks(command: readonly string[]): Hooks {
  const run = { command: shellWords(command), timeout: TIMEOUT_SECONDS };
  return Object.fromEntries(CURSOR_EVENTS.map((event) => [event, [run]]));
}

/**
 * @param read the present text of a file relative to the root.
 * @throws LMCP_USAGE when it is not plain JSON, or holds something else where the hooks belong.
 */
export function mergeHooks(
  client: Client,
  command: readonly string[],
  read: (path: string) => string | undefined,
): Merged {
  const path = hookFiles[client];
  const before = read(path) ?? '';
  const file = readJsonText(before);
  if (!file) throw misfit(path, jsonFault(before));
  const present = file.value.hooks ?? {};
  if (!isObject(present)) throw misfit(path, '"hooks" is not an object');
  const ours = client === 'cursor' ? cursorHooks(command) : claudeHooks(command);
  const hooks: Record<string, unknown> = { ...present };
  for (const [event, entries] of Object.entries(ours)) {
    const there = present[event] ?? [];
    if (!Array.isArray(there)) throw misfit(path, `"hooks.${event}" is not a list`);
    hooks[event] = withOurs(there, entries);
  }
  const versioned = client === 'cursor' && !('version' in file.value) ? { version: 1 } : {};
  const value = { ...versioned, ...file.value, hooks };
  if (JSON.stringify(value) === JSON.stringify(file.value))
    return { path, text: before, local: true, change: 'unchanged' };
  return {
    path,
    text: file.write(value),
    local: true,
    change: before.trim() === '' ? 'created' : 'updated',
  };
}

/**
 * Takes our entries out of the file that a team shares.
 * @returns undefined where it holds none
 */
export function withdrawHooks(read: (path: string) => string | undefined): Merged | undefined {
  const before = read(sharedHookFile) ?? '';
  const file = readJsonText(before);
  if (!file || installedHooks(before).length === 0) return undefined;
  const { hooks, ...others } = file.value;
  const kept = Object.entries(isObject(hooks) ? hooks : {}).flatMap(([event, entries]) => {
    if (!Array.isArray(entries)) return [[event, entries] as const];
    const rest = withOurs(entries, []);
    return rest.length === 0 && entries.length > 0 ? [] : [[event, rest] as const];
  });
  const value = kept.length === 0 ? others : { ...file.value, hooks: Object.fromEntries(kept) };
  return { path: sharedHookFile, text: file.write(value), local: false, change: 'removed' };
}

/** The commands of ours that a settings file holds. */
export function installedHooks(text: string): string[] {
  const hooks = readJsonText(text)?.value.hooks;
  if (!isObject(hooks)) return [];
  return Object.values(hooks)
    .flatMap((entries) => (Array.isArray(entries) ? entries : []))
    .flatMap((entry) => (isObject(entry) ? [entry, ...listIn(entry)] : []))
    .map((entry) => (isObject(entry) ? entry.command : undefined))
    .filter(isHookCommand);
}

/** Others stay where they are; ours takes the place of what was ours, or comes last. */
function withOurs(there: readonly unknown[], ours: readonly unknown[]): unknown[] {
  const kept: unknown[] = [];
  let place: number | undefined;
  for (const entry of there) {
    const rest = withoutOurs(entry);
    if (rest !== entry) place ??= kept.length;
    if (rest !== undefined) kept.push(rest);
  }
  kept.splice(place ?? kept.length, 0, ...ours);
  return kept;
}

/** The entry itself where none of it is ours, else what is left of it; undefined when that is nothing. */
function withoutOurs(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  if (isHookCommand(entry.command)) return undefined;
  const inside = listIn(entry);
  const rest = inside.filter((each) => !isObject(each) || !isHookCommand(each.command));
  if (rest.length === inside.length) return entry;
  return rest.length === 0 ? undefined : { ...entry, hooks: rest };
}

const listIn = (entry: Readonly<Record<string, unknown>>): readonly unknown[] =>
  Array.isArray(entry.hooks) ? entry.hooks : [];

function misfit(path: string, why: string): LmcpError {
  return new LmcpError(
    'LMCP_USAGE',
    `${path}: ${why}; it was left as it is. Mend it and run this again, add the hooks that \`lmcp hook --settings\` prints by hand, or use --no-hooks.`,
  );
}

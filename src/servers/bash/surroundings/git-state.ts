/**
 * What git knows of a work tree: changed, untracked and ignored files.
 * It exists because `git checkout .` destroys nothing in a clean tree.
 * Invariant: programs that the repository's configuration names are not started; submodules count as untracked: their state is their own.
 */
import { join } from 'node:path';
import { readSmallFile } from '../../../runtime/index.js';
import type { GitState } from '../analysis/index.js';
import { readGit } from './git-process.js';

/** Larger trees than this say are judged without their state, in bytes. */
const MAX_BYTES = 1 << 20;
/** What the repository's own settings may take, in bytes. */
const MAX_SETTINGS = 1 << 18;
const STATUS = [
  'status',
  '--porcelain=v1',
  '-z',
  '--no-renames',
  '--untracked-files=normal',
  '--ignored=traditional',
  '--ignore-submodules=all',
];

/** Never rejects. @returns undefined when git did not answer in time. */
export async function gitState(root: string, timeoutMs: number): Promise<GitState | undefined> {
  const started = performance.now();
  const left = () => timeoutMs - (performance.now() - started);
  const modules = submodules(root);
  const settings = modules && (await withoutFilters(root, left()));
  if (modules === undefined || settings === undefined) return undefined;
  const out = await readGit({
    root,
    arguments: STATUS,
    settings,
    timeoutMs: left(),
    maxBytes: MAX_BYTES,
  });
  if (out === undefined) return undefined;
  const state = parseStatus(out.toString('utf8'));
  return { ...state, untracked: [...state.untracked, ...modules] };
}

/** Two letters, a space, a path, a NUL (git-status(1), Porcelain Format Version 1). Folders without their slash. */
export function parseStatus(text: string): Required<GitState> {
  const changed: string[] = [];
  const untracked: string[] = [];
  const ignored: string[] = [];
  for (const row of text.split('\0')) {
    if (row.length < 4) continue;
    const path = row.slice(3).replace(/\/$/, '');
    const letters = row.slice(0, 2);
    (letters === '??' ? untracked : letters === '!!' ? ignored : changed).push(path);
  }
  return { changed, untracked, ignored };
}

/**
 * Settings that switch off the repository's own filter programs, which status would run on files that look changed
 * (gitattributes(5), filter). Names are asked of git only where the repository's configuration may hold any.
 */
async function withoutFilters(root: string, timeoutMs: number): Promise<Record<string, string> | undefined> {
  const own = ownConfiguration(root);
  if (own !== undefined && !/filter|include/i.test(own)) return {};
  const out = await readGit({
    root,
    arguments: ['config', '--list', '-z', '--name-only'],
    timeoutMs,
    maxBytes: MAX_BYTES,
  });
  if (out === undefined) return undefined;
  const names = out
    .toString('utf8')
    .split('\0')
    .flatMap((key) => /^(filter\..+)\.(?:clean|smudge|process|required)$/s.exec(key)?.[1] ?? []);
  return Object.fromEntries(
    [...new Set(names)].flatMap((name) => [
      [`${name}.clean`, ''],
      [`${name}.process`, ''],
      [`${name}.required`, 'false'],
    ]),
  );
}

/** The text of the repository's configuration where it is in its usual place; of a linked work tree it is asked of git. */
function ownConfiguration(root: string): string | undefined {
  try {
    const main = readSmallFile(join(root, '.git', 'config'), MAX_SETTINGS, 'refuse');
    return main !== undefined && /worktreeConfig/i.test(main) ? undefined : main;
  } catch {
    return undefined;
  }
}

/** @returns undefined where there is something of that name that cannot be read. */
function submodules(root: string): string[] | undefined {
  try {
    return readSmallFile(join(root, '.gitmodules'), MAX_SETTINGS, 'refuse')?.split('\n').flatMap(pathIn);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
  }
}

/** A row such as `path = "vendor/dep"`. */
function pathIn(row: string): string[] {
  const equals = row.indexOf('=');
  return row.slice(0, Math.max(equals, 0)).trim() === 'path'
    ? [
        row
          .slice(equals + 1)
          .trim()
          .replace(/^"|"$/g, ''),
      ]
    : [];
}

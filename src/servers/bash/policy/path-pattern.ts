/**
 * Globs over absolute paths, and over hosts.
 * They exist so that a rule says `infra/**` once and means it from every folder.
 * Invariant: what lowers a level matches only paths that lie in the glob as a whole; what raises also matches those that hold it.
 */
import { isWithin } from '../analysis/index.js';
import { Glob, type Steps } from './glob.js';

export interface PathPattern {
  /** The whole path lies within the glob. */
  covers(path: string, steps: Steps): boolean;
  /** The path, which may be a glob itself, lies in the glob, or holds something of it. */
  touches(path: string, steps: Steps): boolean;
}

/** `**` any number of folders, `*` and `?` within one name; relative to the root, `~/` to the home. */
export function pathPattern(
  glob: string,
  { root, home }: { readonly root: string | null; readonly home: string },
): PathPattern {
  const whole = glob.startsWith('~/')
    ? home + glob.slice(1)
    : glob.startsWith('/')
      ? glob
      : root === null
        ? undefined
        : `${root}/${glob.replace(/^\.\//, '')}`;
  if (whole === undefined) return { covers: () => false, touches: () => false };
  const pattern = Glob.ofPath(whole.replace(/\/$/, ''));
  const open = whole.search(/[*?]/);
  const prefix = open < 0 ? whole : whole.slice(0, open).replace(/\/[^/]*$/, '') || '/';
  return {
    covers: (path, steps) => !path.includes('…') && pattern.matches(path, steps),
    touches: (path, steps) =>
      pattern.matches(path, steps) ||
      isWithin(prefix, path) ||
      (/[*?]/.test(path) && holds(path, prefix, steps)),
  };
}

/** Whether a typed glob takes the folder or one above it. */
function holds(typed: string, folder: string, steps: Steps): boolean {
  steps.left -= typed.length;
  if (steps.left < 0) return steps.givenUp;
  const pattern = Glob.ofPath(typed);
  for (let at = folder; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    if (pattern.matches(at, steps)) return true;
  return false;
}

/** The host a network effect goes to; undefined where it is not known. */
export function hostOf(target: string): string | undefined {
  if (target.includes('…')) return undefined;
  const url = /^[a-z][\w+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]+)/i.exec(target)?.[1];
  const host = url ?? /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+|localhost)(?=[:/]|$)/.exec(target)?.[1];
  return host?.toLowerCase();
}

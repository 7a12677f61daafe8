/**
 * Globs over absolute paths, and over hosts.
 * They exist so that a rule says `infra/**` once and means it from every folder.
 * Invariant: what lowers a level matches only paths that lie in the glob as a whole; what raises also matches those that hold it.
 */
import { isWithin } from '../analysis/index.js';

export interface PathPattern {
  /** The whole path lies within the glob. */
  covers(path: string): boolean;
  /** The path, which may be a glob itself, lies in the glob, or holds something of it. */
  touches(path: string): boolean;
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
  const expression = globExpression(whole.replace(/\/$/, ''));
  const open = whole.search(/[*?]/);
  const prefix = open < 0 ? whole : whole.slice(0, open).replace(/\/[^/]*$/, '') || '/';
  return {
    covers: (path) => !path.includes('…') && expression.test(path),
    touches: (path) =>
      expression.test(path) || isWithin(prefix, path) || (/[*?]/.test(path) && holds(path, prefix)),
  };
}

/** Whether a typed glob takes the folder or one above it. */
function holds(typed: string, folder: string): boolean {
  const expression = globExpression(typed);
  for (let at = folder; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    if (expression.test(at)) return true;
  return false;
}

function globExpression(glob: string): RegExp {
  const source = glob.replace(/\/\*\*$|\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    switch (part) {
      case '/**':
        return '(?:/.*)?';
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      default:
        return `\\${part}`;
    }
  });
  return new RegExp(`^${source}$`, 's');
}

/** One word with `*` for any characters. */
export function wordPattern(glob: string): RegExp {
  return new RegExp(
    `^${glob.replace(/\*+|[.+?^${}()|[\]\\]/g, (part) => (part.startsWith('*') ? '.*' : `\\${part}`))}$`,
    's',
  );
}

/** The host a network effect goes to; undefined where it is not known. */
export function hostOf(target: string): string | undefined {
  if (target.includes('…')) return undefined;
  const url = /^[a-z][\w+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]+)/i.exec(target)?.[1];
  const host = url ?? /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+|localhost)(?=[:/]|$)/.exec(target)?.[1];
  return host?.toLowerCase();
}

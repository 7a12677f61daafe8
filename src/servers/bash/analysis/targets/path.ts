/**
 * Paths as the kernel would see them, without a file system: absolute, `.` and `..` folded, links of the line followed.
 * It exists because `./build/../../` is not inside `build`.
 * Invariant: a `..` after an unknown part makes the path unknown, never shorter.
 */
import { ANY } from '../words/field.js';

const UNTIDY = /\/\.|\/\/|\/$/;

/** Joins and folds. `cwd` is absolute and tidy; the answer has no trailing slash but for the root. */
export function absolute(text: string, cwd: string): string {
  const joined =
    text.charCodeAt(0) === 47 ? text : text === '' ? cwd : cwd === '/' ? `/${text}` : `${cwd}/${text}`;
  if (!UNTIDY.test(joined)) return joined;
  const kept: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') {
      kept.push(part);
      continue;
    }
    const last = kept.pop();
    if (last?.includes(ANY)) return ANY;
  }
  return `/${kept.join('/')}`;
}

/** Follows symbolic links made earlier in the line; `links` maps absolute paths to absolute targets. */
export function followed(path: string, links: ReadonlyMap<string, string>): string {
  for (const [link, target] of links)
    if (path.startsWith(`${link}/`)) return absolute(target + path.slice(link.length), '/');
  return path;
}

export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** Whether `path` is `folder` or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return (
    path === folder || folder === '/' || (path.startsWith(folder) && path.charCodeAt(folder.length) === 47)
  );
}

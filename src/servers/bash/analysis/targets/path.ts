/**
 * Paths as the kernel would see them, without a file system: absolute, `.` and `..` folded, links of the line followed.
 * It exists because `./build/../../` is not inside `build`.
 * Invariant: a `..` after an unknown part makes the path unknown, never shorter.
 */
import { ANY } from '../words/field.js';

/** Joins and folds. `cwd` is absolute and tidy; the answer has no trailing slash but for the root. */
export function absolute(text: string, cwd: string): string {
  if (text === '' || text === '.') return cwd;
  const joined = text.charCodeAt(0) === 47 ? text : cwd === '/' ? `/${text}` : `${cwd}/${text}`;
  if (isTidy(text)) return joined;
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

/** Whether no part of the text is empty, `.` or `..`. */
function isTidy(text: string): boolean {
  let start = text.charCodeAt(0) === 47 ? 1 : 0;
  for (;;) {
    const first = text.charCodeAt(start);
    if (Number.isNaN(first) || first === 47) return false;
    if (first === 46) {
      const second = text.charCodeAt(start + 1);
      if (Number.isNaN(second) || second === 47 || second === 46) return false;
    }
    while (start < text.length && text.charCodeAt(start) !== 47) start += 1;
    if (start === text.length) return true;
    start += 1;
  }
}

/** Follows symbolic links made earlier in the line; `links` maps absolute paths to absolute targets. */
export function followed(path: string, links: ReadonlyMap<string, string>): string {
  for (const [link, target] of links)
    if (path.startsWith(`${link}/`)) return absolute(target + path.slice(link.length), '/');
  return path;
}

/** What follows the last slash; a loop, because paths are short and `lastIndexOf` leaves compiled code. */
export function lastPart(path: string): string {
  for (let i = path.length - 1; i >= 0; i -= 1) if (path.charCodeAt(i) === 47) return path.slice(i + 1);
  return path;
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

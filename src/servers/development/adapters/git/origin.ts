/**
 * Normalises the address of a remote, so that ssh, https and git spellings of one repository are equal.
 * It exists because a workspace's id is its origin, which work trees and clones share.
 * Invariant: no user name, password, port of the scheme, query or trailing ".git" survives.
 */

/** `host/path` in lower-case host, or null for a local path, which names no shared origin. */
export function normaliseOrigin(address: string): string | null {
  const text = address.trim();
  const scp = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/.exec(text);
  if (scp?.[1] && scp[2] && !/^[A-Za-z]:[\\/]/.test(text)) return join(scp[1], scp[2]);
  if (!/^(https?|ssh|git|git\+ssh):\/\//i.test(text)) return null;
  try {
    const url = new URL(text);
    return join(url.hostname, decodeURIComponent(url.pathname));
  } catch {
    return null;
  }
}

function join(host: string, path: string): string | null {
  const clean = path
    .replace(/[?#].*$/, '')
    .replace(/\/+/g, '/')
    .replace(/^\/|\/$/g, '')
    .replace(/\.git$/i, '');
  return clean === '' ? null : `${host.toLowerCase()}/${clean}`;
}

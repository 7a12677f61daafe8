/**
 * The policy of a repository, read from disk and kept for a moment.
 * It exists so that thousands of analyses a second look at the files four times.
 * Invariant: an edit is in force after a quarter of a second at most; a file that cannot be read is a fault, not an absent one.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFile, readSmallFile } from '../../../runtime/index.js';
import { type Policy, type PolicySource, policyOf, STRICT } from './policy.js';
import { faultAt, MAX_POLICY_BYTES, parsePolicy } from './policy-file.js';

/** Beside config.toml. */
export const userPolicyFile = () => join(dirname(configFile()), 'policy.toml');
export const repositoryPolicyFile = (root: string) => join(root, '.lmcp', 'policy.toml');

export interface PolicyFiles {
  readonly user: string;
  /** Monotonic, milliseconds. */
  now(): number;
}

const LOOK_AGAIN_MS = 250;
const ROOTS_KEPT = 64;

interface Kept {
  readonly lookedAt: number;
  readonly stamp: string;
  readonly policy: Policy;
}

export class Policies {
  readonly #kept = new Map<string, Kept>();
  readonly #files: PolicyFiles;

  constructor(files: PolicyFiles) {
    this.#files = files;
  }

  /** @param root of the repository; null: the user's file alone. */
  of(root: string | null): Policy {
    const key = root ?? '';
    const now = this.#files.now();
    const kept = this.#kept.get(key);
    if (kept !== undefined && now - kept.lookedAt < LOOK_AGAIN_MS) return kept.policy;
    const { user } = this.#files;
    const repository = root === null ? undefined : repositoryPolicyFile(root);
    const stamp = `${stampOf(user)} ${repository === undefined ? '' : stampOf(repository)}`;
    const policy = kept?.stamp === stamp ? kept.policy : read(user, repository, root);
    if (this.#kept.size >= ROOTS_KEPT) this.#kept.clear();
    this.#kept.set(key, { lookedAt: now, stamp, policy });
    return policy;
  }
}

let own: Policies | undefined;

/** The policy in force for a repository. */
export function policyFor(root: string | null): Policy {
  own ??= new Policies({ user: userPolicyFile(), now: () => performance.now() });
  return own.of(root);
}

function stampOf(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    return found === undefined ? '-' : `${found.ino}:${found.mtimeNs}:${found.ctimeNs}:${found.size}`;
  } catch (error) {
    // A link to itself, a folder that may not be entered: told as a fault when it is read.
    return (error as NodeJS.ErrnoException).code ?? '?';
  }
}

function read(user: string, repository: string | undefined, root: string | null): Policy {
  const own = sourceAt(user);
  const theirs = repository === undefined ? undefined : sourceAt(repository);
  if (own === undefined && theirs === undefined) return STRICT;
  const trust = own !== undefined && 'policy' in own.read ? own.read.policy.trust : undefined;
  const trusted =
    root !== null && theirs !== undefined && trust !== undefined && trust[root] === digest(theirs.text);
  return policyOf(own, theirs, trusted);
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function sourceAt(path: string): PolicySource | undefined {
  try {
    const text = readSmallFile(path, MAX_POLICY_BYTES, 'follow');
    if (text === undefined) return failed(path, `is no file of at most ${MAX_POLICY_BYTES} bytes`);
    return { path, text, read: parsePolicy(path, text) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : failed(path, `cannot be read (${code})`);
  }
}

const failed = (path: string, why: string): PolicySource => ({
  path,
  text: '',
  read: { fault: faultAt(path, 1, '', why) },
});

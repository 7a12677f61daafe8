/**
 * A learner's versions as people name them: branches, tags, snapshots and their ancestors.
 * It exists so that log, diff and moving a head read a reference alike.
 * Invariant: what a reference means is a list of ranges; a snapshot that is gone leaves branches and tags what they were.
 */
import { LmcpError } from '../../errors/index.js';
import type { SnapshotInfo } from '../messages.js';
import type { Forgotten } from './forgotten.js';
import { closed, type Lineage, upTo } from './lineage.js';
import { cut, equal, lastOf, type Ranges } from './ranges.js';
import { SnapshotIndex } from './snapshot-index.js';
import { isMadeUp, type LearnerVersions, MOST_BRANCHES } from './version-history.js';

/** A state by what it has folded; `id`: a snapshot that holds exactly it, where there is one. */
export interface Version {
  readonly folded: Ranges;
  readonly id: string | null;
}

const LEAST_DIGITS = 6;
const MOST_TAGS = 200;
const NAME = /^[a-z0-9][a-z0-9._/-]{0,63}$/i;

export class VersionGraph {
  readonly #versions: LearnerVersions;
  readonly #index: SnapshotIndex;
  /** Newest first. */
  readonly snapshots: readonly SnapshotInfo[];
  /** Of the active branch, as far as the journal has gone. */
  readonly head: Ranges;
  readonly #last: number;

  /** @param last of the journal */
  constructor(
    versions: LearnerVersions,
    snapshots: readonly SnapshotInfo[],
    at: { readonly forgotten: Forgotten; readonly last: number },
  ) {
    this.#versions = versions;
    this.#last = at.last;
    this.snapshots = snapshots.filter((info) => !at.forgotten.taints(info));
    this.#index = new SnapshotIndex(this.snapshots);
    this.head = upTo(versions.lineage, at.last);
  }

  get branch(): string {
    return this.#versions.branch;
  }

  /** Branch → what its head has folded; the active one first. */
  get branches(): ReadonlyMap<string, Ranges> {
    return new Map([[this.branch, this.head], ...this.#versions.left]);
  }

  get tags(): ReadonlyMap<string, Ranges> {
    return this.#versions.tags;
  }

  /** @throws LMCP_UNKNOWN_VERSION, LMCP_AMBIGUOUS_VERSION */
  resolve(reference: string): Version {
    const back = /^HEAD(?:~(\d{1,6}))?$/.exec(reference);
    if (back) return this.#ancestor(Number(back[1] ?? 0), reference);
    const at = /^@(\d{1,15})$/.exec(reference);
    if (at) return this.#at(Number(at[1]), reference);
    const named = this.tags.get(reference) ?? this.branches.get(reference);
    if (named) return this.version(named);
    return this.#byId(reference);
  }

  version(folded: Ranges): Version {
    return { folded, id: this.#index.exactly(folded)?.id ?? null };
  }

  /** The snapshot nearest to a state on its own way; null when there is none. */
  nearest(folded: Ranges): SnapshotInfo | null {
    return this.#index.nearest(folded) ?? null;
  }

  /** @throws LMCP_BAD_NAME, LMCP_NAME_TAKEN when a branch or tag has it, LMCP_TOO_MANY_NAMES */
  newName(name: string): string {
    this.#checkNew(name);
    // One of a made-up name gives way.
    const given = [...this.branches.keys()].filter((it) => !isMadeUp(it)).length;
    if (given >= MOST_BRANCHES)
      throw new LmcpError('LMCP_TOO_MANY_NAMES', `This learner has ${given} branches of given names.`);
    return name;
  }

  /** @throws as `newName` */
  newTag(name: string): string {
    this.#checkNew(name);
    if (this.tags.size >= MOST_TAGS)
      throw new LmcpError('LMCP_TOO_MANY_NAMES', `This learner has ${this.tags.size} tags.`);
    return name;
  }

  #checkNew(name: string): void {
    checkName(name);
    if (this.branches.has(name) || this.tags.has(name))
      throw new LmcpError('LMCP_NAME_TAKEN', `There is a branch or tag "${name}" already.`);
  }

  /** The branch a snapshot lies on: the active one if it does. */
  branchOf({ folded }: SnapshotInfo): string | undefined {
    for (const [name, ranges] of this.branches) if (equal(folded, cut(ranges, lastOf(folded)))) return name;
    return undefined;
  }

  #ancestor(steps: number, reference: string): Version {
    if (steps === 0) return this.version(this.head);
    const nearest = this.nearest(this.head);
    let found = nearest && equal(nearest.folded, this.head) ? this.#parent(nearest) : nearest;
    for (let n = 1; n < steps && found; n += 1) found = this.#parent(found);
    if (!found)
      throw new LmcpError(
        'LMCP_UNKNOWN_VERSION',
        `${reference} is before the oldest snapshot that is kept; any place in the journal up to @${this.#last} can be named, such as @${lastOf(this.head) >> 1}.`,
      );
    return { folded: found.folded, id: found.id };
  }

  /** Its first parent; where that is no longer kept, the nearest snapshot before it on its way. */
  #parent(info: SnapshotInfo): SnapshotInfo | null {
    const parent = this.#index.byId(info.parents[0] ?? '');
    if (parent) return parent;
    return this.nearest(upTo(closed(info.folded), lastOf(info.folded) - 1));
  }

  #at(sequence: number, reference: string): Version {
    if (sequence > this.#last)
      throw new LmcpError(
        'LMCP_UNKNOWN_VERSION',
        `${reference} is beyond the journal, which ends at @${this.#last}.`,
      );
    return this.version(upTo(this.lineage, sequence));
  }

  get lineage(): Lineage {
    return this.#versions.lineage;
  }

  #byId(reference: string): Version {
    const digits = reference.toLowerCase();
    const isId = digits.length >= LEAST_DIGITS && /^[0-9a-f]+$/.test(digits);
    const found = isId ? this.snapshots.filter(({ id }) => id.startsWith(digits)) : [];
    const [first] = found;
    if (!first)
      throw new LmcpError(
        'LMCP_UNKNOWN_VERSION',
        `No snapshot, tag or branch of this learner is named "${reference.slice(0, 100)}".`,
      );
    if (new Set(found.map(({ id }) => id)).size > 1)
      throw new LmcpError(
        'LMCP_AMBIGUOUS_VERSION',
        `${reference} begins several snapshots: ${[...new Set(found.map(({ id }) => id.slice(0, digits.length + 4)))].slice(0, 5).join(', ')}.`,
      );
    return { folded: first.folded, id: first.id };
  }
}

/** @throws LMCP_BAD_NAME */
function checkName(name: string): void {
  if (!NAME.test(name) || name.includes('..') || /^head$/i.test(name))
    throw new LmcpError(
      'LMCP_BAD_NAME',
      `"${name.slice(0, 100)}" cannot name a branch or tag: at most 64 letters, digits, dots, slashes, dashes and underscores, a letter or digit first, no two dots in a row.`,
    );
}

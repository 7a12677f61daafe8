/**
 * Session context of one workspace: a bounded map with versions and expiry, in the memory of one thread.
 * It exists for what helps while a session lasts and may be lost with it; what must outlive a session is an event.
 * Invariant: never more than its entries and bytes; what was used longest ago goes first; a version is never given twice.
 */

export interface StateMapOptions<Value> {
  readonly maxEntries: number;
  /** Of keys and values together, as `sizeOf` counts them. An entry that alone is larger is refused. */
  readonly maxBytes: number;
  /** Bytes of a value, roughly. */
  readonly sizeOf: (value: Value) => number;
  /** Clock, milliseconds. */
  readonly now: () => number;
}

export interface StateEntry<Value> {
  readonly value: Value;
  /** Grows with each write to the map; `compareAndSet` asks for it. */
  readonly version: number;
}

interface Node<Value> {
  readonly key: string;
  readonly group: Set<Node<Value>>;
  value: Value;
  version: number;
  bytes: number;
  /** Milliseconds; Infinity: does not expire. */
  expiresAt: number;
  newer: Node<Value> | undefined;
  older: Node<Value> | undefined;
}

/** What a key and the map's own bookkeeping cost beside the value. */
const overhead = 160;

export class StateMap<Value> {
  readonly #options: StateMapOptions<Value>;
  readonly #nodes = new Map<string, Node<Value>>();
  /** Nodes by the part of their key before the first slash, so that a session's entries are found without a scan. */
  readonly #groups = new Map<string, Set<Node<Value>>>();
  #newest: Node<Value> | undefined;
  #oldest: Node<Value> | undefined;
  #bytes = 0;
  #version = 0;

  constructor(options: StateMapOptions<Value>) {
    this.#options = options;
  }

  /** Entries held, expired ones that were not met yet included. */
  get size(): number {
    return this.#nodes.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The entry of that key; undefined when there is none (any more). */
  get(key: string): StateEntry<Value> | undefined {
    const node = this.#live(key);
    if (!node) return undefined;
    this.#use(node);
    return { value: node.value, version: node.version };
  }

  /** Writes, and gives the new version; undefined when the entry alone is larger than the map may be. */
  set(key: string, value: Value, ttlMs = Number.POSITIVE_INFINITY): number | undefined {
    const { maxBytes, maxEntries, sizeOf, now } = this.#options;
    const bytes = overhead + 2 * key.length + sizeOf(value);
    if (bytes > maxBytes) return undefined;
    const expiresAt = ttlMs === Number.POSITIVE_INFINITY ? ttlMs : now() + ttlMs;
    this.#version += 1;
    const version = this.#version;
    const found = this.#nodes.get(key);
    if (found) {
      this.#bytes += bytes - found.bytes;
      found.value = value;
      found.version = version;
      found.bytes = bytes;
      found.expiresAt = expiresAt;
      this.#use(found);
    } else {
      const group = this.#group(key);
      const node = { key, group, value, version, bytes, expiresAt, newer: undefined, older: undefined };
      this.#nodes.set(key, node);
      group.add(node);
      this.#bytes += bytes;
      this.#link(node);
    }
    while (this.#oldest && (this.#bytes > maxBytes || this.#nodes.size > maxEntries))
      this.#drop(this.#oldest);
    return version;
  }

  /**
   * Writes only when the key's version is still `expected` (0: only when there is no entry).
   * Gives the new version, or undefined when somebody else wrote, it expired, or it is too large.
   */
  compareAndSet(key: string, expected: number, value: Value, ttlMs?: number): number | undefined {
    return (this.#live(key)?.version ?? 0) === expected ? this.set(key, value, ttlMs) : undefined;
  }

  /** Whether there was an entry. */
  delete(key: string): boolean {
    const node = this.#live(key);
    if (!node) return false;
    this.#drop(node);
    return true;
  }

  /**
   * The entries whose key begins so, oldest written first within a group; counts as no use of them.
   * Costs the size of the group when the prefix has a slash ("session/…"), else that of the map.
   */
  *entries(prefix: string): Generator<[string, StateEntry<Value>]> {
    const now = this.#options.now();
    const slash = prefix.indexOf('/');
    const among = slash < 0 ? this.#nodes.values() : (this.#groups.get(prefix.slice(0, slash)) ?? []);
    for (const node of among) {
      if (node.key.startsWith(prefix) && node.expiresAt > now)
        yield [node.key, { value: node.value, version: node.version }];
    }
  }

  #live(key: string): Node<Value> | undefined {
    const node = this.#nodes.get(key);
    if (!node || node.expiresAt === Number.POSITIVE_INFINITY || node.expiresAt > this.#options.now())
      return node;
    this.#drop(node);
    return undefined;
  }

  #group(key: string): Set<Node<Value>> {
    const name = groupOf(key);
    let group = this.#groups.get(name);
    if (!group) {
      group = new Set();
      this.#groups.set(name, group);
    }
    return group;
  }

  #drop(node: Node<Value>): void {
    this.#nodes.delete(node.key);
    node.group.delete(node);
    if (node.group.size === 0) this.#groups.delete(groupOf(node.key));
    this.#bytes -= node.bytes;
    this.#unlink(node);
  }

  #use(node: Node<Value>): void {
    if (this.#newest === node) return;
    this.#unlink(node);
    this.#link(node);
  }

  #link(node: Node<Value>): void {
    node.older = this.#newest;
    if (this.#newest) this.#newest.newer = node;
    else this.#oldest = node;
    this.#newest = node;
  }

  #unlink(node: Node<Value>): void {
    if (node.newer) node.newer.older = node.older;
    else this.#newest = node.older;
    if (node.older) node.older.newer = node.newer;
    else this.#oldest = node.newer;
    node.newer = undefined;
    node.older = undefined;
  }
}

function groupOf(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}

/**
 * A list in pages of prebuilt bytes, and the cursors between them.
 * It exists so that a list costs one copy however long it is, and a cursor cannot point into another list.
 * Invariant: the same list gives the same pages and cursors; a cursor that was not handed out is refused.
 */
import { createHash } from 'node:crypto';
import { prebuilt } from './jsonrpc.js';

/** Items of one page; real lists are shorter. */
export const defaultPageSize = 250;

export class Pages {
  readonly #first: Buffer;
  readonly #rest = new Map<string, Buffer>();

  /**
   * @param key the member of the result that holds the items, e.g. "tools".
   * @param also what every page carries besides.
   */
  constructor(key: string, items: readonly unknown[], { size, also }: PageOptions) {
    const digest = createHash('sha256')
      .update(JSON.stringify([key, items]))
      .digest('base64url')
      .slice(0, 12);
    const cursor = (start: number) => Buffer.from(`${digest}.${start}`).toString('base64url');
    const page = (start: number) => {
      const end = start + size;
      const next = end < items.length ? { nextCursor: cursor(end) } : {};
      return prebuilt({ [key]: items.slice(start, end), ...next, ...also });
    };
    this.#first = page(0);
    for (let start = size; start < items.length; start += size) this.#rest.set(cursor(start), page(start));
  }

  /** The page's bytes up to the id; undefined for a cursor that is none of this list's. */
  at(cursor: unknown): Buffer | undefined {
    if (cursor === undefined || cursor === null) return this.#first;
    return typeof cursor === 'string' ? this.#rest.get(cursor) : undefined;
  }
}

interface PageOptions {
  readonly size: number;
  readonly also?: object;
}

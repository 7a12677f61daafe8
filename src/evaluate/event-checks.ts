/**
 * What an event of a file must be beyond well-formed: of a known type, finite, of sane size, not told twice.
 * It exists because a model that has learned one NaN is lost, and an outcome counted twice makes every figure a lie.
 * Invariant: each refusal names what is wrong; times that go back are no error, the file's order counts, and they are counted.
 */
import { GenerationalMap } from '../learning/index.js';
import { atMillis, type Event } from '../proto/index.js';

/** Ids remembered, so that memory stays constant on a file of any length: at least the last half of these. */
const idsKept = 131_072;

/** Path of the first number that is not finite; undefined when all are. */
function unbounded(value: unknown, path: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = unbounded(inner, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

export class EventChecks {
  readonly #ids = new GenerationalMap<string, { line: number }>(idsKept);
  #latest = 0;
  #backwards = 0;

  /** Events whose time lies before that of an earlier line. */
  get backwards(): number {
    return this.#backwards;
  }

  /**
   * @param line number of the event's line, from 1
   * @returns why the event is refused; undefined when it is fine
   */
  refuse(event: Event, line: number): string | undefined {
    const { data, id } = event;
    if (data.case === undefined) return 'an event of no known type';
    const path = unbounded(data.value, '');
    if (path !== undefined) return `${data.case}.${path} is not a finite number`;
    if (id !== '') {
      const known = this.#ids.peek(id);
      if (known) return `the id ${id.slice(0, 64)} was that of line ${known.line}`;
      this.#ids.touch(id, () => ({ line }));
    }
    const at = atMillis(event);
    if (at > 0 && at < this.#latest) this.#backwards++;
    this.#latest = Math.max(this.#latest, at);
    return undefined;
  }
}

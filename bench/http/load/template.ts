/**
 * A request as bytes with a place for its id, and the check of its answer.
 * It exists so that sending costs nine stores and one write, and no answer counts that was not the right one.
 * Invariant: ids have nine digits, so the length in the head stays true.
 */
export interface Template {
  readonly bytes: Uint8Array;
  /** Where the nine digits of the id stand. */
  readonly idAt: number;
}

export const firstId = 100_000_000;
const digits = 9;
/** One answer in so many is parsed whole. */
const parseEvery = 64;
const idMark = '"id":';
const failed = Buffer.from('"isError":true');

/** A POST; the body must hold the id 100000000 once. */
export function templateOf(
  target: { path: string; port: number },
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Template {
  const text = JSON.stringify(body);
  const head = Object.entries({
    host: `127.0.0.1:${target.port}`,
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const bytes = Buffer.from(`POST ${target.path} HTTP/1.1\r\n${head}\r\n${text}`);
  const idAt = bytes.indexOf(`${idMark}${firstId}`) + idMark.length;
  if (idAt < idMark.length) throw new Error(`No id in ${text}`);
  return { bytes, idAt };
}

/** Writes an id into a template's bytes. */
export function stamp(bytes: Uint8Array, idAt: number, id: number): void {
  let rest = id;
  for (let at = idAt + digits - 1; at >= idAt; at -= 1) {
    bytes[at] = 0x30 + (rest % 10);
    rest = (rest / 10) | 0;
  }
}

/** What is wrong with an answer; undefined when nothing is. */
export function wrongWith(status: number, body: Buffer, id: number): string | undefined {
  if (status !== 200) return `status ${status}`;
  if (lastNumber(body) !== id && body.indexOf(`${idMark}${id}`) < 0) return 'another id';
  if (body.indexOf(failed) >= 0) return 'isError';
  return id % parseEvery === 0 ? wrongInside(body, id) : undefined;
}

function wrongInside(body: Buffer, id: number): string | undefined {
  try {
    const answer = JSON.parse(body.toString()) as {
      id?: unknown;
      result?: { content?: unknown; structuredContent?: unknown };
    };
    if (answer.id !== id) return 'another id';
    if (!Array.isArray(answer.result?.content) || typeof answer.result.structuredContent !== 'object')
      return 'no result';
    return undefined;
  } catch {
    return 'no JSON';
  }
}

/** The nine digits before the closing brace: where our layout has the id. */
function lastNumber(body: Buffer): number {
  let value = 0;
  for (let at = body.length - 1 - digits; at < body.length - 1; at += 1)
    value = value * 10 + (body[at] ?? 0) - 0x30;
  return value;
}

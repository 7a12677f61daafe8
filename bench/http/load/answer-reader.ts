/**
 * Reads HTTP/1.1 answers off one connection: status and body, by content-length or chunks.
 * It exists because a general client costs more than the servers it measures.
 * Invariant: the fast way is taken only where the head has the shape of the answer before; all else is read in full.
 */
export type OnAnswer = (status: number, body: Buffer) => void;

const colon = 0x3a;
const carriageReturn = 0x0d;
const newline = 0x0a;

export class AnswerReader {
  readonly #onAnswer: OnAnswer;
  #rest: Buffer | undefined;
  /** Where the digits of content-length begin, and what follows them up to the body; 0 while unknown. */
  #lengthAt = 0;
  #tail = 0;

  constructor(onAnswer: OnAnswer) {
    this.#onAnswer = onAnswer;
  }

  /** `bytes` may be overwritten after the call; so may the bodies handed out. */
  push(bytes: Buffer): void {
    let data = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = undefined;
    while (data.length > 0) {
      const taken = this.#fast(data) || this.#full(data);
      if (taken === 0) {
        this.#rest = Buffer.from(data);
        return;
      }
      data = data.subarray(taken);
    }
  }

  /** Bytes of one whole answer of the known shape, or 0. */
  #fast(data: Buffer): number {
    let at = this.#lengthAt;
    if (at === 0 || data[at - 2] !== colon) return 0;
    let length = 0;
    for (let byte = data[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = data[at] ?? 0) {
      length = length * 10 + byte - 0x30;
      at += 1;
    }
    const body = at + this.#tail;
    if (data[body - 4] !== carriageReturn || data[body - 1] !== newline || data[body - 3] !== newline)
      return 0;
    if (data.length < body + length) return 0;
    this.#onAnswer(statusOf(data), data.subarray(body, body + length));
    return body + length;
  }

  #full(data: Buffer): number {
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const head = data.toString('latin1', 0, end).toLowerCase();
    const body = end + 4;
    if (/\r\ntransfer-encoding: *chunked/.test(head)) return this.#chunked(data, body);
    const found = /\r\ncontent-length: /.exec(head);
    if (found === null) throw new Error(`An answer without length: ${head}`);
    this.#lengthAt = found.index + found[0].length;
    const digits = /\d+/.exec(head.slice(this.#lengthAt))?.[0] ?? '';
    this.#tail = body - this.#lengthAt - digits.length;
    if (data.length < body + Number(digits)) return 0;
    this.#onAnswer(statusOf(data), data.subarray(body, body + Number(digits)));
    return body + Number(digits);
  }

  #chunked(data: Buffer, start: number): number {
    const parts: Buffer[] = [];
    for (let at = start; ; ) {
      const line = data.indexOf('\r\n', at);
      if (line < 0) return 0;
      const size = Number.parseInt(data.toString('latin1', at, line), 16);
      const end = line + 2 + size + 2;
      if (data.length < end) return 0;
      if (size === 0) {
        this.#onAnswer(statusOf(data), Buffer.concat(parts));
        return end;
      }
      parts.push(data.subarray(line + 2, line + 2 + size));
      at = end;
    }
  }
}

/** The three digits after "HTTP/1.1 ". */
function statusOf(data: Buffer): number {
  return ((data[9] ?? 0) - 0x30) * 100 + ((data[10] ?? 0) - 0x30) * 10 + ((data[11] ?? 0) - 0x30);
}

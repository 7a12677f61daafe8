/**
 * One connection of lines with many requests under way at once.
 * It exists because an agent's bridge pipelines, and a general client costs more than what it measures.
 * Invariant: an answer is counted for the request with its id, once.
 */
import { connect, type Socket } from 'node:net';

const idMark = Buffer.from('"id":');
const failed = Buffer.from('"isError":true');
const refused = Buffer.from('"error":{');
const newline = 0x0a;

/** Told for each request: when it was meant to start, and what is wrong with its answer. */
export type OnAnswer = (startedAt: number, wrong: string | undefined) => void;

export class LineConnection {
  readonly #socket: Socket;
  readonly #onAnswer: OnAnswer;
  readonly #startedAt = new Map<number, number>();
  #rest: Buffer | undefined;
  #out = '';

  private constructor(socket: Socket, onAnswer: OnAnswer) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.on('data', (bytes) => this.#read(bytes));
  }

  /** Opens, and waits until the preface was accepted. */
  static open(path: string, preface: string, onAnswer: OnAnswer): Promise<LineConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path });
      socket.once('error', reject);
      socket.once('data', (reply) => {
        if (reply.includes('"ok":true')) resolve(new LineConnection(socket, onAnswer));
        else reject(new Error(reply.toString()));
      });
      socket.write(`${preface}\n`);
    });
  }

  get underWay(): number {
    return this.#startedAt.size;
  }

  /** Adds to what `flush` sends. */
  add(line: string, id: number, startedAt: number): void {
    this.#startedAt.set(id, startedAt);
    this.#out += line;
  }

  flush(): void {
    if (this.#out === '') return;
    this.#socket.write(this.#out);
    this.#out = '';
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    const data = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    let from = 0;
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, from)) {
      this.#answered(data.subarray(from, end));
      from = end + 1;
    }
    this.#rest = from === data.length ? undefined : Buffer.from(data.subarray(from));
  }

  #answered(line: Buffer): void {
    const at = line.lastIndexOf(idMark) + idMark.length;
    const id = Number(line.toString('latin1', at, at + 9));
    const startedAt = this.#startedAt.get(id);
    if (startedAt === undefined || !this.#startedAt.delete(id)) {
      this.#onAnswer(Number.NaN, 'another id');
      return;
    }
    const wrong = line.includes(failed) ? 'isError' : line.includes(refused) ? 'error' : undefined;
    this.#onAnswer(startedAt, wrong);
  }
}

/**
 * One keep-alive connection of the load generator: at most one request under way.
 * It exists on bare sockets with one shared read buffer, so that the generator costs less than what it measures.
 * Invariant: an answer is counted for the request it was checked against, or as a failure.
 */
import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.js';
import { stamp, type Template, wrongWith } from './template.js';

/** Reads are handled before the next read begins, so all connections share the memory. */
const shared = Buffer.allocUnsafe(256 * 1024);

/** Told once for each request: `wrong` is undefined for a right answer. */
export type OnDone = (connection: Connection, wrong: string | undefined) => void;

export class Connection {
  /** When the request under way was meant to start; free for the loop to use. */
  startedAt = 0;
  /** Index of the loop's phase that the request belongs to. */
  phase = 0;
  readonly #port: number;
  readonly #onDone: OnDone;
  #socket: Socket | undefined;
  #id = 0;

  private constructor(port: number, onDone: OnDone) {
    this.#port = port;
    this.#onDone = onDone;
  }

  static async open(port: number, onDone: OnDone): Promise<Connection> {
    const made = new Connection(port, onDone);
    await made.#connect();
    return made;
  }

  send({ bytes, idAt }: Template, id: number): void {
    const socket = this.#socket;
    if (socket === undefined) {
      this.#reconnect();
      return;
    }
    this.#id = id;
    stamp(bytes, idAt, id);
    socket.write(bytes);
    // The bytes are used again at once, so they must be gone.
    if (socket.writableLength > 0) throw new Error('A request did not fit into the socket.');
  }

  close(): void {
    this.#id = 0;
    this.#socket?.destroy();
  }

  #connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader((status, body) => this.#answered(wrongWith(status, body, this.#id)));
      const socket = connect({
        port: this.#port,
        host: '127.0.0.1',
        noDelay: true,
        onread: {
          buffer: shared,
          callback: (length, buffer) => {
            reader.push((buffer as Buffer).subarray(0, length));
            return true;
          },
        },
      });
      socket.once('connect', () => {
        this.#socket = socket;
        resolve();
      });
      socket.on('error', reject);
      socket.on('close', () => {
        if (this.#socket === socket) this.#socket = undefined;
        if (this.#id !== 0) this.#answered('connection lost');
      });
    });
  }

  #answered(wrong: string | undefined): void {
    this.#id = 0;
    this.#onDone(this, wrong);
  }

  /** The server closed an idle connection: the request waits for a new one, and its time runs on. */
  #reconnect(): void {
    this.#connect().then(
      () => this.#onDone(this, 'reconnected'),
      () => setImmediate(() => this.#onDone(this, 'connection refused')),
    );
  }
}

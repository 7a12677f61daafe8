/**
 * Sockets that send a byte a second and never finish: half of them in the head, half in the body.
 * They exist as the cheapest attack there is.
 * Invariant: as many as asked for are open or opening until `stop`.
 */
import { connect, type Socket } from 'node:net';

export interface DrippersOptions {
  readonly port: number;
  readonly token: string;
  readonly count: number;
}

const everyMs = 1000;
const letter = Buffer.from('x');

export class Drippers {
  readonly #options: DrippersOptions;
  readonly #sockets = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #opened = 0;

  constructor(options: DrippersOptions) {
    this.#options = options;
  }

  /** Connected now. */
  get open(): number {
    let open = 0;
    for (const { connecting, destroyed } of this.#sockets) if (!connecting && !destroyed) open += 1;
    return open;
  }

  /** Opens all, a hundred at a time, and begins to drip. */
  async start(): Promise<void> {
    for (let left = this.#options.count; left > 0; left -= 100)
      await Promise.all(Array.from({ length: Math.min(100, left) }, () => this.#one()));
    this.#timer = setInterval(() => {
      for (const socket of this.#sockets) if (!socket.connecting) socket.write(letter);
    }, everyMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  #one(): Promise<void> {
    const { port, token } = this.#options;
    const inBody = this.#opened++ % 2 === 0;
    const head = `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n`;
    const more =
      'content-type: application/json\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: related_files\r\ncontent-length: 100000\r\n\r\n{';
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      this.#sockets.add(socket);
      socket.on('connect', () => {
        socket.write(inBody ? `${head}${more}` : `${head}x-drip: `);
        resolve();
      });
      socket.on('error', () => undefined);
      socket.resume();
      socket.on('close', () => {
        this.#sockets.delete(socket);
        resolve();
        // A refused one waits a little, or a full server would make this a loop.
        if (!this.#stopped) setTimeout(() => !this.#stopped && void this.#one(), 100);
      });
    });
  }
}

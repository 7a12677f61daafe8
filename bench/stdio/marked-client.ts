/**
 * One stdio client of the bench: a child process, its pipes, and calls whose ids no other client uses.
 * It exists to see that an answer comes back to whom it belongs, at a cost that leaves the machine to the servers.
 * Invariant: an answer is counted once; one that this client did not wait for is misrouted.
 */
import type { ChildProcess } from 'node:child_process';

export interface Counted {
  readonly answers: number;
  /** Answers with an id that this client was not waiting for. */
  readonly misrouted: number;
  /** Answers that were errors. */
  readonly failed: number;
}

/** Makes call number `n` of a client: the line, without its newline, with that id. */
export type MakeCall = (id: string, n: number) => string;
/** Looks at an answer; false when it is not the one for that id. */
export type CheckAnswer = (id: string, line: string) => boolean;

const idMark = '"id":"';

export class MarkedClient {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #waiting = new Set<string>();
  #rest = '';
  #sent = 0;
  #ended = false;
  #onLine: (line: string) => void = () => undefined;

  /** @param child its stdin and stdout must be pipes. */
  constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    child.once('exit', () => {
      this.#ended = true;
      this.#onLine('');
    });
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (this.#rest + chunk).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#onLine(line);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends `count` calls, at most `depth` at once, and resolves when all are answered. @throws when the process ends */
  run(options: { count: number; depth: number; make: MakeCall; check: CheckAnswer }): Promise<Counted> {
    const { count, depth, make, check } = options;
    let [sent, answers, misrouted, failed] = [0, 0, 0, 0];
    return new Promise((resolve, reject) => {
      const send = () => {
        let lines = '';
        for (; sent < count && this.#waiting.size < depth; sent += 1) {
          const id = `${this.#name}-${this.#sent}`;
          lines += `${make(id, this.#sent)}\n`;
          this.#sent += 1;
          this.#waiting.add(id);
        }
        if (lines !== '') this.#child.stdin?.write(lines);
      };
      this.#onLine = (line) => {
        if (this.#ended) {
          reject(new Error(`${this.#name} ended with ${this.#child.exitCode}.`));
          return;
        }
        const at = line.lastIndexOf(idMark) + idMark.length;
        const id = line.slice(at, line.indexOf('"', at));
        if (!this.#waiting.delete(id) || !check(id, line)) misrouted += 1;
        else if (line.includes('"error":{') || line.includes('"isError":true')) failed += 1;
        else answers += 1;
        if (answers + misrouted + failed === count) resolve({ answers, misrouted, failed });
        else if (sent < count) send();
      };
      send();
    });
  }
}

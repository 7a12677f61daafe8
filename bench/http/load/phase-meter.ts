/**
 * Counts one phase: answers, failures, latencies, and the CPU both sides used meanwhile.
 * It exists so that both loops measure alike.
 * Invariant: CPU is read at the phase's own edges.
 */
import { cpuSeconds, mainThreadSeconds } from '../../rig/process-usage.js';
import type { Phase } from './job.js';
import { Samples } from './samples.js';

export class PhaseMeter {
  readonly #pid: number;
  readonly #samples = new Samples();
  readonly #failures: Record<string, number> = {};
  #answers = 0;
  #began = 0;
  #serverCpu = 0;
  #mainCpu = 0;
  #loadCpu = 0;
  #closed: Pick<Phase, 'seconds' | 'serverCpu' | 'mainCpu' | 'loadCpu'> | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  begin(): void {
    this.#began = performance.now();
    this.#serverCpu = cpuSeconds(this.#pid);
    this.#mainCpu = mainThreadSeconds(this.#pid);
    this.#loadCpu = cpuSeconds(process.pid);
  }

  done(milliseconds: number, wrong: string | undefined): void {
    if (wrong !== undefined) this.#failures[wrong] = (this.#failures[wrong] ?? 0) + 1;
    else {
      this.#answers += 1;
      this.#samples.add(milliseconds);
    }
  }

  /** Requests that were never answered. */
  missing(count: number): void {
    if (count > 0) this.#failures['no answer'] = count;
  }

  /** Ends the window; answers that come later still count, for a paced phase must answer for all it began. */
  end(): void {
    this.#closed = {
      seconds: (performance.now() - this.#began) / 1000,
      serverCpu: cpuSeconds(this.#pid) - this.#serverCpu,
      mainCpu: mainThreadSeconds(this.#pid) - this.#mainCpu,
      loadCpu: cpuSeconds(process.pid) - this.#loadCpu,
    };
  }

  result(): Phase {
    if (this.#closed === undefined) throw new Error('The phase has not ended.');
    return {
      ...this.#closed,
      answers: this.#answers,
      failures: this.#failures,
      rate: this.#answers / this.#closed.seconds,
      latency: this.#samples.latency(),
    };
  }
}

/**
 * What the gateway sees of one server: how long its requests took from door to door, over which transport, and how they failed.
 * It exists apart from the server's own figures because waiting and the hop between threads are in it.
 * Invariant: a tool's name is one of the catalogue's; whatever is no tool of it is counted as "". Transports and failures are counted
 * exactly; durations stand for one another when there are very many (see pace.ts).
 */
import type { CallContext, CallRequest } from '../../protocol/index.js';
import { createBlock, type Observe, Recorder, readBlock } from './block.js';
import { type FailureClass, failureClasses } from './failure-class.js';
import type { Distribution } from './histogram.js';
import { Pace } from './pace.js';

type Transport = CallContext['transport'];

export interface FrontReading {
  /** Tool → duration in seconds; "": requests that are no tool call. */
  readonly durations: ReadonlyMap<string, Distribution>;
  readonly transports: Readonly<Record<Transport, number>>;
  /** Requests that never got to a tool's answer, by kind. */
  readonly failures: Readonly<Record<FailureClass, number>>;
}

const noTool = '';

export class Front {
  readonly #block;
  readonly #observe: ReadonlyMap<string, Observe>;
  readonly #other: Observe;
  readonly #pace: Pace;
  readonly #now: () => number;
  readonly #transports: Record<Transport, number> = { http: 0, stdio: 0, unix: 0, internal: 0 };
  readonly #failures = Object.fromEntries(failureClasses.map((kind) => [kind, 0])) as Record<
    FailureClass,
    number
  >;

  /** @param now monotonic, milliseconds. */
  constructor(tools: readonly string[], now: () => number) {
    this.#now = now;
    this.#pace = new Pace({ full: 1_000, longest: 16, now, random: Math.random });
    this.#block = createBlock([noTool, ...tools].map((name) => ({ name, unit: 'seconds' })));
    const recorder = new Recorder(this.#block);
    this.#observe = new Map(tools.map((name) => [name, recorder.histogram(name)]));
    this.#other = recorder.histogram(noTool);
  }

  /** One request begins: how many it stands for when it is timed, else 0. Goes back to `finished` with the time it began. */
  begins(): number {
    return this.#pace.next();
  }

  /** One request ended, well or not. @param began the clock when it began; of no meaning with weight 0 */
  finished({ expect, context }: CallRequest, weight: number, began: number): void {
    this.#transports[context.transport] += 1;
    if (weight === 0) return;
    const tool = expect.method === 'tools/call' ? (expect.name ?? noTool) : noTool;
    (this.#observe.get(tool) ?? this.#other)((this.#now() - began) / 1000, weight);
  }

  /** One request was not carried to its answer. */
  failed(kind: FailureClass): void {
    this.#failures[kind] += 1;
  }

  read(): FrontReading {
    return {
      durations: readBlock(this.#block).histograms,
      transports: { ...this.#transports },
      failures: { ...this.#failures },
    };
  }
}

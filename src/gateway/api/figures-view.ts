/**
 * The monitor's figures as people read them: percentiles instead of buckets, memory beside its limit.
 * It exists for `lmcp status` and the status page, which show the same.
 * Invariant: null where nothing was measured; seconds and bytes throughout.
 */
import { type Distribution, type Figures, quantile } from '../../runtime/index.js';

export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface FiguresView {
  readonly enabled: boolean;
  readonly threads: readonly ThreadView[];
  readonly servers: readonly ServerView[];
  readonly journal: {
    readonly commits: number;
    readonly eventsPerCommit: number | null;
    readonly fsync: Percentiles;
  };
  readonly captureDropped: number;
}

export interface ThreadView {
  readonly name: string;
  readonly running: boolean;
  /** Times it was started again. */
  readonly restarts: number;
  readonly heapBytes: number;
  /** Outside the heap: buffers, WebAssembly. */
  readonly externalBytes: number;
  readonly limitBytes: number;
  /** Share of the last half second its loop was busy. */
  readonly utilization: number;
  readonly lag: Percentiles;
  readonly gcSeconds: number;
}

export interface ServerView {
  readonly name: string;
  readonly inFlight: number;
  readonly waiting: number;
  /** Calls refused because too many waited. */
  readonly shed: number;
  readonly failed: number;
  readonly transports: Readonly<Record<string, number>>;
  /** From the gateway and back; only what was called. `tool` is empty for what is no tool call. */
  readonly tools: readonly (Percentiles & { readonly tool: string; readonly calls: number })[];
}

export function figuresView(figures: Figures): FiguresView {
  const journal = figures.threads.get('journal')?.histograms;
  const batches = journal?.get('batchEvents');
  return {
    enabled: figures.enabled,
    threads: [...figures.threads].map(([name, { running, restarts, slots, histograms }]) => ({
      name,
      running,
      restarts,
      heapBytes: running ? slots.heapUsed : 0,
      externalBytes: running ? slots.external : 0,
      limitBytes: slots.limit,
      utilization: running ? slots.loopUtilization : 0,
      lag: percentiles(histograms.get('lag')),
      gcSeconds: slots.gcSeconds,
    })),
    servers: [...figures.lanes].map(([name, lane]) => serverView(name, lane, figures)),
    journal: {
      commits: batches?.count ?? 0,
      eventsPerCommit: batches && batches.count > 0 ? batches.sum / batches.count : null,
      fsync: percentiles(journal?.get('fsync')),
    },
    captureDropped: figures.captureDropped,
  };
}

function serverView(
  name: string,
  lane: { inFlight: number; waiting: number; shed: number },
  figures: Figures,
): ServerView {
  const front = figures.servers.get(name);
  const slots = figures.threads.get(name)?.slots;
  const inTool = slots
    ? slots.failedClient + slots.failedServer + slots.failedUnavailable + slots.failedCancelled
    : 0;
  const onTheWay = Object.values(front?.failures ?? {}).reduce((a, b) => a + b, 0);
  return {
    name,
    ...lane,
    failed: inTool + onTheWay,
    transports: front?.transports ?? {},
    tools: [...(front?.durations ?? [])]
      .filter(([, { count }]) => count > 0)
      .map(([tool, distribution]) => ({ tool, calls: distribution.count, ...percentiles(distribution) })),
  };
}

function percentiles(distribution: Distribution | undefined): Percentiles {
  const at = (q: number) => (distribution && quantile(distribution, q)) ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

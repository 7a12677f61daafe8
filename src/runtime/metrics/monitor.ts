/**
 * The gateway's side of the monitor: hands each thread its block, counts what the gateway sees of each server, reads it all.
 * It exists so that one look tells how every thread and every tool is doing, without a message to anyone.
 * Invariant: names are those of the catalogue and of our own threads, never a client's text, so figures stay bounded in number.
 */
import {
  type Block,
  type BlockReading,
  createBlock,
  type HistogramSpec,
  readBlock,
  toolHistogram,
} from './block.js';
import { Front, type FrontReading } from './front.js';
import { lagHistogram } from './probe.js';
import type { ThreadMetrics } from './thread-metrics.js';

export interface MonitoredServer {
  readonly name: string;
  readonly tools: readonly string[];
}

export interface MonitorOptions {
  /** False: blocks exist (the supervisor needs them), but nothing is timed or counted. */
  readonly enabled: boolean;
  readonly servers: readonly MonitoredServer[];
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** Histograms of the journal's block. Events a group commit, bytes of its block, and how long the disk took. */
export const journalHistograms = [
  { name: 'fsync', unit: 'seconds' },
  { name: 'batchEvents', unit: 'count' },
  { name: 'batchBytes', unit: 'count' },
] as const satisfies readonly HistogramSpec[];

/** Every block and every front at one moment. */
export interface MonitorReading {
  readonly threads: ReadonlyMap<string, BlockReading>;
  readonly servers: ReadonlyMap<string, FrontReading>;
}

const lag: HistogramSpec = { name: lagHistogram, unit: 'seconds' };

export class Monitor {
  readonly enabled: boolean;
  readonly #servers: ReadonlyMap<string, MonitoredServer>;
  readonly #fronts: ReadonlyMap<string, Front>;
  readonly #blocks = new Map<string, Block>();

  constructor({ enabled, servers, now }: MonitorOptions) {
    this.enabled = enabled;
    this.#servers = new Map(servers.map((server) => [server.name, server]));
    // There from the start, so that a server that was never asked is seen as one that does not run.
    for (const { name } of servers) this.block(name);
    this.#fronts = new Map(enabled ? servers.map(({ name, tools }) => [name, new Front(tools, now)]) : []);
  }

  /** The block of that thread: "gateway", "journal", "pool-1" …, or a server's name. The same one after a restart. */
  block(thread: string): Block {
    let block = this.#blocks.get(thread);
    if (!block) {
      const tools = (this.#servers.get(thread)?.tools ?? []).map((name) => toolHistogram(name));
      block = createBlock([lag, ...tools, ...(thread === 'journal' ? journalHistograms : [])]);
      this.#blocks.set(thread, block);
    }
    return block;
  }

  /** What that thread is given of the monitor. @param limit bytes it may use; 0: what its heap may grow to. */
  thread(name: string, limit: number): ThreadMetrics {
    return { block: this.block(name), enabled: this.enabled, limit };
  }

  /** Where the gateway counts what it carries to that server; undefined when the monitor is off or there is no such server. */
  front(server: string): Front | undefined {
    return this.#fronts.get(server);
  }

  read(): MonitorReading {
    return {
      threads: new Map([...this.#blocks].map(([name, block]) => [name, readBlock(block)])),
      servers: new Map([...this.#fronts].map(([name, front]) => [name, front.read()])),
    };
  }
}

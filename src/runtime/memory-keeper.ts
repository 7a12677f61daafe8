/**
 * Keeps a thread within its memory: heap, ArrayBuffers and WebAssembly summed, measured at each beat.
 * It exists because V8 bounds the heap alone; what a thread holds beside it would be stopped by the machine only.
 * Invariant: what it publishes above the limit is held, not garbage: it was collected and let go of first.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isolateMemory, type MemoryUse, type Pulse } from './pulse.js';

export interface MemoryKeeperOptions {
  readonly pulse: Pulse;
  readonly limitBytes: number;
  /** Lets go of what can be had again. */
  readonly letGo: () => Promise<void>;
  readonly measure?: () => MemoryUse;
  readonly collect?: () => void;
}

/** Returns the thread's beat: to be called from its event loop whenever the gateway asks. */
export function memoryKeeper(options: MemoryKeeperOptions): () => void {
  const { pulse, limitBytes, letGo, measure = isolateMemory, collect = collectGarbage } = options;
  const isOver = (use: MemoryUse) => use.heapBytes + use.externalBytes > limitBytes;
  let letting = false;

  async function shrink(): Promise<void> {
    letting = true;
    pulse.lettingGo = true;
    await letGo().catch(() => undefined);
    collect();
    pulse.beat(measure());
    pulse.lettingGo = false;
    letting = false;
  }

  return () => {
    let use = measure();
    if (isOver(use)) {
      collect();
      use = measure();
      if (isOver(use) && !letting) void shrink();
    }
    pulse.beat(use);
  };
}

/** A full collection: V8 has one, but hands it out only when asked for by flag. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

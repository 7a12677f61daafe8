/**
 * What a thread is given to write its figures, and how it begins to.
 * It exists so that every kind of thread takes part by one line at its start.
 * Invariant: with the monitor off nothing is probed; the block is there all the same, for the supervisor's slots.
 */
import { getHeapStatistics } from 'node:v8';
import { type ErrorCode, errors } from '../../errors/index.js';
import { type Block, Recorder, type Slot, toolHistogram } from './block.js';
import { type FailureClass, failureClass } from './failure-class.js';
import { startProbe } from './probe.js';

/** Plain data, part of a thread's workerData. */
export interface ThreadMetrics {
  readonly block: Block;
  readonly enabled: boolean;
  /** Bytes this thread may use; 0: what its heap may grow to. */
  readonly limit: number;
}

/** The recorder of the calling thread; from now on it probes itself when the monitor is on. `stop` ends that. */
export function watchThread({ block, enabled, limit }: ThreadMetrics): {
  readonly recorder: Recorder;
  stop(): void;
} {
  const recorder = new Recorder(block);
  const bytes = limit > 0 ? limit : getHeapStatistics().heap_size_limit;
  recorder.set('limit', bytes);
  return { recorder, stop: enabled ? startProbe(recorder) : () => undefined };
}

/** Counts one tool call in its own thread: how long it ran, and the registry code it failed with. */
export type CountCall = (tool: string, seconds: number, code?: string) => void;

const failedSlot: Readonly<Record<FailureClass, Slot>> = {
  client: 'failedClient',
  server: 'failedServer',
  unavailable: 'failedUnavailable',
  cancelled: 'failedCancelled',
};

/** @param tools those of the block; a call of any other name counts only when it failed. */
export function callCounter(recorder: Recorder, tools: readonly string[]): CountCall {
  const observe = new Map(tools.map((tool) => [tool, recorder.histogram(toolHistogram(tool).name)]));
  return (tool, seconds, code) => {
    observe.get(tool)?.(seconds);
    if (code !== undefined && code in errors)
      recorder.add(failedSlot[failureClass(errors[code as ErrorCode])]);
  };
}

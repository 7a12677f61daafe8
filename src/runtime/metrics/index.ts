/**
 * Figures of every thread and tool, in shared memory: each thread writes its own block, the gateway reads them all.
 * It exists so that looking costs the looked-at nothing: no message, no lock, no thread woken.
 * Read `block.ts` for the memory, `histogram.ts` for the buckets, `monitor.ts` for the reader's side.
 */
export { type Block, type BlockReading, Recorder, readBlock, type Slot, toolHistogram } from './block.js';
export { failureClass, failureClasses } from './failure-class.js';
export type { Figures, ThreadFigures } from './figures.js';
export type { Front, FrontReading } from './front.js';
export { cumulative, type Distribution, quantile } from './histogram.js';
export { Monitor, type MonitorReading } from './monitor.js';
export { lagHistogram } from './probe.js';
export { type CountCall, callCounter, type ThreadMetrics, watchThread } from './thread-metrics.js';
export { timedFiles } from './timed-files.js';

/**
 * What a thread tells of itself at intervals: how late its loop is, how busy, how much memory, how long it collected garbage.
 * It exists so that a slow answer can be told from a busy thread.
 * Invariant: asks nobody, holds no thread alive, writes only its own block, and costs the thread next to nothing.
 *
 * A timer of our own, twice a second: the built-in delay monitor wakes each thread a hundred times a second, which an idle daemon with
 * six threads would pay for. Collections are watched half a second in ten and counted for all ten: Node takes about 0.1 ms to report
 * one, and a busy thread has hundreds a second.
 */
import { PerformanceObserver, performance } from 'node:perf_hooks';
import type { Recorder } from './block.js';

/** Name of the histogram of how late the timer came, in seconds. */
export const lagHistogram = 'lag';
const EVERY_MS = 500;
/** Of so many intervals, collections are watched in one. */
const WATCHED_IN = 20;

/** Begins to write; the returned function ends it. */
export function startProbe(recorder: Recorder): () => void {
  const observeLag = recorder.histogram(lagHistogram);
  const collections = watchCollections(recorder, WATCHED_IN);
  let before = performance.eventLoopUtilization();
  let due = performance.now() + EVERY_MS;
  let interval = 0;
  const measure = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    recorder.set('heapUsed', heapUsed);
    recorder.set('external', external);
    recorder.set('arrayBuffers', arrayBuffers);
  };
  const look = () => {
    measure();
    const now = performance.eventLoopUtilization();
    recorder.set('loopUtilization', performance.eventLoopUtilization(now, before).utilization);
    before = now;
  };
  measure();
  const timer = setInterval(() => {
    const now = performance.now();
    observeLag(Math.max(0, now - due) / 1000);
    due = now + EVERY_MS;
    look();
    interval = (interval + 1) % WATCHED_IN;
    if (interval === 0) collections.begin();
    else if (interval === 1) collections.end();
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    collections.end();
  };
}

/** Counts garbage collections from `begin` to `end`, each for `weight` of its kind. */
export function watchCollections(recorder: Recorder, weight: number): { begin(): void; end(): void } {
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      recorder.add('gcSeconds', (weight * duration) / 1000);
      recorder.add('gcRuns', weight);
    }
  });
  return {
    begin: () => observer.observe({ entryTypes: ['gc'] }),
    end: () => observer.disconnect(),
  };
}

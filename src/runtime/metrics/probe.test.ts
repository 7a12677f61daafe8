/** What a thread says of itself: memory at once, collections by their weight while they are watched. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createBlock, Recorder, readBlock } from './block.js';
import { startProbe, watchCollections } from './probe.js';

function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('the probe', () => {
  it('tells memory at once, and how late the loop was after a while', async () => {
    const block = createBlock([{ name: 'lag', unit: 'seconds' }]);
    const stop = startProbe(new Recorder(block));
    try {
      expect(readBlock(block).slots.heapUsed).toBeGreaterThan(1e6);
      const lag = () => readBlock(block).histograms.get('lag')!;
      const busyUntil = performance.now() + 700;
      while (performance.now() < busyUntil);
      await expect.poll(() => lag().count, { timeout: 20_000 }).toBeGreaterThan(0);
      expect(lag().sum).toBeGreaterThan(0.15);
      expect(readBlock(block).slots.loopUtilization).toBeGreaterThan(0);
    } finally {
      stop();
    }
  });

  it('counts a collection for as many as it stands for, and none that it does not watch', async () => {
    const block = createBlock([]);
    const collections = watchCollections(new Recorder(block), 20);
    collect();
    collections.begin();
    collect();
    await expect.poll(() => readBlock(block).slots.gcRuns, { timeout: 20_000 }).toBeGreaterThanOrEqual(20);
    collections.end();
    const { gcRuns, gcSeconds } = readBlock(block).slots;
    expect(gcRuns % 20).toBe(0);
    expect(gcSeconds).toBeGreaterThan(0);
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readBlock(block).slots.gcRuns).toBe(gcRuns);
  });
});

/**
 * False alarms and delay of the drift detectors on streams of 0 and 1 whose mean stays, or jumps by .2.
 * It exists so that ADWIN's promise, false alarms at most delta, is a measured figure with an interval.
 * Invariant: seeded; the interval is Wilson's at 99 %.
 */
import { seededRandom } from '../../src/learning/contract/index.js';
import { Adwin, type DriftDetector, PageHinkley, wilson } from '../../src/learning/index.js';

export interface Alarms {
  readonly detector: string;
  /** What the alarms by look must not pass; null where nothing is promised. */
  readonly delta: number | null;
  readonly streams: number;
  /** Stationary streams of 10,000 numbers with at least one alarm. */
  readonly alarmed: number;
  readonly interval: readonly [number, number] | null;
  /** Alarms by look of the detector: what the theorem bounds by delta. A stream of many looks may well hold one. */
  readonly perLook: number;
  /** Wilson's 99 % interval of that share. */
  readonly lookInterval: readonly [number, number] | null;
  /** Numbers until a jump of the mean from .2 to .4 was found, median; the jump came after 2,000. */
  readonly delay: number;
}

const length = 10_000;
/** Looks once in so many numbers; Page-Hinkley looks at each. */
const clock = 32;

const detectors: readonly { name: string; delta: number | null; every: number; make: () => DriftDetector }[] =
  [
    ...[0.002, 0.01, 0.05].map((delta) => ({
      name: `ADWIN, delta ${delta}`,
      delta,
      every: clock,
      make: () => new Adwin({ delta, clock }),
    })),
    { name: 'Page-Hinkley, threshold 50', delta: null, every: 1, make: () => new PageHinkley() },
  ];

export function alarms(streams = 300): Alarms[] {
  return detectors.map(({ name, delta, every, make }) => {
    const random = seededRandom(2007);
    let [alarmed, count] = [0, 0];
    const delays: number[] = [];
    for (let stream = 0; stream < streams; stream++) {
      const mean = [0.05, 0.2, 0.5][stream % 3] ?? 0.5;
      const still = make();
      let found = 0;
      for (let i = 0; i < length; i++) if (still.update(random() < mean ? 1 : 0) !== 'none') found++;
      count += found;
      if (found > 0) alarmed++;
      const moved = make();
      for (let i = 0; i < 2000; i++) moved.update(random() < 0.2 ? 1 : 0);
      let delay = 1;
      while (moved.update(random() < 0.4 ? 1 : 0) !== 'rise' && delay < length) delay++;
      delays.push(delay);
    }
    delays.sort((a, b) => a - b);
    const looks = Math.floor(length / every) * streams;
    return {
      detector: name,
      delta,
      streams,
      alarmed,
      interval: wilson(alarmed, streams, 2.576),
      perLook: count / looks,
      lookInterval: wilson(count, looks, 2.576),
      delay: delays[delays.length >> 1] ?? length,
    };
  });
}

export function alarmLine(row: Alarms): string {
  const look = `${row.perLook.toExponential(1)} [${row.lookInterval?.map((p) => p.toExponential(1)).join(', ')}]`;
  const verdict =
    row.delta === null ? '' : (row.lookInterval?.[1] ?? 1) <= row.delta ? ' ≤ delta' : ' NOT ≤ delta';
  return `  ${row.detector.padEnd(30)} ${look}${verdict}; ${row.alarmed} of ${row.streams} streams; delay ${row.delay}`;
}

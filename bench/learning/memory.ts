/**
 * Memory of a next-action learner after millions of events of ever new sessions, files and tools.
 * It exists because "bounded" is a number of bytes, to be seen after the caches have turned over many times.
 * Invariant: the stream is generated from a seed, event by event; nothing of it is kept.
 */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { seededRandom } from '../../src/learning/contract/index.js';
import { NextActionLearner } from '../../src/learning/index.js';
import { EventSchema, type StoredEvent } from '../../src/proto/index.js';

const MiB = 1024 ** 2;
const tools = ['Read', 'Edit', 'Bash', 'Grep', 'Glob', 'Write'];

function* stream(events: number, seed: number): Generator<StoredEvent> {
  const random = seededRandom(seed);
  for (let i = 1; i <= events; i++) {
    const tool = tools[Math.floor(random() * random() * tools.length)] ?? 'Read';
    const file = Math.floor(i / 50) + Math.floor(random() * 20);
    yield {
      sequence: i,
      event: create(EventSchema, {
        at: timestampFromMs(1.7e12 + i * 900),
        workspace: 'w',
        source: 'generated',
        data: {
          case: 'interactionFinished',
          value: {
            session: `s${Math.floor(i / 200)}-side${Math.floor(random() * 4)}`,
            server: 'agent',
            tool: random() < 0.01 ? `tool${Math.floor(random() * 1e6)}` : tool,
            subject: `packages/p${file % 97}/src/module-${file}.ts`,
            ok: random() < 0.95,
          },
        },
      }),
    };
  }
}

/** Bytes in use after a full collection: heap and array buffers. Needs --expose-gc to be exact. */
function inUse(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export interface MemoryFigure {
  readonly events: number;
  readonly learnerMiB: number;
  readonly collected: boolean;
  readonly learnMeanUs: number;
}

/** @param events how many to learn; figures are given at each power of ten and at the end */
export function measureMemory(events: number, seed = 1): MemoryFigure[] {
  const before = inUse();
  const learner = new NextActionLearner({ task: 'next-action', label: 'tool+subject' });
  const figures: MemoryFigure[] = [];
  const began = process.cpuUsage().user;
  for (const stored of stream(events, seed)) {
    learner.learnOne(stored);
    const n = stored.sequence;
    if (n !== events && (n < 1e4 || !Number.isInteger(Math.log10(n)))) continue;
    figures.push({
      events: n,
      learnerMiB: (inUse() - before) / MiB,
      collected: 'gc' in globalThis,
      learnMeanUs: (process.cpuUsage().user - began) / n,
    });
  }
  return figures;
}

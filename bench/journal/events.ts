/**
 * Events as a working day makes them: tool calls, commands, receipts, commits, builds, errors; 100–500 bytes each.
 * They exist so that the bench measures what the journal will hold, free text to redact included.
 * Invariant: seeded; equal calls give equal events.
 */
import type { EventInit } from '../../src/journal/index.js';
import { seededChance } from '../../src/journal/seeded.js';

const words =
  'fix add remove rename handle null router cache test journal build error path token key when the of in for'.split(
    ' ',
  );

export function typicalEvents(count: number, seed = 1): EventInit[] {
  const chance = seededChance(seed);
  const pick = (n: number) => Math.floor(chance() * n);
  const sentence = (length: number) => Array.from({ length }, () => words[pick(words.length)]).join(' ');
  const path = () => `src/${words[pick(words.length)]}/${words[pick(words.length)]}-${pick(400)}.ts`;
  const sha = () => Array.from({ length: 40 }, () => '0123456789abcdef'.charAt(pick(16))).join('');
  const id = () => `${sha().slice(0, 26)}`;
  const makes: readonly (() => EventInit['data'])[] = [
    () => ({
      case: 'interactionFinished',
      value: { session: id(), server: 'development', tool: 'related_files', subject: path(), ok: true },
    }),
    () => ({
      case: 'commandFinished',
      value: { session: id(), cwd: 'packages/api', command: `npm test -- ${path()}`, exitCode: pick(2) },
    }),
    () => ({
      case: 'predictionMade',
      value: {
        prediction: id(),
        task: 'co-change',
        model: 'association-1',
        subject: path(),
        question: [path()],
        ranked: Array.from({ length: 5 }, path),
        stateOffset: BigInt(pick(100_000)),
      },
    }),
    () => ({
      case: 'commitLanded',
      value: {
        sha: sha(),
        parents: [sha()],
        author: sha().slice(0, 16),
        message: `${sentence(6)}\n\n${sentence(20)}`,
        files: Array.from({ length: 1 + pick(4) }, () => ({
          path: path(),
          status: 2,
          added: pick(50),
          deleted: pick(20),
        })),
      },
    }),
    () => ({ case: 'buildFinished', value: { build: String(pick(1e6)), outcome: 1 + pick(2) } }),
    () => ({
      case: 'errorObserved',
      value: {
        error: id(),
        text: `TypeError: ${sentence(12)} at ${path()}:${pick(90)}`,
        tool: 'vitest',
        paths: [path()],
      },
    }),
  ];
  const weights = [0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5];
  return Array.from({ length: count }, () => {
    const data = makes[weights[pick(weights.length)] ?? 0]?.();
    return { source: 'bench', ...(data && { data }) };
  });
}

/** No prediction of an event file uses what came later: random cuts through generated files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../learning/contract/index.js';
import { checkNoPeeking } from './contract/no-peeking.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-no-peeking-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function work(n: number, seed: number, shell: boolean): string {
  const random = seededRandom(seed);
  const lines = Array.from({ length: n }, (_, i) => {
    const session = `task-${Math.floor(random() * 5)}-side${i % 3}`;
    const file = `src/f${Math.floor(random() * 6)}.ts`;
    const tool = ['Read', 'Edit', 'Bash'][Math.floor(random() * random() * 3)]!;
    const at = new Date(1.7e12 + i * 700 + Math.floor(random() * 3)).toISOString();
    return JSON.stringify(
      shell
        ? { at, source: 'sh', commandFinished: { session, command: `${tool} ${file}`, exitCode: i % 2 } }
        : { at, source: 'a', interactionFinished: { session, tool, subject: file, ok: random() < 0.8 } },
    );
  });
  return lines.join('\n');
}

describe('no peeking', () => {
  it.each([
    ['next-action', 'tool', 11],
    ['next-action', 'tool+subject', 12],
    ['next-command', 'verb', 13],
    ['next-command', 'line', 14],
  ])(
    '%s by %s: flipped outcomes after a random cut change nothing before (seed %i)',
    async (task, label, seed) => {
      const file = join(folder, `${label}.jsonl.gz`);
      writeFileSync(file, gzipSync(work(400, seed, task === 'next-command')));
      const cut = 0.2 + 0.6 * seededRandom(seed)();
      const { compared, firstDifference, changedLater } = await checkNoPeeking({ task, label, file, cut });
      expect(compared).toBe(Math.floor(cut * 400) + 1);
      expect(firstDifference).toBeNull();
      expect(changedLater).toBe(true);
    },
  );
});

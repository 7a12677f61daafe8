/** No prediction of an event file uses what came later: random cuts through generated files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../learning/contract/index.js';
import { checkNoPeeking } from './contract/no-peeking.js';
import { evaluate } from './index.js';

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
        ? {
            at,
            source: 'sh',
            commandFinished: {
              session,
              command: `${tool} ${file}`,
              exitCode: i % 2,
              cwd: ['', 'web', 'api'][i % 3],
              branch: i % 5 === 0 ? 'main' : 'topic',
            },
          }
        : { at, source: 'a', interactionFinished: { session, tool, subject: file, ok: random() < 0.8 } },
    );
  });
  return lines.join('\n');
}

/** Examples of which a third get their label later, some never. */
function examples(n: number, seed: number): string {
  const random = seededRandom(seed);
  const waiting: string[] = [];
  const lines: string[] = [];
  for (let i = 0; i < n; i++) {
    const x = { a: random(), b: random(), word: `w${Math.floor(4 * random())}` };
    const y = x.a + x.b > 1 ? 'high' : x.word === 'w1' ? 'odd' : 'low';
    const when = random();
    if (when < 0.7) lines.push(JSON.stringify({ x, y }));
    else lines.push(JSON.stringify({ id: `q${i}`, x }));
    if (when >= 0.7 && when < 0.95) waiting.push(JSON.stringify({ id: `q${i}`, y }));
    if (random() < 0.3) lines.push(...waiting.splice(0, 1));
  }
  return lines.join('\n');
}

describe('no peeking', () => {
  it.each(['verb', 'line'])(
    'next-command by %s: nothing that a command says of itself is known before',
    async (label) => {
      const lines = work(300, 15, true).split('\n');
      const said = async (name: string, content: readonly string[]) => {
        const [file, predictionsPath] = [join(folder, `${name}.jsonl`), join(folder, `${name}.out.jsonl`)];
        writeFileSync(file, content.join('\n'));
        await evaluate({ task: 'next-command', label, files: [file], predictionsPath });
        return readFileSync(predictionsPath, 'utf8').trimEnd().split('\n');
      };
      const as = await said(`as-${label}`, lines);
      for (const at of [150, 222]) {
        const { commandFinished, ...event } = JSON.parse(lines[at]!);
        const { session } = commandFinished;
        const own = { session, command: 'cd web', cwd: 'web', branch: 'else', exitCode: 9, duration: '9s' };
        const other = [...lines];
        other[at] = JSON.stringify({ ...event, commandFinished: own });
        const then = await said(`other-${label}-${at}`, other);
        expect(then.slice(0, at + 1)).toEqual(as.slice(0, at + 1));
        expect(then.slice(at + 1)).not.toEqual(as.slice(at + 1));
      }
    },
  );

  it.each([21, 22, 23])('classify, labels now, later and never: the same (seed %i)', async (seed) => {
    const file = join(folder, `examples-${seed}.jsonl`);
    writeFileSync(file, examples(400, seed));
    const cut = 0.2 + 0.6 * seededRandom(seed)();
    const verdict = await checkNoPeeking({ task: 'classify', file, cut });
    expect(verdict.compared).toBeGreaterThan(0.6 * verdict.before);
    expect(verdict).toMatchObject({ firstDifference: null, changedLater: true });
  });

  it('classify on CSV: the same', async () => {
    const random = seededRandom(24);
    const file = join(folder, 'rows.csv');
    const rows = Array.from({ length: 400 }, () => [random(), `"w, ${Math.floor(3 * random())}"`]);
    writeFileSync(file, ['a,b,y', ...rows.map(([a, b]) => `${a},${b},${Number(a) > 0.5}`)].join('\r\n'));
    expect(await checkNoPeeking({ task: 'classify', file, cut: 0.55 })).toEqual({
      lines: 400,
      before: 220,
      compared: 221,
      firstDifference: null,
      changedLater: true,
    });
  });

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

import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ScratchRepository } from '../servers/development/contract/scratch-repository.js';
import { evaluateCoChange } from './co-change.js';

const made: ScratchRepository[] = [];
const out = join(tmpdir(), `co-change-predictions-${process.pid}.jsonl`);
afterAll(() => {
  for (const repository of made) repository.remove();
  rmSync(out, { force: true });
});

const modules = ['parser', 'printer', 'reader', 'writer'];

/** Forty commits; those from `cut` on depend on `tail`. */
function repository(tail: string, cut = 30): ScratchRepository {
  const made_ = new ScratchRepository();
  made.push(made_);
  for (let n = 0; n < 40; n++) {
    const name = modules[n % modules.length];
    const odd = n < cut ? '' : `${tail}/`;
    const author = n === 35 ? { name: 'renovate[bot]', email: 'bot@x' } : {};
    made_.change(
      `change ${n}`,
      [`src/${name}.ts`, `${odd}test/${name}.test.ts`, ...(n % 3 ? [] : ['docs.md'])],
      author,
    );
  }
  return made_;
}

interface Line {
  sha: string;
  given: string;
  ranked: string[];
}

async function predictions(root: string): Promise<{ lines: Line[]; text: string; n: number }> {
  const { n } = await evaluateCoChange({ task: 'co-change', repo: root, last: 0.5, predictionsPath: out });
  const text = readFileSync(out, 'utf8');
  return {
    n,
    text,
    lines: text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  };
}

describe('evaluating co-change', () => {
  it('does not peek: other later commits leave the predictions before them byte-identical', async () => {
    const a = repository('first');
    const b = repository('second');
    const shared = new Set(a.git('rev-list', 'HEAD~10').trim().split('\n'));
    expect(b.git('rev-list', 'HEAD~10').trim().split('\n')).toEqual([...shared]);
    expect(a.head()).not.toBe(b.head());
    const [before, after] = [await predictions(a.root), await predictions(b.root)];
    const until = ({ text, lines }: typeof before) =>
      text
        .split('\n')
        .slice(0, lines.filter(({ sha }) => shared.has(sha)).length)
        .join('\n');
    expect(until(before).length).toBeGreaterThan(500);
    expect(until(before)).toBe(until(after));
    expect(before.text).not.toBe(after.text);
  });

  it('writes one line for each known file of each counting commit of the window, with files known before', async () => {
    const own = repository('tail');
    const { lines, n } = await predictions(own.root);
    const window = own.git('rev-list', '--reverse', 'HEAD').trim().split('\n').slice(20);
    const bot = window[15];
    const known = new Set(own.git('ls-tree', '-r', '--name-only', `${window[0]}~1`).trim().split('\n'));
    const expected: [string, string][] = [];
    for (const sha of window) {
      const files = own.git('show', '--format=', '--name-only', sha).trim().split('\n').sort();
      if (sha !== bot)
        expected.push(...files.filter((f) => known.has(f)).map((f): [string, string] => [sha, f]));
      for (const line of lines.filter((each) => each.sha === sha)) {
        expect(line.ranked.every((path) => known.has(path) && path !== line.given)).toBe(true);
        expect(new Set(line.ranked).size).toBe(line.ranked.length);
      }
      for (const file of files) known.add(file);
    }
    expect(lines.map(({ sha, given }) => [sha, given])).toEqual(expected);
    expect(n).toBeGreaterThan(0);
    expect(n).toBeLessThanOrEqual(lines.length);
  });

  it('prints every baseline on the same questions, and how it counted', async () => {
    const result = await evaluateCoChange({ task: 'co-change', repo: repository('x').root });
    expect(Object.keys(result.metrics)).toEqual([
      'co-change-ranker',
      'same-directory',
      'name-stem',
      'frequency',
      'rose-confidence',
      'decayed-confidence',
    ]);
    expect(result.windowCommits).toBe(8);
    expect(result.notes.join(' ')).toMatch(/2–30 files/);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('refuses what is no repository', async () => {
    await expect(evaluateCoChange({ task: 'co-change', repo: tmpdir() })).rejects.toMatchObject({
      code: 'LMCP_NOT_A_REPOSITORY',
    });
    await expect(evaluateCoChange({ task: 'co-change' })).rejects.toMatchObject({ code: 'LMCP_USAGE' });
  });
});

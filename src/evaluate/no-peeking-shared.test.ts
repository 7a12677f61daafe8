/**
 * No prediction uses what came later, on every file of the public data sets that a task reads, where they are: beside the
 * project, or in the folder that LMCP_SHARED_DATA names. Long files are cut to their first lines; random cuts come from a seed of the file's name.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../learning/contract/index.js';
import { hashString } from '../learning/index.js';
import { checkNoPeeking } from './contract/no-peeking.js';
import { suitableTasks, tasks } from './index.js';
import { isCsv } from './read-examples.js';

const data = process.env.LMCP_SHARED_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const there = existsSync(data);
const why = there ? '' : ' (skipped: set LMCP_SHARED_DATA to the folder of the data sets)';

/** Lines taken of one file. */
const most = (file: string) => (isCsv(file) ? 400 : 12_000);

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(jsonl|csv)(\.gz)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

interface Case {
  readonly name: string;
  readonly file: string;
  readonly task: string;
  readonly label: string | undefined;
}

/** Every task with every label on every file that suits it, and the files that suit none. */
async function cases(): Promise<{ cases: Case[]; left: string[] }> {
  const made: Case[] = [];
  const left: string[] = [];
  for (const file of there ? files(data) : []) {
    const name = relative(data, file);
    const found = await suitableTasks({ files: [file] }).catch(() => []);
    if (found.length === 0) left.push(name);
    for (const { task } of found)
      for (const label of tasks[task]?.labels ?? [undefined]) made.push({ name, file, task, label });
  }
  return { cases: made, left };
}

const all = await cases();

describe.skipIf(!there)(`no peeking on public data${why}`, () => {
  it('finds the files of every task that reads files', () => {
    const reading = Object.entries(tasks).filter(([, { input }]) => input === 'files');
    expect(new Set(all.cases.map(({ task }) => task))).toEqual(new Set(reading.map(([task]) => task)));
    console.info(`${all.cases.length} runs; ${all.left.length} files suit no task: ${all.left.join(', ')}`);
  });

  for (const { name, file, task, label } of all.cases)
    it(`${task}${label ? ` by ${label}` : ''} on ${name}`, { timeout: 120_000 }, async () => {
      const random = seededRandom(hashString(`${task} ${label} ${name}`));
      const cut = 0.1 + 0.8 * random();
      const named = label === undefined ? {} : { label };
      const verdict = await checkNoPeeking({ task, file, cut, most: most(file), ...named });
      expect(verdict.firstDifference).toBeNull();
      expect(verdict.compared).toBeGreaterThan(0.9 * verdict.before);
      // The CSV files hold measurements: where no two labels are alike, none changes what is said later.
      if (!isCsv(file)) expect(verdict.changedLater).toBe(true);
    });
});

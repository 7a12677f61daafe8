/**
 * Runs the first candidate of each task in the sandbox, over a fixture of its own, and judges what it printed and left behind.
 * It exists for one figure: how often the first command works.
 * Invariant: what runs are commands that the generator made for our own requests, in bubblewrap, without network; never a line of a data set.
 */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmcpError } from '../../../src/errors/index.js';
import { run } from '../../../src/servers/bash/sandbox/index.js';
import { makeFixture } from './fixture.js';
import { type Task, tasks } from './tasks.js';

const timeoutMs = 5000;

export interface TaskResult {
  readonly request: string;
  readonly command: string | null;
  readonly right: boolean;
}

export interface TaskReport {
  readonly n: number;
  readonly right: number;
  readonly rate: number;
  /** Wilson's, 95 %. */
  readonly interval: readonly [number, number];
  readonly results: readonly TaskResult[];
}

/** Folders end in a slash, links are `→ target`; the modes of files below `mode:PATH`. */
function treeOf(folder: string, below = '', tree = new Map<string, string>()): Map<string, string> {
  for (const name of readdirSync(join(folder, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const about = lstatSync(join(folder, path));
    if (about.isSymbolicLink()) tree.set(path, `→ ${readlinkSync(join(folder, path))}`);
    else if (about.isDirectory()) {
      tree.set(`${path}/`, '');
      treeOf(folder, path, tree);
    } else {
      tree.set(path, readFileSync(join(folder, path), 'latin1'));
      tree.set(`mode:${path}`, (about.mode & 0o777).toString(8));
    }
  }
  return tree;
}

/** What the command did to a fresh fixture; false also where it could not be run. */
export async function isRight({ right }: Task, command: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-task-'));
  try {
    makeFixture(folder, Date.now());
    const before = treeOf(folder);
    const { exitCode, stdout } = await run({ command, cwd: folder, timeoutMs });
    return right({ exitCode, stdout, before, tree: treeOf(folder) });
  } catch (error) {
    if (error instanceof LmcpError && error.code === 'LMCP_NO_SANDBOX') throw error;
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function wilson(right: number, n: number): readonly [number, number] {
  const z = 1.96;
  const p = right / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [middle - half, middle + half];
}

/** @throws LMCP_NO_SANDBOX where bubblewrap is missing. */
export async function runTasks(first: (request: string) => string | null): Promise<TaskReport> {
  const results: TaskResult[] = [];
  for (const task of tasks) {
    const command = first(task.request);
    const right = command !== null && (await isRight(task, command));
    results.push({ request: task.request, command, right });
  }
  const right = results.filter((result) => result.right).length;
  return {
    n: results.length,
    right,
    rate: right / results.length,
    interval: wilson(right, results.length),
    results,
  };
}

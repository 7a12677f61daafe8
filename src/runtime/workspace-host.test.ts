/** What a workspace captures: where it was done, within the budget, with the rest counted. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineServer } from '../protocol/index.js';
import { CaptureBudget, captureMemory } from './capture-budget.js';
import { journalInMemory } from './contract/journal-in-memory.js';
import type { Captured, EventInit, Services } from './services.js';
import { WorkspaceHost } from './workspace-host.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function tree(branch: string): string {
  const root = mkdtempSync(join(tmpdir(), 'lmcp-host-'));
  folders.push(root);
  mkdirSync(join(root, '.git'));
  writeFileSync(join(root, '.git', 'HEAD'), `ref: refs/heads/${branch}\n`);
  return root;
}

function host(root: string | null, limit: number) {
  const journal = journalInMemory().connect();
  const surface = defineServer<Services>({ name: 's', title: 'S', instructions: '', tools: [] });
  const workspace = new WorkspaceHost({
    id: 'w',
    root,
    server: { surface, learners: [], adapters: [], queries: {} },
    journal,
    budget: new CaptureBudget(captureMemory(), limit, () => 5_000),
    now: () => 5_000,
    job: () => Promise.reject(new Error('no job was asked for')),
    log: () => undefined,
    slowly: (work) => work(),
  });
  const note = vi.spyOn(journal, 'note');
  const written = () => note.mock.calls.flatMap(([, events]) => events);
  return { workspace, written };
}

const ran = (command: string, { branch, cwd }: Captured): EventInit => ({
  source: 'hook:shell',
  data: { case: 'commandFinished', value: { session: 's', command, branch, cwd } },
});

describe('capture', () => {
  it('tells where it was done: branch and folder of the tree that is named, of its own, or of none', () => {
    const [own, other] = [tree('main'), tree('side')];
    const { workspace, written } = host(own, 100);
    workspace.capture({ cwd: join(own, 'src') }, (at) => ran('own', at));
    workspace.capture({ root: other, cwd: join(other, 'a', 'b') }, (at) => ran('other', at));
    workspace.capture({ root: other, cwd: own }, (at) => ran('outside', at));
    workspace.capture({ root: null, cwd: own }, (at) => ran('nowhere', at));
    expect(written().map(({ data }) => data?.value)).toMatchObject([
      { command: 'own', branch: 'main', cwd: 'src' },
      { command: 'other', branch: 'side', cwd: 'a/b' },
      { command: 'outside', branch: 'side', cwd: '' },
      { command: 'nowhere', branch: '', cwd: '' },
    ]);
  });

  it('keeps a sample above the budget, describes nothing else, and counts the rest', async () => {
    const { workspace, written } = host(null, 50);
    const weights: number[] = [];
    let kept = 0;
    for (let n = 0; n < 1_000; n += 1) {
      const was = workspace.capture({}, (at) => {
        weights.push(at.sampleWeight);
        return ran(`command ${n}`, at);
      });
      if (was) kept += 1;
    }
    await workspace.stop();
    const events = written();
    const counted = events.flatMap(({ data }) =>
      data?.case === 'captureDropped' ? [data.value.count ?? 0n] : [],
    );
    expect(kept).toBe(weights.length);
    expect(events.filter(({ data }) => data?.case === 'commandFinished')).toHaveLength(kept);
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(500);
    expect(weights.slice(0, 50)).toEqual(Array(50).fill(1));
    expect(weights.at(-1)).toBeGreaterThan(1);
    expect(counted.reduce((sum, count) => sum + count, 0n)).toBe(BigInt(1_000 - kept));
  });
});

/** What a killed daemon left is removed; what a living one uses, or somebody else named so, is not. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sweepScratch } from './leftovers.js';

it('removes old scratch folders of processes that are gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-leftovers-'));
  const gone = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
  const [now, old] = [10 * 3_600_000, new Date(0)];
  const named = (name: string, at: Date) => {
    mkdirSync(join(folder, name, 'merged'), { recursive: true });
    utimesSync(join(folder, name), at, at);
  };
  named(`lmcp-preview-${gone}-a`, old);
  named(`lmcp-preview-${gone}-b`, new Date(now));
  named(`lmcp-preview-${process.pid}-c`, old);
  named('lmcp-preview-abc', old);
  try {
    await sweepScratch([folder, join(folder, 'none')], now);
    expect(readdirSync(folder).sort()).toEqual(
      [`lmcp-preview-${gone}-b`, `lmcp-preview-${process.pid}-c`, 'lmcp-preview-abc'].sort(),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupsOf, rememberBackup } from './backups.js';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'lmcp-backups-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const taken = (at: number, path = join(data, `b${at}`)) => ({ path, at, workspaces: { 'acme/api': at } });

/** Puts a folder where a backup of that time would lie. */
function lay(path: string, at: number): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'backup.json'), JSON.stringify({ createdAt: new Date(at).toISOString() }));
}

describe('remembered backups', () => {
  it('are told newest first, with whether their folder is there', () => {
    for (const at of [1, 3, 2]) rememberBackup(data, taken(at));
    lay(join(data, 'b3'), 3);
    expect(backupsOf(data)).toEqual([
      { ...taken(3), exists: true },
      { ...taken(2), exists: false },
      { ...taken(1), exists: false },
    ]);
    expect(statSync(join(data, 'backups.json')).mode & 0o777).toBe(0o600);
  });

  it('are replaced by a later one at the same path, also one that another folder took', () => {
    rememberBackup(data, taken(1, join(data, 'same')));
    rememberBackup(data, taken(5, join(data, 'same')));
    expect(backupsOf(data).map(({ at }) => at)).toEqual([5]);
    lay(join(data, 'same'), 9);
    expect(backupsOf(data)).toEqual([]);
  });

  it('are a hundred at most, and begin anew when the file is broken', () => {
    for (let at = 1; at <= 103; at += 1) rememberBackup(data, taken(at));
    expect(backupsOf(data).map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, n) => 103 - n));
    writeFileSync(join(data, 'backups.json'), '[{"path":');
    expect(backupsOf(data)).toEqual([]);
    rememberBackup(data, taken(7));
    expect(JSON.parse(readFileSync(join(data, 'backups.json'), 'utf8'))).toEqual([taken(7)]);
  });
});

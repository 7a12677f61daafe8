/** Backup and restore where links and a tampered manifest lead elsewhere: refused, with nothing left behind. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backupsOf } from '../runtime/index.js';
import { backup } from './backup.js';
import { restore } from './restore.js';

const coded = (code: string) => expect.objectContaining({ code });
let folder = '';
let data = '';
let copy = '';

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  folder = mkdtempSync(join(tmpdir(), 'lmcp-links-'));
  data = join(folder, 'data');
  copy = join(folder, 'copy');
  mkdirSync(data);
  writeFileSync(join(data, 'format.json'), '{"format":1}\n');
  writeFileSync(join(data, 'workspaces.json'), '[]\n');
  await backup(copy, { data, json: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const leftOvers = () => readdirSync(folder).filter((name) => name.startsWith('.'));

/** Writes the manifest as somebody else would have it. */
function tamper(change: (manifest: Record<string, unknown>) => void): void {
  const path = join(copy, 'backup.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

describe('backup', () => {
  it('says that its destination is a link before it copies anything', async () => {
    mkdirSync(join(folder, 'empty'));
    const link = join(folder, 'link');
    symlinkSync(join(folder, 'empty'), link);
    await expect(backup(link, { data })).rejects.toEqual(coded('LMCP_USAGE'));
    expect(leftOvers()).toEqual([]);
  });

  it('is not taken into the data folder, by whatever path', async () => {
    const link = join(folder, 'way-in');
    symlinkSync(data, link);
    for (const to of [join(data, 'inside'), join(link, 'inside'), join(link, 'deep', 'inside')])
      await expect(backup(to, { data })).rejects.toEqual(coded('LMCP_USAGE'));
    await expect(backup(join(data, 'inside'), { data: link })).rejects.toEqual(coded('LMCP_USAGE'));
    expect(readdirSync(data).sort()).not.toContain('inside');
    await backup(join(folder, 'data-2'), { data });
    expect(existsSync(join(folder, 'data-2', 'backup.json'))).toBe(true);
  });
});

describe('backups', () => {
  it('are remembered where they were taken and where they were restored to', async () => {
    const at = Date.parse(JSON.parse(readFileSync(join(copy, 'backup.json'), 'utf8')).createdAt);
    expect(backupsOf(data)).toEqual([{ path: copy, at, workspaces: {}, exists: true }]);
    expect(existsSync(join(copy, 'backups.json'))).toBe(false);
    const restored = join(folder, 'restored');
    await restore(copy, { data: restored, json: true });
    expect(backupsOf(restored)).toEqual(backupsOf(data));
  });
});

describe('restore', () => {
  const target = () => join(folder, 'restored');

  it('takes what backup made', async () => {
    await restore(copy, { data: target(), json: true });
    expect(readFileSync(join(target(), 'workspaces.json'), 'utf8')).toBe('[]\n');
  });

  it.each(['.', '..'])('refuses a manifest that names the folder "%s"', async (name) => {
    tamper((manifest) => {
      const workspace = { id: null, last: 0, head: '0'.repeat(64), bytes: 0, segments: [], views: false };
      manifest.workspaces = [{ ...workspace, folder: name }];
    });
    await expect(restore(copy, { data: target() })).rejects.toEqual(
      expect.objectContaining({
        code: 'LMCP_BAD_BACKUP',
        message: expect.stringContaining('backup.json is not one'),
      }),
    );
    expect(existsSync(target())).toBe(false);
  });

  it.each(['workspaces.json', 'format.json', 'backup.json'])(
    'follows no link in place of %s',
    async (name) => {
      const secret = join(folder, 'secret');
      writeFileSync(secret, readFileSync(join(copy, name)));
      rmSync(join(copy, name));
      symlinkSync(secret, join(copy, name));
      await expect(restore(copy, { data: target() })).rejects.toEqual(coded('LMCP_BAD_BACKUP'));
      expect(existsSync(target())).toBe(false);
      expect(leftOvers()).toEqual([]);
    },
  );
});

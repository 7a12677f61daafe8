/** Backup and restore by the shipped commands: under load, verified, never over something, never half. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sandboxes } from '../daemon.js';
import { structuredOf } from '../http-call.js';
import { TestRepository } from '../repository.js';

const newSandbox = sandboxes();
interface Backed {
  readonly online: boolean;
  readonly workspaces: readonly { readonly folder: string; readonly last: number; readonly head: string }[];
}
interface Replayed {
  readonly equal: boolean;
  readonly learners: readonly { readonly task: string; readonly digest: string; readonly offset: number }[];
}
const fresh = () => join(mkdtempSync(join(tmpdir(), 'lmcp-backup-')), 'copy');

describe('backup and restore', () => {
  it('give the same journal and the same learners elsewhere, taken under load and taken offline', async () => {
    const sandbox = newSandbox();
    const repository = new TestRepository().withHabits(20);
    const daemon = await sandbox.start(repository.root);
    await sandbox.json(['learn', repository.root]);
    let busy = true;
    const load = (async () => {
      for (; busy; ) await structuredOf(daemon, 'related_files', { paths: ['src/parser.ts'] });
    })();
    const online = fresh();
    const backed = await sandbox.json<Backed>(['backup', online]);
    busy = false;
    await load;
    expect(backed.online).toBe(true);
    expect(backed.workspaces[0]?.last).toBeGreaterThan(20);
    await sandbox.run(['stop']);
    const offline = fresh();
    expect((await sandbox.json<Backed>(['backup', offline])).online).toBe(false);

    const original = await replayed(sandbox.data, repository.root, sandbox);
    const restored = fresh();
    await sandbox.json(['restore', offline, '--data', restored]);
    const other = newSandbox({ LMCP_DATA: restored });
    const copy = await replayed(restored, repository.root, other);
    expect(copy.equal).toBe(true);
    expect(copy.learners).toEqual(original.learners);
    expect(await other.json(['fsck', '--repo', repository.root, '--data', restored])).toMatchObject({
      ok: true,
    });
    for (const name of readdirSync(online, { recursive: true, encoding: 'utf8' })) {
      expect(name).not.toMatch(/token|daemon\.json|LOCK/);
      if (statSync(join(online, name)).isFile())
        expect(statSync(join(online, name)).mode & 0o077, name).toBe(0);
    }
    const again = fresh();
    const report = await sandbox.json<Backed>(['restore', online, '--data', again]);
    expect(report.workspaces[0]?.head).toBe(backed.workspaces[0]?.head);
  }, 120_000);

  it('overwrite nothing, and take nothing for a backup that is none or was changed', async () => {
    const sandbox = newSandbox();
    const repository = new TestRepository().withHabits(3);
    await sandbox.json(['learn', repository.root]);
    await sandbox.run(['stop']);
    const to = fresh();
    const backed = await sandbox.json<Backed>(['backup', to]);
    const code = async (...args: string[]) =>
      (await sandbox.json<{ error?: { code: string } }>(args)).error?.code;
    expect(await code('backup', to)).toBe('LMCP_NOT_EMPTY');
    expect(await code('backup', join(sandbox.data, 'inside'))).toBe('LMCP_USAGE');
    expect(await code('restore', to, '--data', sandbox.data)).toBe('LMCP_NOT_EMPTY');
    expect(await code('restore', tmpdir(), '--data', fresh())).toBe('LMCP_BAD_BACKUP');
    const segments = join(to, 'workspaces', backed.workspaces[0]?.folder ?? '', 'journal', 'segments');
    const path = join(segments, readdirSync(segments)[0] ?? '');
    const bytes = readFileSync(path);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const target = fresh();
    expect(await code('restore', to, '--data', target)).toBe('LMCP_BAD_BACKUP');
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(join(target, '..'))).toEqual([]);
    const without = fresh();
    expect(await sandbox.json(['backup', without, '--no-key'])).toMatchObject({ key: false });
    expect(existsSync(join(without, 'key'))).toBe(false);
  }, 120_000);
});

async function replayed(
  data: string,
  repo: string,
  sandbox: ReturnType<typeof newSandbox>,
): Promise<Replayed> {
  await sandbox.json(['learn', repo, '--data', data]);
  const report = await sandbox.json<Replayed>(['replay', '--all', '--repo', repo, '--data', data]);
  await sandbox.run(['stop', '--data', data]);
  return report;
}

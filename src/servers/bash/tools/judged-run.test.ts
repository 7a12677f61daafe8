/** Where a run may write, whose policy holds there, and what a yes is bound to. */
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { mismatch } from '../approvals/index.js';
import { judgedRun } from './judged-run.js';

let top: string;
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'lmcp-judged-')));
  for (const folder of ['repo/.git', 'repo/src', 'other/.git', 'other/.lmcp', 'started', 'data'])
    mkdirSync(join(top, folder), { recursive: true });
  writeFileSync(join(top, 'other/.lmcp/policy.toml'), '[run]\napprovalFrom = "caution"\n');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const judge = (cwd: string | undefined, command = 'touch x') => {
  const workspace = { id: 'w', root: join(top, 'repo') };
  const services = { workspace, dataFolder: join(top, 'data') };
  const context = { services, call: { root: join(top, 'repo'), cwd: join(top, 'started') } };
  return judgedRun({ command, cwd, network: false }, context as unknown as ToolContext<Services>);
};

describe('judgedRun', () => {
  it.each([
    ['repo', 'repo', false],
    ['repo/src', 'repo', false],
    ['started', 'started', false],
    ['other', 'other', true],
    ['.', '.', true],
  ])('in %s it may write to %s, which is outside of the session: %s', async (cwd, folder, outside) => {
    const { place, bound } = await judge(join(top, cwd));
    expect(place).toMatchObject({ folder: join(top, folder), outside });
    expect(bound.folder).toBe(join(top, folder));
  });

  it('follows links before it decides', async () => {
    symlinkSync(join(top, 'other'), join(top, 'repo/link'));
    expect((await judge(join(top, 'repo/link'))).place).toMatchObject({
      folder: join(top, 'other'),
      outside: true,
    });
  });

  it('takes the stricter of the two policies', async () => {
    expect((await judge(join(top, 'repo'))).rules.approvalFrom).toBe('unknown');
    expect((await judge(join(top, 'other'))).rules.approvalFrom).toBe('caution');
  });

  it('is nowhere in the data folder', async () => {
    await expect(judge(join(top, 'data'))).rejects.toMatchObject({ code: 'LMCP_PATH_OUTSIDE' });
  });

  it('differs when the folder became another one', async () => {
    mkdirSync(join(top, 'repo/gone'));
    const before = await judge(join(top, 'repo/gone'));
    renameSync(join(top, 'repo/gone'), join(top, 'repo/gone.old'));
    symlinkSync(join(top, 'repo/src'), join(top, 'repo/gone'));
    expect(mismatch(before.bound, (await judge(join(top, 'repo/gone'))).bound)).toBe('folder');
  });

  it('differs when a script that it runs holds another text', async () => {
    writeFileSync(join(top, 'repo/s.sh'), 'make\n');
    const before = await judge(undefined, `bash ${join(top, 'repo/s.sh')}`);
    expect(mismatch(before.bound, (await judge(undefined, before.bound.command)).bound)).toBeUndefined();
    writeFileSync(join(top, 'repo/s.sh'), 'make all\n');
    expect(mismatch(before.bound, (await judge(undefined, before.bound.command)).bound)).toBe(
      'analysis of the command',
    );
  });
});

/** The job behind `lmcp import history`: once and no more, without secrets, into the workspace that a folder belongs to. */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createRedactor,
  type EventInit,
  nodeFiles,
  openJournal,
  openLmdbStore,
} from '../../../journal/index.js';
import { type EventType, payloadOf } from '../../../proto/index.js';
import type { Progress } from '../../../runtime/index.js';
import { type ImportedHistory, importHistoryFile } from './import-history.job.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-import-history-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = '/home/ann/shop';

/** A journal on disk, as a job sees it. */
async function target(name: string) {
  const directory = join(folder, name);
  const redactor = createRedactor({ key: randomBytes(32) });
  const store = await openLmdbStore({ directory: join(directory, 'store') });
  const journal = await openJournal({
    directory: join(directory, 'journal'),
    files: nodeFiles,
    store,
    clock: Date.now,
    random: randomBytes,
    redactor,
    workspace: 'w',
  });
  const stop = new AbortController();
  const context = {
    workspace: 'w',
    append: async (events: readonly EventInit[]) => (await journal.append(events, { durable: true })).last,
    read: async function* (types: readonly EventType[]) {
      for await (const it of journal.read())
        if (types.length === 0 || (it.event.data.case && types.includes(it.event.data.case))) yield it;
    },
    hash: (text: string) => redactor.keyedHash(text),
    progress: (_: Progress) => undefined,
    signal: stop.signal,
    now: Date.now,
  };
  const bring = (file: string, shell: string, more: object = {}) =>
    importHistoryFile({ file, shell, root, ...more }, context) as Promise<ImportedHistory>;
  const commands = async () => {
    const all: string[] = [];
    for await (const { event } of journal.read()) {
      const run = payloadOf(event, 'commandFinished');
      all.push(`${run?.cwd}> ${run?.command}`);
    }
    return all;
  };
  const end = async () => {
    await journal.close();
    await store.close();
  };
  return { bring, commands, directory, stop, end };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function everyByteIn(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => join(directory, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

describe('importing a history', () => {
  it('takes a file once, and what it has grown by the next time', async () => {
    const to = await target('grown');
    const history = file('grown.txt', 'ls\ngit status\nls\n');
    expect(await to.bring(history, 'bash', { dryRun: true })).toMatchObject({ imported: 3, lines: 3 });
    expect(await to.commands()).toEqual([]);
    expect(await to.bring(history, 'bash')).toMatchObject({ imported: 3, lines: 3, skipped: {} });
    appendFileSync(history, 'ls\nmake\n');
    expect(await to.bring(history, 'bash', { dryRun: true })).toMatchObject({ imported: 2 });
    expect(await to.bring(history, 'bash')).toMatchObject({ imported: 2, lines: 5, skipped: { held: 3 } });
    expect(await to.bring(history, 'bash')).toMatchObject({ imported: 0, from: null, skipped: { held: 5 } });
    expect(await to.commands()).toEqual(['> ls', '> git status', '> ls', '> ls', '> make']);
    await to.end();
  });

  it('knows entries with times again wherever they stand in the file', async () => {
    const to = await target('cut');
    const whole = ': 1700000000:1;make\n: 1700000005:0;make test\n: 1700000009:0;ls\n';
    const history = file('cut.txt', whole);
    expect(await to.bring(history, 'zsh')).toMatchObject({
      imported: 3,
      from: '2023-11-14T22:13:20.000Z',
      to: '2023-11-14T22:13:29.000Z',
    });
    writeFileSync(history, `${whole.slice(whole.indexOf('\n') + 1)}: 1700000020:0;make\n`);
    expect(await to.bring(history, 'zsh')).toMatchObject({ imported: 1, skipped: { held: 2 } });
    await to.end();
  });

  it('keeps no secret: not in the commands, not in the ids, not anywhere in the files', async () => {
    const to = await target('secrets');
    const secrets = [
      `ghp_${'a1B2c3D4e5F6'.repeat(3)}`,
      'hunter2-but-longer-9',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzX1y2',
    ];
    const history = file(
      'secrets.txt',
      `git clone https://x:${secrets[0]}@github.com/a/b\nmysql -u root --password=${secrets[1]} shop\nexport AWS_SECRET_ACCESS_KEY=${secrets[2]}\nls\n`,
    );
    const dry = await to.bring(history, 'bash', { dryRun: true });
    expect(dry).toMatchObject({ imported: 4, redacted: 3 });
    expect(await to.bring(history, 'bash')).toEqual(dry);
    const kept = (await to.commands()).join();
    expect(kept.match(/\[redacted/g)).toHaveLength(3);
    for (const secret of secrets) expect(kept).not.toContain(secret);
    await to.end();
    const bytes = everyByteIn(to.directory);
    for (const secret of secrets) expect(bytes).not.toContain(secret);
  });

  it('leaves out what ran elsewhere, or in a workspace inside this one', async () => {
    const to = await target('places');
    const record = (cwd: string, command: string) => `2026-03-01 10:00:00\t0\t1s\t${cwd}\t${command}\0`;
    const history = file(
      'atuin.txt',
      record(root, 'make') +
        record(`${root}/web`, 'npm start') +
        record('/etc', 'ls') +
        record(`${root}/web`, 'x'.repeat(40_000)),
    );
    expect(await to.bring(history, 'atuin')).toMatchObject({
      imported: 2,
      lines: 4,
      skipped: { elsewhere: 1, tooLong: 1 },
    });
    expect(await to.commands()).toEqual(['> make', 'web> npm start']);
    await to.end();
    const inner = await target('inner');
    expect(await inner.bring(history, 'atuin', { others: [`${root}/web`, '/home'] })).toMatchObject({
      imported: 1,
      skipped: { elsewhere: 3 },
    });
    await inner.end();
  });

  it('refuses what is no file, and stops when nobody wants it any more', async () => {
    const to = await target('refused');
    await expect(to.bring(join(folder, 'none'), 'bash')).rejects.toMatchObject({ code: 'LMCP_USAGE' });
    await expect(to.bring(folder, 'bash')).rejects.toMatchObject({ code: 'LMCP_USAGE' });
    to.stop.abort();
    await expect(to.bring(file('x', 'ls\n'), 'bash')).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    expect(await to.commands()).toEqual([]);
    await to.end();
  });
});

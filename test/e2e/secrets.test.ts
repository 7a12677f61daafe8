/** A thousand planted secrets, through every way in; afterwards none is in any file of ours. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createMemoryStore,
  createRedactor,
  exportJsonl,
  nodeFiles,
  openJournal,
} from '../../src/journal/index.js';
import { type Planted, plant, surround } from '../../src/journal/redact/planted.js';
import { seededChance } from '../../src/journal/seeded.js';
import { connectors } from '../clients.js';
import { ended, Sandbox } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = new Sandbox();
afterAll(() => sandbox.end());

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function found(planted: readonly Planted[], text: string): string[] {
  return planted.filter(({ secret }) => text.includes(secret)).map(({ kind }) => kind);
}

describe('secrets', () => {
  it(verifies('secrets:none-stored'), async () => {
    const chance = seededChance(7);
    const planted = Array.from({ length: 1_000 }, (_, i) => plant(i, chance));
    const texts = planted.map(({ phrase }, i) => surround(phrase, i));
    const next = (() => {
      let at = 0;
      return (count: number) => {
        at += count;
        return texts.slice(at - count, at);
      };
    })();

    const repository = new TestRepository().withHabits(6);
    for (const text of next(200)) repository.commit(text, ['src/parser.ts', 'test/parser.test.ts']);

    const file = join(repository.root, 'events.jsonl');
    const at = '2026-02-01T00:00:00Z';
    const events = [
      ...next(250).map((command) => ({
        at,
        source: 'hook',
        commandFinished: { session: 's', command, exitCode: 1 },
      })),
      ...next(200).map((text) => ({
        at,
        source: 'hook',
        errorObserved: { error: text, text, tool: 'npm', paths: [] },
      })),
      ...next(150).map((note) => ({ at, source: 'hook', fixRecorded: { error: 'e', note } })),
      ...next(50).map((subject) => ({
        at,
        source: 'agent',
        interactionFinished: { session: 's', tool: 'Bash', subject },
      })),
    ];
    writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));

    const daemon = await sandbox.start(repository.root);
    await sandbox.json(['learn', repository.root]);
    expect(await sandbox.json(['import', 'jsonl', file, '--repo', repository.root])).toMatchObject({
      imported: events.length,
    });
    const client = await connectors['v2, 2026-07-28, HTTP']!({ sandbox, daemon, repo: repository.root });
    const call = (name: string, args: object) =>
      client.callTool({ name, arguments: args }).catch(() => undefined);
    for (const text of next(100))
      await call('related_files', { paths: [text.slice(0, 4_000)], task: text.slice(0, 2_000) });
    const asked = await client.callTool({ name: 'related_files', arguments: { paths: ['src/parser.ts'] } });
    const { prediction } = asked.structuredContent as { prediction: string };
    for (const correction of next(50))
      await call('give_feedback', { prediction, accepted: false, correction: correction.slice(0, 2_000) });
    const status = await (
      await fetch(new URL('/api/status?scorecards=1', daemon.url), {
        headers: { authorization: `Bearer ${daemon.token}` },
      })
    ).text();
    await client.close();
    await ended(daemon.child);

    expect(found(planted, status), 'status').toEqual([]);
    const leaks = filesBelow(sandbox.data).flatMap((path) =>
      found(planted, readFileSync(path, 'latin1')).map((kind) => `${kind} in ${path}`),
    );
    expect(leaks, 'raw files').toEqual([]);

    const [workspace] = readdirSync(join(sandbox.data, 'workspaces'));
    const journal = await openJournal({
      directory: join(sandbox.data, 'workspaces', workspace ?? '', 'journal'),
      files: nodeFiles,
      store: createMemoryStore(),
      clock: () => 0,
      random: (size) => new Uint8Array(size),
      redactor: createRedactor({ key: new Uint8Array(32) }),
      workspace: 'test',
    });
    let lines = '';
    for await (const chunk of exportJsonl({ journal })) lines += chunk;
    await journal.close();
    expect(lines.length).toBeGreaterThan(100_000);
    expect(lines).toContain('[redacted:');
    expect(found(planted, lines), 'export').toEqual([]);
  });
});

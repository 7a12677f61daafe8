/** Forgetting: shown first, agreed to by a person, gone from what was learned and from the disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as V2, StreamableHTTPClientTransport as V2Http } from '@modelcontextprotocol/client';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AnyClient, callChecked, connectors } from '../clients.js';
import { alive, main, Sandbox, type Started, sandboxes, until } from '../daemon.js';
import { callsEach, mark, type SourcesOptions, writeSources } from '../four-sources.js';
import { digestOf, historyOf, learn, type Place, type Scorecard } from '../learned.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

interface Row {
  kind: string;
  n: number;
  value: number;
}
interface Report {
  events: number;
  learners: { task: string; affected: number; digest: string; before: Row[]; after: Row[] }[];
  digest: string | null;
  backups: { folder: string }[];
  compacted: { events: number } | null;
}
interface Forgot {
  done: boolean;
  preview: Report;
  forgotten: Report | null;
}

const sandbox = sandboxes();
const sessions = 40;
/** Events of one source: a quarter of the sessions. */
const ofOne = (sessions / 4) * callsEach;

interface Loaded extends Place {
  readonly box: Sandbox;
  readonly daemon: Awaited<ReturnType<Sandbox['start']>>;
}

/** A daemon on a new data folder that has learned a file of events. */
async function loaded(options: Partial<SourcesOptions> = {}, box = sandbox()): Promise<Loaded> {
  const { root } = new TestRepository().withHabits(3);
  const daemon = await box.start(root);
  const file = writeSources(root, { sessions, seed: 5, ...options });
  await learn({ root, daemon }, file);
  return { box, root, daemon };
}

/** What is known where the fourth source never was. */
let without: { readonly digest: string | undefined; readonly history: Scorecard };
beforeAll(async () => {
  const box = new Sandbox();
  const place = await loaded({ without: 'kiosk' }, box);
  without = { digest: await digestOf(place), history: await historyOf(place) };
  await box.end();
});

/** Files of the data folder that hold one of the words as they are, and "export" where unpacking the journal brings one out. */
async function holding(
  { box, root }: Pick<Loaded, 'box' | 'root'>,
  words: readonly string[],
): Promise<string[]> {
  const holds = (bytes: Buffer | string) => words.some((word) => bytes.includes(word));
  const files = readdirSync(box.data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => holds(readFileSync(path)));
  const exported = await box.run(['export', '--repo', root]);
  expect(exported.code, exported.stderr).toBe(0);
  return holds(exported.stdout) ? [...files, 'export'] : files;
}

const marksOfKiosk = Array.from({ length: sessions / 4 }, (_, i) => mark('kiosk', 4 * i + 3));
const marksOfLaptop = Array.from({ length: sessions / 4 }, (_, i) => mark('laptop', 4 * i));

describe('forget', { timeout: 120_000 }, () => {
  it(verifies('forget:dry-run'), async () => {
    const { box, root, daemon } = await loaded();
    const before = await digestOf({ root, daemon });
    const client = await connectors['v2, 2026-07-28, HTTP']!({
      sandbox: box,
      daemon,
      repo: root,
      server: 'learning',
    });
    const shown = await callChecked(client, 'forget', { source: 'kiosk' });
    expect(shown).toMatchObject({
      done: false,
      events: ofOne,
      byType: { interactionFinished: ofOne },
      firstAt: '2026-01-01T00:02:00.000Z',
      learners: [{ task: 'next-action', affected: ofOne }],
      backups: [],
    });
    const session = await callChecked(client, 'forget', { session: 'kiosk-3' });
    expect(session).toMatchObject({ done: false, events: callsEach });
    const early = await callChecked(client, 'forget', { before: '2026-01-01T00:01:00Z' });
    expect(early).toMatchObject({ done: false, byType: { interactionFinished: 60 } });
    await client.close();

    const forget = ['forget', '--source', 'kiosk', '--repo', root];
    expect(await box.json<Forgot>([...forget, '--dry-run'])).toMatchObject({
      done: false,
      preview: { events: ofOne, digest: shown.digest, compacted: null },
      forgotten: null,
    });
    const asked = await box.run(forget);
    expect(asked.code, 'nobody could be asked').toBe(1);
    expect(asked.stdout).toContain(`${ofOne} events of source "kiosk", 2026-01-01 to 2026-01-01`);
    expect(asked.stderr).toContain('Nothing was forgotten');
    const both = await box.run([...forget, '--before', '2026-01-01']);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('exactly one') });
    expect(await digestOf({ root, daemon })).toBe(before);
    expect(await holding({ box, root }, marksOfKiosk)).not.toEqual([]);
  });

  it(verifies('forget:gone'), async () => {
    const { box, root, daemon } = await loaded();
    const copy = join(root, 'backup');
    await box.json(['backup', copy]);
    expect(await holding({ box, root }, marksOfKiosk), 'the words are found at all').not.toEqual([]);
    const { done, preview, forgotten } = await box.json<Forgot>([
      'forget',
      '--source',
      'kiosk',
      '--yes',
      '--repo',
      root,
    ]);
    expect(done).toBe(true);
    expect(forgotten).toMatchObject({ events: ofOne, digest: preview.digest, compacted: { events: ofOne } });
    expect(forgotten?.backups).toEqual([expect.objectContaining({ folder: copy })]);
    expect(await holding({ box, root }, marksOfKiosk)).toEqual([]);
    expect(await holding({ box, root }, marksOfLaptop), 'the other sources are').not.toEqual([]);
    expect(await digestOf({ root, daemon })).toBe(without.digest);

    daemon.child.kill('SIGTERM');
    await until('the daemon to end', () => !alive(daemon.pid));
    const next = await box.start(root);
    await learn({ root, daemon: next });
    expect(await digestOf({ root, daemon: next })).toBe(without.digest);
    expect(await holding({ box, root }, marksOfKiosk)).toEqual([]);
    const again = await box.json<Forgot>(['forget', '--source', 'kiosk', '--yes', '--repo', root]);
    expect(again).toMatchObject({ done: true, forgotten: { events: 0, learners: [] } });
  });

  it(verifies('forget:crash'), async () => {
    for (const step of ['rebuilding', 'taking the payloads']) {
      const { box, root, daemon } = await loaded();
      await killAt(daemon, { root, step });
      await until('the daemon to be gone', () => !alive(daemon.pid));
      const next = { root, daemon: await box.start(root) };
      await learn(next);
      expect(await digestOf(next), step).toBe(without.digest);
      await box.json<Forgot>(['forget', '--source', 'kiosk', '--yes', '--repo', root]);
      expect(await holding({ box, root }, marksOfKiosk)).toEqual([]);
      expect(await digestOf(next)).toBe(without.digest);
    }
  });
});

/** Begins to forget, and kills the daemon once it says that it is so far. */
async function killAt(daemon: Started, { root, step }: { root: string; step: string }): Promise<void> {
  const url = new URL('/api/forget', daemon.url);
  for (const [name, value] of Object.entries({ workspace: root, source: 'kiosk', dryRun: '0' }))
    url.searchParams.set(name, value);
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${daemon.token}` } });
  let said = '';
  try {
    for await (const chunk of response.body ?? []) {
      said += Buffer.from(chunk).toString();
      if (said.includes(step)) process.kill(daemon.pid, 'SIGKILL');
    }
  } catch {
    // Its stream broke, as it should.
  }
  expect(said).toContain(step);
}

describe('forget by an agent', { timeout: 120_000 }, () => {
  it(verifies('forget:approval'), async () => {
    const { box, root, daemon } = await loaded();
    const before = await digestOf({ root, daemon });
    const forgetNow = { name: 'forget', arguments: { source: 'kiosk', dryRun: false } };
    const dumb = await connectors['v1, stdio']!({ sandbox: box, daemon, repo: root, server: 'learning' });
    const refused = await dumb.callTool(forgetNow);
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused.content)).toContain('LMCP_NEEDS_APPROVAL');
    expect(JSON.stringify(refused.content)).toContain('lmcp forget --source=kiosk');
    await dumb.close();

    const asked: string[] = [];
    for (const connect of [v1Asking, v2Asking]) {
      for (const no of [{ action: 'decline' }, { action: 'accept', content: { forget: false } }] as const) {
        const client = await connect({ box, root, daemon }, (message) => {
          asked.push(message);
          return no;
        });
        const declined = await client.callTool(forgetNow);
        expect(declined.isError).toBe(true);
        expect(JSON.stringify(declined.content)).toContain('did not agree');
        await client.close();
      }
    }
    expect(asked).toHaveLength(4);
    for (const message of asked) expect(message).toContain(`${ofOne} events (${ofOne} interactionFinished)`);
    expect(await digestOf({ root, daemon })).toBe(before);

    asked.length = 0;
    const yes = (message: string) => {
      asked.push(message);
      return { action: 'accept', content: { forget: true } } as const;
    };
    const client = await v2Asking({ box, root, daemon }, yes);
    const done = await client.callTool(forgetNow);
    expect(done.structuredContent).toMatchObject({ done: true, events: ofOne });
    await client.close();
    const again = await v1Asking({ box, root, daemon }, yes);
    const session = { name: 'forget', arguments: { session: 'runner-2', dryRun: false } };
    expect((await again.callTool(session)).structuredContent).toMatchObject({
      done: true,
      events: callsEach,
    });
    await again.close();
    expect(asked, 'once each').toHaveLength(2);
    expect(await holding({ box, root }, [...marksOfKiosk, mark('runner', 2)])).toEqual([]);
    const log = await box.run(['export', '--type', 'approvalGranted', '--repo', root]);
    const approvals = log.stdout.trim().split('\n');
    expect(approvals).toHaveLength(2);
    expect(approvals[0]).toContain('elicitation');
  });
});

type Answer = { action: 'decline' } | { action: 'accept'; content: { forget: boolean } };
type Person = (message: string) => Answer;

/** 2026-07-28 over HTTP: the question comes as a result, the answer with the call again. */
async function v2Asking({ root, daemon }: Loaded, person: Person): Promise<AnyClient> {
  const client = new V2(
    { name: 'asking', version: '2' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => person(params.message));
  const url = new URL('/mcp/learning', daemon.url);
  url.searchParams.set('workspace', root);
  await client.connect(
    new V2Http(url, { requestInit: { headers: { authorization: `Bearer ${daemon.token}` } } }),
  );
  return client as unknown as AnyClient;
}

/** 2025-11-25 over stdio: the question comes while the call runs. */
async function v1Asking({ box, root }: Loaded, person: Person): Promise<AnyClient> {
  const client = new V1({ name: 'asking', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => person(params.message));
  const env = Object.fromEntries(
    Object.entries(box.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const args = [main, 'stdio', 'learning', '--repo', root];
  await client.connect(new V1Stdio({ command: process.execPath, args, env }));
  return client as unknown as AnyClient;
}

describe('a poisoned source', { timeout: 120_000 }, () => {
  it(verifies('forget:poisoned'), async () => {
    const whole = await loaded({ poisoned: { source: 'kiosk', from: 0 } });
    const spoilt = await historyOf(whole);
    expect(standingOut(spoilt)).toEqual(['kiosk']);
    expect(standingOut(without.history)).toEqual([]);
    const scoreOf = ({ metrics, model, primary }: Scorecard) => metrics[model]?.[primary] ?? Number.NaN;
    expect(scoreOf(without.history) - scoreOf(spoilt)).toBeGreaterThan(0.05);
    const forget = ['forget', '--source', 'kiosk', '--yes', '--repo', whole.root];
    const { forgotten } = await whole.box.json<Forgot>(forget);
    const after = forgotten?.learners[0]?.after.find(({ kind }) => kind === 'history');
    expect(after?.value).toBe(scoreOf(without.history));
    expect(await historyOf(whole)).toEqual(without.history);
    expect(await digestOf(whole)).toBe(without.digest);
  });
});

const standingOut = ({ sources }: Scorecard) =>
  (sources ?? []).filter(({ suspect, overall }) => suspect || overall.lower).map(({ source }) => source);

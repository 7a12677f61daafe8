import { describe, expect, it } from 'vitest';
import {
  createMemoryFiles,
  createMemoryStore,
  createRedactor,
  openJournal,
  Snapshots,
} from '../journal/index.js';
import { journalService } from './journal-service.js';
import { OpenJournals, type OpenJournalsOptions } from './open-journals.js';

const never = { idleMs: 1_000_000 };

function setup(limits: Partial<OpenJournalsOptions> = {}) {
  const opened: string[] = [];
  const closed: string[] = [];
  const time = { now: 0 };
  const disks = new Map<string, ReturnType<typeof createMemoryFiles>>();
  const open = async (workspace: string) => {
    opened.push(workspace);
    const files = disks.get(workspace) ?? createMemoryFiles();
    disks.set(workspace, files);
    const store = createMemoryStore();
    const journal = await openJournal({
      directory: '/journal',
      files,
      store,
      clock: () => 0,
      random: (size) => new Uint8Array(size).fill(opened.length),
      redactor: createRedactor({ key: new Uint8Array(32) }),
      workspace,
      process: { pid: 1, isAlive: (pid) => pid === 1 },
      lingerMs: 1,
    });
    return {
      journal,
      snapshots: new Snapshots(store),
      close: async () => {
        await journal.close();
        closed.push(workspace);
      },
    };
  };
  const options = { ...never, ...limits, now: () => time.now };
  return { opened, closed, time, open, options, journals: new OpenJournals({ ...options, open }) };
}

const call = (tool: string) => ({ data: { case: 'interactionFinished' as const, value: { tool } } });

describe('open journals', () => {
  it('closes what nobody used for a while, and opens it again, after it has closed, with all that was written', async () => {
    const { journals, opened, closed, time } = setup({ idleMs: 100 });
    const append = () => journals.use('a', ({ journal }) => journal.append([call('t')], { durable: true }));
    await append();
    time.now = 99;
    journals.evict();
    expect(journals.size).toBe(1);
    time.now = 300;
    journals.evict();
    expect(journals.size).toBe(0);
    // The lock of the folder would refuse a second opening before the first has closed.
    expect(await append()).toEqual({ first: 2, last: 2 });
    expect(opened).toEqual(['a', 'a']);
    expect(closed).toEqual(['a']);
    await journals.close();
  });

  it('does not close one that is in use, a waiting reader included', async () => {
    const { open, options, time, closed } = setup({ idleMs: 100 });
    const service = journalService(open, { ...options, idleMs: 20 });
    const stop = new AbortController();
    const incoming = { body: new Uint8Array(0), signal: stop.signal } as Parameters<typeof service.read>[1];
    const reading = Promise.resolve(service.read({ workspace: 'a', from: 1, wait: true }, incoming));
    time.now = 1_000;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(closed).toEqual([]);
    await service.close(null, incoming);
    expect((await reading).meta).toEqual({ count: 0, last: 0 });
    expect(closed).toEqual(['a']);
  });

  it('opens no more than so many: the least lately used goes first, and none that is in use', async () => {
    const { journals, closed, time } = setup({ mostOpen: 2 });
    const touch = async (workspace: string) => {
      time.now += 1;
      await journals.use(workspace, async () => undefined);
    };
    await touch('a');
    await touch('b');
    await touch('a');
    await touch('c');
    expect(closed).toEqual(['b']);
    expect(journals.size).toBe(2);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const using = ['a', 'c'].map((workspace) => journals.use(workspace, () => held));
    await expect(journals.use('d', async () => undefined)).rejects.toMatchObject({ code: 'LMCP_OVERLOADED' });
    release();
    await Promise.all(using);
    await touch('d');
    await journals.close();
  });

  it('opens a journal again without refusing anybody: what runs ends first, what comes waits, who waits is answered', async () => {
    const { opened, closed, journals } = setup();
    const order: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = journals.use('a', async ({ journal }) => {
      await held;
      await journal.append([call('late')], { durable: true });
      order.push('ran');
    });
    const waiting = journals.use('a', async ({ readers }) => {
      await new Promise<void>((resolve) => readers.waiting.add(resolve));
      order.push(`woken, ending: ${readers.ending}`);
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const again = journals.reopen('a').then(() => order.push('open again'));
    const come = journals.use('a', async ({ journal }) => order.push(`came, ${journal.lastSequence} events`));
    await waiting;
    expect(closed).toEqual([]);
    release();
    await Promise.all([running, again, come]);
    expect(order.slice(0, 2)).toEqual(['woken, ending: true', 'ran']);
    expect(order.slice(2).sort()).toEqual(['came, 1 events', 'open again']);
    expect([opened, closed]).toEqual([['a', 'a'], ['a']]);
    await Promise.all([journals.reopen('a'), journals.reopen('a')]);
    await journals.reopen('b');
    expect(journals.size).toBe(2);
    await journals.close();
    expect(closed.length).toBe(opened.length);
  });

  it('tries again after an opening that failed', async () => {
    let fail = true;
    const { open } = setup();
    const journals = new OpenJournals({
      ...never,
      open: (workspace) => (fail ? Promise.reject(new Error('no')) : open(workspace)),
    });
    await expect(journals.use('a', async () => 1)).rejects.toThrow('no');
    fail = false;
    expect(await journals.use('a', async () => 1)).toBe(1);
    await journals.close();
  });
});

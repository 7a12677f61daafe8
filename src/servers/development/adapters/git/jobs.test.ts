import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { afterEach, describe, expect, it } from 'vitest';
import { forgottenKey } from '../../../../journal/index.js';
import { EventSchema, type EventType, payloadOf, type StoredEvent } from '../../../../proto/index.js';
import type { EventInit, JobContext } from '../../../../runtime/index.js';
import { ScratchRepository } from '../../contract/scratch-repository.js';
import { inTurn } from './in-turn.js';
import { catchUp } from './jobs.js';

const made: { remove(): void }[] = [];
function scratch(...init: string[]): ScratchRepository {
  const repository = new ScratchRepository(init.length > 0 ? init : undefined);
  made.push(repository);
  return repository;
}
afterEach(() => {
  for (const each of made.splice(0)) each.remove();
});

/** A journal as jobs see it. */
class Told {
  readonly events: StoredEvent[] = [];
  readonly context = {
    append: async (inits: readonly EventInit[]) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const init of inits)
        this.events.push({ sequence: this.events.length + 1, event: create(EventSchema, init) });
      return this.events.length;
    },
    read: (types: readonly EventType[]) => this.#read(types),
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    progress: () => undefined,
    signal: new AbortController().signal,
    now: () => 1_700_000_000_000,
  } as unknown as JobContext;

  async *#read(types: readonly EventType[]): AsyncGenerator<StoredEvent> {
    for (const stored of [...this.events])
      if (stored.event.data.case && types.includes(stored.event.data.case)) yield stored;
  }

  get messages(): string[] {
    return this.events.flatMap(({ event }) => payloadOf(event, 'commitLanded')?.message ?? []);
  }
  get retracted(): string[] {
    return this.events.flatMap(({ event }) => payloadOf(event, 'historyRewritten')?.unreachable ?? []);
  }
  /** Forgets the commits with these messages as the journal does; `compacted`: their payloads are off the disk too. */
  forget(messages: readonly string[], compacted: boolean) {
    const keys = this.events.flatMap(({ event }, i) => {
      const landed = payloadOf(event, 'commitLanded');
      if (!landed || !messages.includes(landed.message)) return [];
      const key = forgottenKey(`commit:${landed.sha}`);
      if (compacted)
        this.events[i] = { sequence: i + 1, event: create(EventSchema, { source: 'forgotten' }) };
      return [key];
    });
    const event = create(EventSchema, { data: { case: 'eventsForgotten', value: { keys } } });
    this.events.push({ sequence: this.events.length + 1, event });
  }
  catchUp(root: string, primary: boolean) {
    return inTurn('workspace', () => catchUp({ root, primary }, this.context));
  }
}

describe('catching up', () => {
  it('tells each commit once, from work trees and clones at once, parents first', async () => {
    const first = scratch();
    first.change('one', ['a']);
    first.change('two', ['a', 'b']);
    const tree = `${first.root}-tree`;
    made.push({ remove: () => rmSync(tree, { recursive: true, force: true }) });
    first.git('worktree', 'add', '-q', '-b', 'side', tree);
    first.git('-C', tree, 'commit', '-q', '--allow-empty', '-m', 'in the tree');
    const clone = scratch('clone', '-q', first.root, '.');
    clone.change('cloned 1', ['c']);
    clone.change('cloned 2', ['c']);
    const told = new Told();
    await Promise.all([
      told.catchUp(first.root, true),
      told.catchUp(tree, false),
      told.catchUp(clone.root, false),
      told.catchUp(first.root, true),
    ]);
    expect(told.messages).toEqual(['one', 'two', 'in the tree', 'cloned 1', 'cloned 2']);
    first.change('three', ['a']);
    clone.change('cloned 3', ['c']);
    await Promise.all([told.catchUp(clone.root, false), told.catchUp(first.root, true)]);
    expect(told.messages.slice(5)).toEqual(['cloned 3', 'three']);
    expect(told.retracted).toEqual([]);
  });

  it('retracts for the primary place alone, and only what that place told', async () => {
    const first = scratch();
    const kept = first.change('one', ['a']);
    const lost = first.change('two', ['a']);
    const clone = scratch('clone', '-q', first.root, '.');
    const own = clone.change('cloned', ['c']);
    const told = new Told();
    await told.catchUp(first.root, true);
    await told.catchUp(clone.root, false);
    clone.git('reset', '-q', '--hard', kept);
    clone.change('cloned anew', ['d']);
    await told.catchUp(clone.root, false);
    expect(told.retracted).toEqual([]);
    first.git('reset', '-q', '--hard', kept);
    first.git('reflog', 'expire', '--expire=now', '--all');
    first.git('gc', '-q', '--prune=now');
    first.change('other', ['a']);
    expect(await told.catchUp(first.root, true)).toMatchObject({ rewritten: true, commits: 1 });
    expect(told.retracted).toEqual([lost]);
    expect(told.retracted).not.toContain(own);
  });

  it('goes on where a first import was cut off, and adds to a history another place told in part', async () => {
    const repository = scratch();
    for (const n of [1, 2, 3, 4]) repository.change(`change ${n}`, ['a']);
    const shallow = scratch('clone', '-q', '--depth', '1', `file://${repository.root}`, '.');
    const told = new Told();
    await told.catchUp(shallow.root, true);
    expect(told.messages).toEqual(['change 4']);
    await told.catchUp(repository.root, false);
    expect(told.messages).toEqual(['change 4', 'change 1', 'change 2', 'change 3']);
    const cut = new Told();
    await cut.catchUp(repository.root, true);
    cut.events.length = 2;
    await cut.catchUp(repository.root, true);
    expect(cut.messages).toEqual([1, 2, 3, 4].map((n) => `change ${n}`));
  });
});

describe.each([false, true])('catching up on what was forgotten (compacted: %s)', (compacted) => {
  const all = ['one', 'two', 'three', 'four'];
  const pasts: [string, string[]][] = [
    ['all', all],
    ['the first', all.slice(0, 2)],
    ['the last', all.slice(2)],
    ['some', ['one', 'three']],
  ];
  it.each(pasts)('brings nothing back, but what is new: %s', async (_, forgotten) => {
    for (const primary of [true, false]) {
      const repository = scratch();
      for (const message of all) repository.change(message, ['a']);
      const told = new Told();
      await told.catchUp(repository.root, primary);
      told.forget(forgotten, compacted);
      const left = [...told.messages];
      for (let opened = 0; opened < 3; opened += 1)
        expect(await told.catchUp(repository.root, primary)).toMatchObject({ commits: 0, rewritten: false });
      expect(told.messages).toEqual(left);
      repository.change('new', ['b']);
      await told.catchUp(repository.root, primary);
      expect(told.messages).toEqual([...left, 'new']);
      const clone = scratch('clone', '-q', repository.root, '.');
      await told.catchUp(clone.root, false);
      expect(told.messages).toEqual([...left, 'new']);
    }
  });

  it('retracts what a rewrite made unreachable, though the head it was mined with is forgotten, and tells no forgotten commit', async () => {
    const repository = scratch();
    const first = repository.change('one', ['a']);
    repository.git('checkout', '-q', '-b', 'side');
    const side = repository.change('on the side', ['b']);
    repository.git('checkout', '-q', 'main');
    const second = repository.change('two', ['a']);
    repository.git('merge', '-q', '--no-ff', '-m', 'merged', 'side');
    repository.git('branch', '-q', '-D', 'side');
    const told = new Told();
    await told.catchUp(repository.root, true);
    told.forget(['merged'], compacted);
    repository.git('branch', '-q', 'kept', side);
    repository.git('reset', '-q', '--hard', first);
    const other = repository.change('other', ['c']);
    expect(await told.catchUp(repository.root, true)).toMatchObject({ rewritten: true, commits: 1 });
    expect(told.retracted).toEqual([second]);
    repository.git('branch', '-q', '-D', 'kept');
    expect(await told.catchUp(repository.root, true)).toMatchObject({ rewritten: true, commits: 0 });
    expect(await told.catchUp(repository.root, true)).toMatchObject({ rewritten: false, commits: 0 });
    repository.git('reset', '-q', '--hard', first);
    told.forget(['one'], compacted);
    expect(await told.catchUp(repository.root, true)).toMatchObject({ rewritten: true, commits: 0 });
    expect(told.retracted).toEqual([second, side, other]);
  });
});

describe('in turn', () => {
  it('runs one workspace in order and others beside it; a failure holds up nobody', async () => {
    const seen: string[] = [];
    const work = (name: string, ms: number) => async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      seen.push(`${name} ends`);
      if (name === 'a') throw new Error('broken');
    };
    const all = [inTurn('one', work('a', 20)), inTurn('one', work('b', 1)), inTurn('two', work('c', 1))];
    const settled = await Promise.allSettled(all);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen).toEqual(['a begins', 'c begins', 'c ends', 'a ends', 'b begins', 'b ends']);
  });
});

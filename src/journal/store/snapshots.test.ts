import { describe, expect, it } from 'vitest';
import { SequenceSet } from '../sequence-set.js';
import { createMemoryStore } from './memory-store.js';
import { Snapshots } from './snapshots.js';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('snapshots', () => {
  const day = 86_400_000;
  const init = (offset: number, at = offset * day, state = `state ${offset}`) => ({
    learner: 'co-change',
    modelVersion: '1',
    offset,
    folded: [[1, offset]] as [number, number][],
    forgotten: 0,
    parents: [] as string[],
    at,
    state: bytes(state),
  });

  it('names a state by its content and gives it back verified', async () => {
    const store = createMemoryStore();
    const snapshots = new Snapshots(store);
    const { id } = await snapshots.put({ ...init(10), scorecard: { 'hit@3': 0.5 } });
    expect(id).toBe(Snapshots.id(init(10)));
    expect(Snapshots.id({ ...init(10), modelVersion: '2' })).not.toBe(id);
    expect(snapshots.get(id)).toMatchObject({
      offset: 10,
      size: 8,
      scorecard: { 'hit@3': 0.5 },
      state: bytes('state 10'),
    });
    expect(snapshots.get('00')).toBeUndefined();
  });

  it('holds a state larger than a chunk', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const state = new Uint8Array(9_000_000).map((_, n) => n % 251);
    const { id } = await snapshots.put({ ...init(1), state });
    expect(Buffer.compare(snapshots.get(id)?.state ?? bytes(''), state)).toBe(0);
  });

  it('keeps the newest, one a day before them, and what is protected', async () => {
    const snapshots = new Snapshots(createMemoryStore(), { newest: 2, days: 3, bytes: 1e6 });
    const first = await snapshots.put(init(1, 0));
    const keep = { ids: new Set([first.id]) };
    for (let n = 2; n <= 24; n += 1) await snapshots.put(init(n, n * (day / 4)), keep);
    const left = snapshots.list('co-change');
    expect(left[0]?.offset).toBe(24);
    expect(left.map(({ offset }) => offset)).toContain(1);
    expect(left.length).toBeLessThanOrEqual(2 + 3 + 1);
    for (const { id } of left) expect(snapshots.get(id)?.id).toBe(id);
  });

  it('keeps no more bytes of a learner than allowed, but for the two newest', async () => {
    const snapshots = new Snapshots(createMemoryStore(), { newest: 5, days: 30, bytes: 2500 });
    for (let n = 1; n <= 12; n += 1) await snapshots.put({ ...init(n), state: new Uint8Array(1000).fill(n) });
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([12, 11]);
    for (let n = 13; n <= 15; n += 1)
      await snapshots.put({ ...init(n), state: new Uint8Array(9000).fill(n) });
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([15, 14]);
  });

  it('moves an equal state to its later offset instead of storing it twice', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const one = await snapshots.put(init(5, 0, 'same'));
    const two = await snapshots.put(init(9, 0, 'same'));
    expect(two.id).toBe(one.id);
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([9]);
  });

  const branched = (offset: number, ...folded: [number, number][]) => ({
    ...init(offset, 0, 'same'),
    folded,
  });

  it('keeps a place for each lineage that came to a state, and the newest along each', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const parent = await snapshots.put(init(3));
    const { id } = await snapshots.put({ ...branched(10, [1, 10]), parents: [parent.id] });
    // The head was moved back to it: at 40 the other branch has the same state, and goes on without leaving it.
    await snapshots.put({ ...branched(41, [1, 10], [41, 41]), parents: [id] });
    await snapshots.put({ ...branched(90, [1, 10], [41, 90]), parents: [id] });
    const places = snapshots.list('co-change').filter((info) => info.id === id);
    expect(places.map(({ offset, folded, parents }) => ({ offset, folded, parents }))).toEqual([
      {
        offset: 90,
        folded: [
          [1, 10],
          [41, 90],
        ],
        parents: [parent.id],
      },
      { offset: 10, folded: [[1, 10]], parents: [parent.id] },
    ]);
    expect(snapshots.get(id)).toMatchObject({ offset: 90, state: bytes('same') });
    // One that knows of more forgetting stands for its lineage, also where it is less far.
    await snapshots.put({ ...branched(60, [1, 10], [41, 60]), forgotten: 55 });
    await snapshots.put({ ...branched(95, [1, 10], [41, 95]) });
    expect(snapshots.list('co-change').map(({ offset, forgotten }) => [offset, forgotten])).toEqual([
      [60, 55],
      [10, 0],
      [3, 0],
    ]);
    await snapshots.drop([id, 'none']);
    expect(snapshots.list('co-change').map(({ id: left }) => left)).toEqual([parent.id]);
    expect(snapshots.get(id)).toBeUndefined();
  });

  it('leaves the place of a tag or branch to it, whatever comes after', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const places: [number, number][][] = [[[1, 10]]];
    await snapshots.put(init(10, 0, 'same'));
    await snapshots.put(init(11, 0, 'same'), { places });
    await snapshots.put(init(12, 0, 'same'), { places });
    const ends = () => snapshots.list('co-change').map(({ offset }) => offset);
    expect(ends()).toEqual([12, 10]);
    for (let n = 1; n <= 20; n += 1)
      await snapshots.put(branched(100 * n, [1, 10], [100 * n, 100 * n]), { places });
    expect(ends()).toHaveLength(17);
    expect(ends().at(-1)).toBe(10);
    // The same place again, with more known to be forgotten: it is one place.
    await snapshots.put({ ...init(10, 0, 'same'), forgotten: 5 }, { places });
    expect(snapshots.list('co-change').filter(({ offset }) => offset === 10)).toMatchObject([
      { forgotten: 5 },
    ]);
  });

  it('forgets nothing of learners that do not consume what is forgotten', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const stays = await snapshots.put({ ...init(20), learner: 'builds', consumes: ['buildFinished'] });
    await snapshots.put({ ...init(20), consumes: ['commitLanded', 'buildFinished'] });
    await snapshots.put({ ...init(20), learner: 'old' });
    const after = (_: number, consumes: readonly string[] | undefined) =>
      new SequenceSet(consumes === undefined || consumes.includes('commitLanded') ? [4] : []);
    expect(await snapshots.forget(after)).toBe(2);
    expect(snapshots.get(stays.id)).toMatchObject({ offset: 20 });
    expect([...snapshots.list('co-change'), ...snapshots.list('old')]).toEqual([]);
  });

  it('refuses what a newer version wrote with a clear text, and leaves it alone', async () => {
    const store = createMemoryStore();
    const snapshots = new Snapshots(store);
    const { id } = await snapshots.put(init(1));
    const row = JSON.parse(Buffer.from(store.get(`snapshot/${id}`) ?? []).toString('utf8'));
    await store.write([
      { put: `snapshot/${id}`, value: bytes(JSON.stringify({ ...row, version: 3, places: 'otherwise' })) },
    ]);
    const text = expect.stringMatching(/^Snapshot [0-9a-f]{12} was written by a newer version .*format 3/);
    const newer = expect.objectContaining({ code: 'LMCP_BAD_STATE', message: text });
    expect(() => snapshots.get(id)).toThrow(newer);
    await expect(snapshots.sound(id)).rejects.toEqual(newer);
    expect(snapshots.list('co-change')).toEqual([]);
    for (let n = 2; n < 9; n += 1) await snapshots.put(init(n));
    expect(store.get(`snapshot/${id}`)).toBeDefined();
  });

  it('passes over rows that knew no lineage, and removes them', async () => {
    const store = createMemoryStore();
    const snapshots = new Snapshots(store);
    const id = Snapshots.id(init(7));
    const { state, ...old } = { ...init(7), id, size: 7, scorecard: null };
    await store.write([
      {
        put: `snapshot/${id}`,
        value: bytes(JSON.stringify({ ...old, folded: undefined, forgotten: undefined })),
      },
      { put: `order/co-change/00000000007/${id}`, value: bytes(id) },
      { put: `state/${id}/00000000000`, value: state },
    ]);
    expect(snapshots.list('co-change')).toEqual([]);
    expect(snapshots.get(id)).toBeUndefined();
    await snapshots.put(init(8));
    const keys = [...store.range({ start: ' ', end: '~' })].map(({ key }) => key);
    expect(keys.filter((key) => key.includes(id) || key.startsWith('order/'))).toEqual([]);
  });

  it('removes a damaged one when it is asked for, and finds the others', async () => {
    const store = createMemoryStore();
    const snapshots = new Snapshots(store);
    const { id } = await snapshots.put(init(1));
    await snapshots.put(init(2));
    await store.write([{ put: `state/${id}/00000000000`, value: bytes('stAte 1') }]);
    expect(await snapshots.sound(id)).toBeUndefined();
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([2]);
    expect(await snapshots.sound(snapshots.list('co-change')[0]?.id ?? '')).toMatchObject({ offset: 2 });
  });

  it('forgets the places that had folded what is forgotten and did not know it', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const named = [
      { by: 30, sequences: [4, 5] },
      { by: 60, sequences: [50] },
    ];
    const after = (sequence: number) =>
      new SequenceSet(named.flatMap(({ by, sequences }) => (by > sequence ? sequences : [])));
    const stale = await snapshots.put(init(20));
    const early = await snapshots.put(init(3));
    const aware = await snapshots.put({ ...init(40), forgotten: 30 });
    const half = await snapshots.put({ ...init(55), forgotten: 30 });
    const aside = await snapshots.put({
      ...init(70),
      folded: [
        [1, 3],
        [51, 70],
      ],
    });
    await snapshots.put(branched(10, [1, 10]));
    const shared = await snapshots.put(branched(80, [1, 3], [71, 80]));
    expect(await snapshots.forget(after)).toBe(2);
    const left = snapshots.list('co-change');
    expect(left.map(({ id }) => id)).toEqual([shared.id, aside.id, aware.id, early.id]);
    expect(left[0]?.offset).toBe(80);
    for (const { id } of [stale, half]) expect(snapshots.get(id)).toBeUndefined();
    expect(await snapshots.forget(after)).toBe(0);
  });
});

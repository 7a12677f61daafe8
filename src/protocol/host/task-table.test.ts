/** Tasks: their states, their questions, their end, and how many there may be. */
import { expect, it } from 'vitest';
import { TaskTable } from './task-table.js';

let clock = 0;
const now = () => clock;
const init = { owner: 'me', ttlMs: 1000, pollIntervalMs: 10, answers: {} };

it('keeps a terminal state for ever', () => {
  const task = new TaskTable('s', now).create(init);
  task.end({ status: 'completed', result: '{}' });
  task.cancel();
  task.tell('too late');
  expect(task.members).toMatchObject({ status: 'completed' });
  expect(task.members).not.toHaveProperty('statusMessage');
  expect(task.signal.aborted).toBe(true);
});

it('asks each key once, and remembers what was answered before it was made', async () => {
  const task = new TaskTable('s', now).create({ ...init, answers: { early: 1 } });
  const question = (key: string) => ({ key, method: 'm', params: {} });
  expect(await task.way(question('early'))).toBe(1);
  const late = task.way(question('late'));
  expect(task.members).toMatchObject({ status: 'input_required' });
  expect(task.detail()).toEqual({ inputRequests: { late: { method: 'm', params: {} } } });
  task.answer({ other: 1, late: 2 });
  expect(await late).toBe(2);
  expect(task.members).toMatchObject({ status: 'working' });
  task.answer({ late: 3 });
  expect(await task.way(question('late'))).toBe(2);
});

it('withdraws its questions when it is cancelled', async () => {
  const task = new TaskTable('s', now).create(init);
  const open = task.way({ key: 'k', method: 'm', params: {} });
  task.cancel();
  await expect(open).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
  expect(task.detail()).toEqual({});
});

const overloaded = expect.objectContaining({ code: 'LMCP_OVERLOADED' });
const unknown = expect.objectContaining({ code: 'LMCP_UNKNOWN_TASK' });
const mine = (at: number) => ({ ...init, owner: `o${at}` });
const done = { status: 'completed', result: '{}' } as const;

it('asks nothing once it has ended', async () => {
  const task = new TaskTable('s', now).create({ ...init, answers: { early: 1 } });
  task.end(done);
  for (const key of ['early', 'late'])
    await expect(task.way({ key, method: 'm', params: {} })).rejects.toMatchObject({
      code: 'LMCP_CANCELLED',
    });
});

it('is forgotten after its time, and then makes room', () => {
  const table = new TaskTable('s', now);
  const tasks = Array.from({ length: 1000 }, (_, at) => table.create(mine(at)));
  expect(() => table.create(init)).toThrow(overloaded);
  expect(table.get(tasks[0]!.id, 'o0')).toBe(tasks[0]);
  expect(() => table.get(tasks[0]!.id, 'you')).toThrow(unknown);
  clock += 1001;
  expect(() => table.get(tasks[0]!.id, 'o0')).toThrow(unknown);
  expect(table.create(init).id).toMatch(/^s\./);
  expect(tasks[999]!.signal.aborted).toBe(true);
});

it('makes room once it has ended, the one that ended first before the others; a running one never does', () => {
  const table = new TaskTable('s', now);
  const tasks = Array.from({ length: 1000 }, (_, at) => table.create(mine(at)));
  tasks[7]!.end(done);
  tasks[3]!.cancel();
  table.create(init);
  expect(() => table.get(tasks[7]!.id, 'o7')).toThrow(unknown);
  expect(table.get(tasks[3]!.id, 'o3')).toBe(tasks[3]);
  table.create(init);
  expect(() => table.get(tasks[3]!.id, 'o3')).toThrow(unknown);
  expect(() => table.create(init)).toThrow(overloaded);
  for (const [at, task] of tasks.entries())
    if (at !== 3 && at !== 7) expect(table.get(task.id, task.owner)).toBe(task);
});

it('is one of a hundred at most of one caller, whose own ended ones make room', () => {
  const table = new TaskTable('s', now);
  const other = table.create(mine(0));
  other.end(done);
  const tasks = Array.from({ length: 100 }, () => table.create(init));
  expect(() => table.create(init)).toThrow(overloaded);
  tasks[50]!.cancel();
  tasks[20]!.end(done);
  table.create(init);
  expect(() => table.get(tasks[50]!.id, 'me')).toThrow(unknown);
  expect(table.get(tasks[20]!.id, 'me')).toBe(tasks[20]);
  expect(table.get(other.id, 'o0')).toBe(other);
  table.create(init);
  expect(() => table.create(init)).toThrow(overloaded);
  expect(table.create(mine(1)).owner).toBe('o1');
});

it('keeps 16 MiB of results at most, and gives up the caller’s own before those of others', () => {
  const table = new TaskTable('s', now);
  const result = 'x'.repeat(2 ** 20);
  const other = table.create(mine(0));
  other.end({ status: 'failed', error: result });
  const tasks = Array.from({ length: 20 }, () => table.create(init));
  const kept = () =>
    tasks.filter(({ id }) => {
      try {
        return table.get(id, 'me').over;
      } catch {
        return false;
      }
    });
  for (const task of tasks) {
    task.end({ status: 'completed', result });
    expect(kept().length).toBeLessThanOrEqual(15);
    expect(table.get(task.id, 'me')).toBe(task);
  }
  expect(kept()).toEqual(tasks.slice(5));
  expect(table.get(other.id, 'o0')).toBe(other);
  const third = table.create(mine(1));
  third.end({ status: 'completed', result });
  expect(() => table.get(other.id, 'o0')).toThrow(unknown);
  expect(kept()).toEqual(tasks.slice(5));
});

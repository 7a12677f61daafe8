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

it('is forgotten after its time, and then makes room', () => {
  const table = new TaskTable('s', now);
  const tasks = Array.from({ length: 1000 }, () => table.create(init));
  const overloaded = expect.objectContaining({ code: 'LMCP_OVERLOADED' });
  expect(() => table.create(init)).toThrow(overloaded);
  const unknown = expect.objectContaining({ code: 'LMCP_UNKNOWN_TASK' });
  expect(table.get(tasks[0]!.id, 'me')).toBe(tasks[0]);
  expect(() => table.get(tasks[0]!.id, 'you')).toThrow(unknown);
  clock += 1001;
  expect(() => table.get(tasks[0]!.id, 'me')).toThrow(unknown);
  expect(table.create(init).id).toMatch(/^s\./);
  expect(tasks[999]!.signal.aborted).toBe(true);
});

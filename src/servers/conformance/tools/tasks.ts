/**
 * Tools that may, or must, run as tasks of their own.
 * They exist because the public conformance suite asks for them by name.
 * Invariant: a task that is cancelled ends at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type TaskSupport, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { annotations } from '../fixtures.js';
import { oneField } from './questions.js';

type Context = ToolContext<Services>;

interface Job<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly input: Input;
  readonly support?: TaskSupport['support'];
  before?(args: z.output<Input>, context: Context): Promise<void>;
  work(args: z.output<Input>, context: Context): Promise<string>;
}

function job<Input extends z.ZodObject>({ support, work, ...about }: Job<Input>) {
  return defineTool({
    ...about,
    description: `${about.title}.`,
    output: z.object({}),
    annotations,
    ...(support && { task: { support, pollIntervalMs: 200 } }),
    run: async (args, context: Context) => ({ structured: {}, text: await work(args, context) }),
  });
}

const nothing = z.object({});
const nameForm = oneField('user_name', 'What is your name?', ['name', 'string']);

export const taskTools = [
  job({
    name: 'greet',
    title: 'Greets at once',
    input: z.object({ name: z.string() }),
    work: async ({ name }) => `Hello, ${name}!`,
  }),
  job({
    name: 'slow_compute',
    title: 'Takes as long as it is told',
    input: z.object({ seconds: z.number().min(0).max(600), label: z.string().optional() }),
    support: 'optional',
    work: async ({ seconds, label }, { signal }) => {
      await delay(seconds * 1000, undefined, { signal });
      return `${label ?? 'computed'} after ${seconds} s`;
    },
  }),
  job({
    name: 'failing_job',
    title: 'Fails after a second',
    input: nothing,
    support: 'required',
    work: async (_args, { signal }) => {
      await delay(1000, undefined, { signal });
      throw new LmcpError('LMCP_INVALID_PARAMS', 'This job always fails.');
    },
  }),
  job({
    name: 'protocol_error_job',
    title: 'Breaks in a way nobody planned',
    input: nothing,
    support: 'optional',
    work: async () => {
      throw new Error('A mistake in a tool.');
    },
  }),
  job({
    name: 'confirm_delete',
    title: 'Asks before it pretends to delete',
    input: z.object({ filename: z.string() }),
    support: 'optional',
    work: async ({ filename }, { elicit }) => {
      const { content } = await elicit(oneField('confirm', `Delete ${filename}?`, ['confirm', 'boolean']));
      return content.confirm === true ? `Deleted ${filename}` : 'Kept';
    },
  }),
  job({
    name: 'multi_input',
    title: 'Asks two things at once',
    input: nothing,
    support: 'optional',
    work: async (_args, { elicit }) => {
      const [first, second] = await Promise.all([
        elicit(oneField('first', 'First name?', ['name', 'string'])),
        elicit(oneField('second', 'Second name?', ['name', 'string'])),
      ]);
      return `${first.content.name} and ${second.content.name}`;
    },
  }),
  job({
    name: 'test_tool_with_task',
    title: 'Asks first, then becomes a task',
    input: nothing,
    support: 'required',
    before: async (_args, { elicit }) => {
      await elicit(nameForm);
    },
    work: async (_args, { elicit }) => `Task for ${(await elicit(nameForm)).content.name}`,
  }),
];

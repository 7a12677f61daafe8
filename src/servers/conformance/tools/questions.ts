/**
 * Tools that ask the client: a person, a model, its folders; some twice, some several things at once.
 * They exist because the public conformance suite asks for them by name, and as examples of one handler for both revisions.
 * Invariant: each says in its answer what it was answered.
 */
import { z } from 'zod';
import { type Asking, defineTool, type ElicitForm, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { annotations } from '../fixtures.js';
import { account, choices, defaults } from './forms.js';

interface Asked<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly input: Input;
  ask(args: z.output<Input>, asking: Asking): Promise<string>;
}

function asking<Input extends z.ZodObject>({ ask, ...about }: Asked<Input>) {
  return defineTool({
    ...about,
    description: `${about.title}.`,
    output: z.object({}),
    annotations,
    run: async (args, context: ToolContext<Services>) => ({ structured: {}, text: await ask(args, context) }),
  });
}

const nothing = z.object({});

/** A form with one required member. */
export function oneField(
  key: string,
  message: string,
  [member, type]: readonly [string, string],
): ElicitForm {
  const requestedSchema = { type: 'object', properties: { [member]: { type } }, required: [member] };
  return { key, message, requestedSchema };
}

const said = ({ messages }: { messages: string }) =>
  [{ role: 'user', content: { type: 'text', text: messages } }] as const;

const elicited = (title: string, name: string, form: (message: string) => ElicitForm) =>
  asking({
    name,
    title,
    input: z.object({ message: z.string().optional() }),
    ask: async ({ message }, { elicit }) => {
      const { action, content } = await elicit(form(message ?? 'Please review the form.'));
      return `User response: action=${action}, content=${JSON.stringify(content)}`;
    },
  });

export const questionTools = [
  asking({
    name: 'test_sampling',
    title: 'Asks the client’s model',
    input: z.object({ prompt: z.string() }),
    ask: async ({ prompt }, { sample }) =>
      `LLM response: ${(await sample({ messages: said({ messages: prompt }), maxTokens: 100 })).text}`,
  }),
  elicited('Asks the user', 'test_elicitation', (message) => ({ message, requestedSchema: account })),
  elicited('Asks with defaults', 'test_elicitation_sep1034_defaults', (message) => ({
    message,
    requestedSchema: defaults,
  })),
  elicited('Asks with choices', 'test_elicitation_sep1330_enums', (message) => ({
    message,
    requestedSchema: choices,
  })),
  asking({
    name: 'test_missing_capability',
    title: 'Needs a client with a model',
    input: nothing,
    ask: async (_args, { sample }) =>
      (await sample({ messages: said({ messages: 'Anything?' }), maxTokens: 10 })).text,
  }),
  asking({
    name: 'test_streaming_elicitation',
    title: 'Asks the user, whatever the stream',
    input: nothing,
    ask: async (_args, { elicit }) => (await elicit(oneField('go', 'Go on?', ['ok', 'boolean']))).action,
  }),
  asking({
    name: 'test_input_required_result_elicitation',
    title: 'Asks for a name',
    input: nothing,
    ask: async (_args, { elicit }) => {
      const { content } = await elicit(oneField('user_name', 'What is your name?', ['name', 'string']));
      return `Hello, ${content.name}!`;
    },
  }),
  asking({
    name: 'test_input_required_result_sampling',
    title: 'Asks a model for a capital',
    input: nothing,
    ask: async (_args, { sample }) => {
      const messages = said({ messages: 'What is the capital of France?' });
      return (await sample({ key: 'capital_question', messages, maxTokens: 100 })).text;
    },
  }),
  asking({
    name: 'test_input_required_result_list_roots',
    title: 'Asks for the client’s folders',
    input: nothing,
    ask: async (_args, { roots }) => `Found ${(await roots('client_roots')).length} folders`,
  }),
  asking({
    name: 'test_input_required_result_request_state',
    title: 'Asks for a confirmation, with state',
    input: nothing,
    ask: async (_args, { elicit }) => {
      const { content } = await elicit(oneField('confirm', 'Please confirm', ['ok', 'boolean']));
      return content.ok === true ? 'state-ok' : 'not confirmed';
    },
  }),
  asking({
    name: 'test_input_required_result_tampered_state',
    title: 'Asks for a confirmation, with state that must not be changed',
    input: nothing,
    ask: async (_args, { elicit }) =>
      `integrity-ok: ${(await elicit(oneField('confirm', 'Please confirm', ['ok', 'boolean']))).action}`,
  }),
  asking({
    name: 'test_input_required_result_multiple_inputs',
    title: 'Asks three things at once',
    input: nothing,
    ask: async (_args, { elicit, sample, roots }) => {
      const [name, greeting, folders] = await Promise.all([
        elicit(oneField('user_name', 'What is your name?', ['name', 'string'])),
        sample({ key: 'greeting', messages: said({ messages: 'Generate a greeting' }), maxTokens: 50 }),
        roots('client_roots'),
      ]);
      return `Name: ${name.content.name}; greeting: ${greeting.text}; folders: ${folders.length}`;
    },
  }),
  asking({
    name: 'test_input_required_result_multi_round',
    title: 'Asks one thing after the other',
    input: nothing,
    ask: async (_args, { elicit }) => {
      const first = await elicit(oneField('step1', 'Step 1: What is your name?', ['name', 'string']));
      const second = await elicit(oneField('step2', 'Step 2: What is your color?', ['color', 'string']));
      return `${first.content.name} likes ${second.content.color}`;
    },
  }),
  asking({
    name: 'test_input_required_result_capabilities',
    title: 'Asks what the client can be asked',
    input: nothing,
    ask: async (_args, { can, elicit, sample }) => {
      const messages = said({ messages: 'Sample request' });
      const asked = await Promise.all([
        ...(can('elicitation') ? [elicit(oneField('elicit_input', 'Value?', ['value', 'string']))] : []),
        ...(can('sampling') ? [sample({ key: 'sample_input', messages, maxTokens: 50 })] : []),
      ]);
      return `capabilities-ok: ${asked.length}`;
    },
  }),
];

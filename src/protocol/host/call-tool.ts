/**
 * tools/call in a server thread: validate, ask, run, validate the answer; at once or as a task.
 * It exists so that tools see parsed arguments and clients see valid results, whatever either side does wrong.
 * Invariant: a failure of the tool is a result; a failure of the protocol (no capability, a forged state) is an error.
 */
import type { z } from 'zod';
import { type ErrorCode, isLmcpError, LmcpError } from '../../errors/index.js';
import { hasTasks, missingTasks } from '../capabilities.js';
import { mirroredArguments } from '../catalogue.js';
import type { Server } from '../define.js';
import { inputError } from '../input-error.js';
import { encodeError, encodeResult } from '../jsonrpc.js';
import type { Params } from '../message.js';
import { quoted } from '../quoted.js';
import type { Tool, ToolContext } from '../tool.js';
import type { Cancellation } from './cancellation.js';
import { type Hosted, inputRequired, shownError } from './hosted.js';
import { questionsBy } from './questions.js';
import { ownerOf, type Task, type TaskTable } from './task-table.js';

/** Largest answer when the tool sets none, in bytes. */
const defaultMaxBytes = 256 * 1024;
const defaultTask = { ttlMs: 30 * 60_000, pollIntervalMs: 1000 } as const;
/** Failures of the protocol, not of the tool. */
const protocolErrors: ReadonlySet<ErrorCode> = new Set([
  'LMCP_MISSING_CAPABILITY',
  'LMCP_REQUEST_STATE',
  'LMCP_BAD_ANSWER',
  'LMCP_HEADER_MISMATCH',
]);

interface Prepared<Services> {
  readonly tool: Tool<Services>;
  readonly input: z.ZodObject;
  readonly maxBytes: number;
  readonly mirrored: ReturnType<typeof mirroredArguments>;
}

/** How a call came out. */
export interface Called {
  readonly response: Uint8Array;
  readonly subject?: string | undefined;
  /** Registry code of the failure. */
  readonly code?: ErrorCode;
}

export interface Tools<Services> {
  /** Never rejects. @param headers what `Mcp-Param-*` headers said, where the call came with them. */
  call(
    hosted: Hosted<Services>,
    headers: Readonly<Record<string, string | null>> | undefined,
  ): Promise<Called>;
}

/** Prepares a server's tools, once. */
export function createTools<Services>(server: Server<Services>, tasks: TaskTable): Tools<Services> {
  const tools = new Map<string, Prepared<Services>>();
  const listings = new Map(server.catalogue.tools.map(({ name, inputSchema }) => [name, inputSchema]));
  for (const tool of server.tools)
    tools.set(tool.name, {
      tool,
      input: tool.input.strict(),
      maxBytes: tool.maxBytes ?? defaultMaxBytes,
      mirrored: mirroredArguments(listings.get(tool.name) ?? {}),
    });
  return {
    call: async (hosted, headers) => {
      const prepared = tools.get(hosted.name);
      return prepared === undefined ? unknownTool(hosted) : perform(prepared, hosted, { tasks, headers });
    },
  };
}

function unknownTool<Services>({ id, name }: Hosted<Services>): Called {
  const error = new LmcpError('LMCP_UNKNOWN_TOOL', `Unknown tool: ${quoted(name)}.`);
  return { response: encodeError(id, error), code: error.code };
}

interface Around {
  readonly tasks: TaskTable;
  readonly headers: Readonly<Record<string, string | null>> | undefined;
}

async function perform<Services>(
  prepared: Prepared<Services>,
  hosted: Hosted<Services>,
  { tasks, headers }: Around,
): Promise<Called> {
  const { tool, input } = prepared;
  const { id, context, rounds, writer } = hosted;
  let subject: string | undefined;
  try {
    const { given } = hosted;
    if (headers !== undefined) compareHeaders(prepared.mirrored, given, headers);
    const args = input.safeParse(given);
    if (!args.success) throw inputError(args.error.issues, input);
    subject = tool.subject?.(args.data);
    const asTask = rounds !== undefined && tool.task !== undefined && hasTasks(hosted.capabilities);
    if (tool.task?.support === 'required' && !asTask) throw missingTasks();
    if (tool.before !== undefined) await tool.before(args.data, context);
    if (asTask && rounds?.open !== true)
      return { response: encodeResult(id, startTask(prepared, args.data, hosted, tasks)), subject };
    const result = asTask ? '' : await run(prepared, args.data, context, hosted);
    if (rounds?.open === true) return { response: encodeResult(id, inputRequired(hosted)), subject };
    return { response: encodeResult(id, result), subject };
  } catch (error) {
    if (rounds?.open === true && !hosted.cancel.aborted)
      return { response: encodeResult(id, inputRequired(hosted)), subject };
    const shown = shownError(error, hosted.cancel);
    if (shown !== error && shown.code === 'LMCP_INTERNAL') hosted.host.onError?.(error, tool.name);
    const response = protocolErrors.has(shown.code)
      ? encodeError(id, shown)
      : encodeResult(id, writer.failure(shown));
    return { response, subject, code: shown.code };
  }
}

/** The result's JSON text. @throws what the tool throws; LMCP_ANSWER_TOO_LARGE; ZodError when it breaks its own schema. */
async function run<Services>(
  { tool, maxBytes }: Prepared<Services>,
  args: Record<string, unknown>,
  context: ToolContext<Services>,
  { writer, cancel }: Pick<Hosted<Services>, 'writer'> & { cancel: Pick<Cancellation, 'aborted'> },
): Promise<string> {
  const result = await tool.run(args, context);
  if (cancel.aborted) throw new LmcpError('LMCP_CANCELLED', 'The call was cancelled.');
  const structured = tool.output.safeParse(result.structured);
  if (!structured.success) throw structured.error;
  const text = writer.success(structured.data, result);
  if (text.length > maxBytes || (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes))
    throw new LmcpError(
      'LMCP_ANSWER_TOO_LARGE',
      `The answer has ${Buffer.byteLength(text)} bytes; the cap is ${maxBytes}.`,
    );
  return text;
}

/** Makes a task of the call and returns its CreateTaskResult. */
function startTask<Services>(
  prepared: Prepared<Services>,
  args: Record<string, unknown>,
  hosted: Hosted<Services>,
  tasks: TaskTable,
): string {
  const { tool } = prepared;
  const { writer, capabilities, context, rounds } = hosted;
  const task = tasks.create({
    ...defaultTask,
    ...(tool.task?.ttlMs !== undefined && { ttlMs: tool.task.ttlMs }),
    ...(tool.task?.pollIntervalMs !== undefined && { pollIntervalMs: tool.task.pollIntervalMs }),
    owner: ownerOf(context.call),
    answers: rounds?.answers ?? {},
  });
  const own: ToolContext<Services> = {
    ...context,
    ...questionsBy(task.way, capabilities),
    signal: task.signal,
    // A task's stream is its state: progress is its message, and log messages have no place (SEP-2663).
    progress: (done, total, message) => task.tell(message ?? (total ? `${done} of ${total}` : `${done}`)),
    log: () => undefined,
  };
  const created = JSON.stringify({ ...JSON.parse(writer.complete({})), ...task.members, resultType: 'task' });
  run(prepared, args, own, { writer, cancel: task.signal }).then(
    (result) => task.end({ status: 'completed', result }),
    (error: unknown) => endFailed(task, error, hosted),
  );
  return created;
}

/** The tool's own failure is a result like any other; an unexpected one fails the task. */
function endFailed<Services>(task: Task, error: unknown, { writer, host, name }: Hosted<Services>): void {
  if (task.over) return;
  const shown = shownError(error, task.signal);
  if (isLmcpError(error) && !protocolErrors.has(shown.code)) {
    task.end({ status: 'completed', result: writer.failure(shown) });
    return;
  }
  if (!isLmcpError(error)) host.onError?.(error, name);
  const told = JSON.parse(encodeError(undefined, shown).toString('utf8')) as { error: unknown };
  task.end({ status: 'failed', error: JSON.stringify(told.error) });
}

/** Headers say what the body says (transports/streamable-http, Custom Headers). @throws LMCP_HEADER_MISMATCH */
function compareHeaders(
  mirrored: ReturnType<typeof mirroredArguments>,
  given: Params,
  headers: Readonly<Record<string, string | null>>,
): void {
  for (const { name, header } of mirrored) {
    const value = given[name];
    const said = Object.hasOwn(headers, header) ? headers[header] : undefined;
    const expected = value === undefined || value === null ? undefined : String(value);
    if (said !== expected)
      throw new LmcpError('LMCP_HEADER_MISMATCH', `The header ${header} does not say what \`${name}\` says.`);
  }
}

/**
 * Which tasks suit what was given, told from a repository's presence and the first lines of each file.
 * It exists so that `lmcp evaluate FILE` works without knowing the names of tasks.
 * Invariant: every file goes to at least one task, or the error names what was found in it and what is known.
 */
import { LmcpError } from '../errors/index.js';
import { EventSchema, type EventType } from '../proto/index.js';
import { isCsv } from './read-examples.js';
import { readLines } from './read-text.js';
import type { EvaluationRequest } from './result.js';
import { type TaskEntry, tasks } from './tasks.js';

type Kind = EventType | 'example';

/** Lines looked at. */
const firstLines = 500;

const eventTypes: ReadonlySet<string> = new Set(
  EventSchema.oneofs.flatMap(({ fields }) => fields.map(({ localName }) => localName)),
);

function isEventType(name: string): name is EventType {
  return eventTypes.has(name);
}

/** What the first lines of a file hold. Bad lines are not judged here: the task that reads them names them. */
async function kindsOf(file: string): Promise<ReadonlySet<Kind>> {
  if (isCsv(file)) return new Set<Kind>(['example']);
  const kinds = new Set<Kind>();
  let looked = 0;
  for await (const { text } of readLines(file)) {
    if (++looked > firstLines) break;
    for (const kind of kindsOfLine(text)) kinds.add(kind);
  }
  if (looked === 0) throw new LmcpError('LMCP_USAGE', `${file} is empty: there is nothing to evaluate.`);
  return kinds;
}

function kindsOfLine(text: string): Kind[] {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return [];
  const names = Object.keys(line);
  const events = names.filter(isEventType);
  return events.length === 0 && (names.includes('x') || names.includes('y')) ? ['example'] : events;
}

function suits({ reads, labels = [] }: TaskEntry, kinds: ReadonlySet<Kind>, label?: string): boolean {
  return reads.some((kind) => kinds.has(kind)) && (label === undefined || labels.includes(label));
}

/**
 * @param given a request without its task
 * @returns one request a task that suits, each with its files
 * @throws LMCP_USAGE when none suits, naming what was found and the tasks that are known; as `readLines`
 */
export async function suitableTasks(given: Omit<EvaluationRequest, 'task'>): Promise<EvaluationRequest[]> {
  const { files = [], ...rest } = given;
  if (given.repo !== undefined && files.length === 0) {
    const found = Object.entries(tasks).filter(([, { input }]) => input === 'repo');
    return found.map(([task]) => ({ ...rest, task }));
  }
  if (files.length === 0)
    throw new LmcpError('LMCP_USAGE', 'Give files to evaluate, or a repository with --repo PATH.');
  const chosen = new Map<string, string[]>();
  for (const file of files) {
    const kinds = await kindsOf(file);
    const found = Object.entries(tasks).filter(([, entry]) => suits(entry, kinds, given.label));
    if (found.length === 0) throw noneSuits(file, kinds, given.label);
    for (const [task] of found) chosen.set(task, [...(chosen.get(task) ?? []), file]);
  }
  return [...chosen].map(([task, suited]) => ({ ...rest, task, files: suited }));
}

function noneSuits(file: string, kinds: ReadonlySet<Kind>, label: string | undefined): LmcpError {
  const seen =
    kinds.size > 0
      ? `${file} holds ${[...kinds].map((kind) => (kind === 'example' ? 'examples {x, y}' : kind)).join(', ')}`
      : `${file} holds neither events nor examples {x, y} in its first lines`;
  const known = Object.entries(tasks).map(([task, { reads, input, labels = [] }]) => {
    const what =
      input === 'repo'
        ? 'a repository, by --repo'
        : reads.map((kind) => (kind === 'example' ? '{x, y} or CSV' : kind)).join(', ');
    return `${task} (${what}${label === undefined || labels.length === 0 ? '' : `; labels ${labels.join(', ')}`})`;
  });
  const asked = label === undefined ? '' : ` by the label ${label}`;
  return new LmcpError(
    'LMCP_USAGE',
    `${seen}: no task reads that${asked}. Tasks and what they read: ${known.join('; ')}.`,
  );
}

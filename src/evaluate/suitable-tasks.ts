/**
 * Which tasks suit what was given, told from a repository's presence and the first lines of each file.
 * It exists so that `lmcp evaluate FILE` works without knowing the names of tasks.
 * Invariant: every file goes to at least one task, or the error names what was found in it and what is known.
 */
import { LmcpError } from '../errors/index.js';
import { EventSchema, type EventType } from '../proto/index.js';
import { isCsv } from './read-examples.js';
import { readLines, readText } from './read-text.js';
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

/**
 * What the first lines of a file hold. Bad lines are not judged here: the task that reads them names them. So where no line is
 * good, what the bad ones seem to be decides.
 */
async function kindsOf(file: string): Promise<ReadonlySet<Kind>> {
  if (isCsv(file)) return kindsOfCsv(file);
  const kinds = new Set<Kind>();
  const meant = new Set<Kind>();
  let looked = 0;
  try {
    for await (const { text } of readLines(file)) {
      if (++looked > firstLines) break;
      const names = namesOf(text);
      for (const kind of names ? kindsOfNames(names) : []) kinds.add(kind);
      for (const kind of names ? [] : kindsOfNames(quoted(text))) meant.add(kind);
    }
  } catch (error) {
    const unreadable = error instanceof LmcpError && error.code === 'LMCP_BAD_EVENT';
    if (!unreadable || kinds.size === 0) throw error;
  }
  if (looked === 0) throw isEmpty(file);
  return kinds.size > 0 ? kinds : meant;
}

/** Examples, whatever they are; what cannot be read is named by the task that reads it. */
async function kindsOfCsv(file: string): Promise<ReadonlySet<Kind>> {
  for await (const text of readText(file, undefined, 'LMCP_BAD_EXAMPLE'))
    if (text.trim() !== '') return new Set<Kind>(['example']);
  throw isEmpty(file);
}

function isEmpty(file: string): LmcpError {
  return new LmcpError('LMCP_USAGE', `${file} is empty: there is nothing to evaluate.`);
}

/** Names of the fields of a line; undefined when it is no JSON. */
function namesOf(text: string): readonly string[] | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && !Array.isArray(line) ? Object.keys(line) : [];
  } catch {
    return undefined;
  }
}

/** What stands as names in a line that is no JSON. */
function quoted(text: string): readonly string[] {
  return [...text.matchAll(/"([A-Za-z]{1,64})"\s*:/g)].map(([, name = '']) => name);
}

function kindsOfNames(names: readonly string[]): Kind[] {
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

/**
 * Forgetting, from what is asked to what is gone: select, write down, rebuild the learners, take the payloads off the disk.
 * It exists once for the tool and the command line, over the few things both can do.
 * Invariant: the order. Once the `eventsForgotten` event is on disk no learner uses the events again; a crash after it is
 * finished by the learners' next start and by forgetting again, which compacts even when there is nothing left to select.
 */
import { createHash } from 'node:crypto';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Payload } from '../../proto/index.js';
import {
  type EventInit,
  type ForgetPreview,
  type RebuiltLearner,
  type RememberedBackup,
  scorecardsIn,
} from '../../runtime/index.js';
import { type AskServers, seatedLearners } from './asking-servers.js';
import { type Selection, selectionText } from './forget-request.js';
import { type ScoreRow, scoreRowOf } from './score-row.js';

/** Sequences and keys that one event names. */
const NAMED_AT_ONCE = 100_000;
/** What a sequence (below 2^35) and a key take in an event, and what one append may take: the journal's limit is 8 MiB. */
const BYTES_OF_SEQUENCE = 5;
const BYTES_OF_KEY = 18;
const BYTES_AT_ONCE = 6 * 1024 * 1024;

type Range = readonly [from: number, to: number];

/** What the pool job `selectEvents` found. */
export interface Selected {
  readonly ranges: readonly Range[];
  readonly events: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Hexadecimal. */
  readonly keys: readonly string[];
  /** Milliseconds since the epoch. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

/** What taking payloads off the disk did. */
export interface Compacted {
  readonly segments: number;
  readonly events: number;
  readonly freedBytes: number;
}

/** One workspace, as far as forgetting reaches. */
export interface Forgettable extends AskServers {
  select(selection: Selection): Promise<Selected>;
  /** Resolves with the last sequence, on disk; with no events, with the journal's last. */
  append(events: readonly EventInit[]): Promise<number>;
  compact(): Promise<Compacted>;
  readonly workspace: string;
  /** Backups taken of the data folder, newest first. */
  backups(): Promise<readonly RememberedBackup[]>;
  /** Told what is being done. */
  step?(what: string): void;
}

/** Who allowed it, for the journal: never the model's own words. */
export interface Approval {
  readonly by: string;
  readonly channel: 'terminal' | 'elicitation';
}

export interface LearnerEffect {
  readonly task: string;
  /** Events of the types it learns from. */
  readonly affected: number;
  readonly digest: string;
  readonly before: readonly ScoreRow[];
  readonly after: readonly ScoreRow[];
}

export interface ForgetReport {
  readonly what: string;
  readonly events: number;
  readonly byType: Readonly<Record<string, number>>;
  /** RFC 3339. */
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly learners: readonly LearnerEffect[];
  /** Of the digests of `learners`; null when there is none. */
  readonly digest: string | null;
  /** That still hold some of the events. */
  readonly backups: readonly { readonly folder: string; readonly at: string }[];
  /** Null in a dry run. */
  readonly compacted: Compacted | null;
}

/** What forgetting would do; changes nothing. */
export async function previewForgetting(on: Forgettable, selection: Selection): Promise<ForgetReport> {
  on.step?.('looking for the events');
  const selected = await on.select(selection);
  if (selected.events === 0) return report(on, selection, { selected, learners: [], compacted: null });
  await caughtUp(on);
  on.step?.('learning without them, to compare');
  const answers = await on.askAll('previewForget', { ranges: selected.ranges });
  const learners = (Object.values(answers).flat() as ForgetPreview[]).map((learner) => ({
    task: learner.task,
    affected: learner.affected,
    digest: learner.after.digest,
    before: learner.before.scorecards.map(scoreRowOf),
    after: learner.after.scorecards.map(scoreRowOf),
  }));
  return report(on, selection, { selected, learners, compacted: null });
}

/** Forgets for good. @throws what selecting, the disk or a server fails with: forgetting again then goes on */
export async function forgetEvents(
  on: Forgettable,
  selection: Selection,
  approval: Approval,
): Promise<ForgetReport> {
  on.step?.('looking for the events');
  const selected = await on.select(selection);
  await caughtUp(on);
  const seats = await seatedLearners(on);
  const before = scorecardsIn(await on.askAll('scorecards', null));
  on.step?.('writing down what is forgotten');
  const sequence = await writeDown(on, { selection, selected, approval });
  on.step?.('rebuilding the learners without them');
  const servers = [...new Set(seats.map(({ server }) => server))];
  const rebuilt = (
    await Promise.all(servers.map((server) => on.ask(server, 'rebuilt', { sequence })))
  ).flat();
  on.step?.('taking the payloads off the disk');
  const compacted = await on.compact();
  const learners = (rebuilt as RebuiltLearner[]).flatMap(({ task, digest, scorecards }) => {
    const consumes = seats.find((seat) => seat.task === task)?.consumes ?? [];
    const affected = consumes.reduce((sum, type) => sum + (selected.byType[type] ?? 0), 0);
    if (affected === 0) return [];
    const earlier = before.filter((report) => report.task === task).map(scoreRowOf);
    return [{ task, affected, digest, before: earlier, after: scorecards.map(scoreRowOf) }];
  });
  return report(on, selection, { selected, learners, compacted });
}

/** Scores before and after compare only once the learners have folded what the journal holds, such as an import just done. */
async function caughtUp(on: Forgettable): Promise<void> {
  on.step?.('learning what the journal holds');
  await on.askAll('folded', await on.append([]));
}

/**
 * Resolves with the sequence of the last event that names something, all of them on disk. What one append takes is on disk whole or
 * not at all, so the learners are rebuilt once, and no crash leaves half of it named; only what is larger goes in several.
 */
async function writeDown(
  on: Forgettable,
  {
    selection,
    selected,
    approval,
  }: { readonly selection: Selection; readonly selected: Selected; readonly approval: Approval },
): Promise<number> {
  if (selected.events === 0) return on.append([]);
  const request = `forget ${selectionText(selection)}`;
  const granted: EventInit = {
    source: 'mcp',
    data: { case: 'approvalGranted', value: { request, plan: '', ...approval } },
  };
  const parts = inParts(selected.ranges);
  let together: EventInit[] = [granted];
  let bytes = 0;
  let last = 0;
  for (const [i, sequences] of parts.entries()) {
    const keys = selected.keys.slice(i * NAMED_AT_ONCE, (i + 1) * NAMED_AT_ONCE);
    const value = {
      sequences,
      reason: `${approval.channel}: ${request}`,
      keys: keys.map((key) => new Uint8Array(Buffer.from(key, 'hex'))),
      source: selection.source ?? '',
      session: selection.session ?? '',
      types: Object.keys(selected.byType),
      ...(selection.before !== undefined && { before: timestampFromMs(selection.before) }),
    } satisfies Partial<Payload<'eventsForgotten'>>;
    const weight = sequences.length * BYTES_OF_SEQUENCE + keys.length * BYTES_OF_KEY;
    if (bytes + weight > BYTES_AT_ONCE) {
      last = await on.append(together);
      together = [];
      bytes = 0;
    }
    together.push({ source: 'mcp', data: { case: 'eventsForgotten', value } });
    bytes += weight;
  }
  last = await on.append(together);
  return last;
}

/** The sequences of the ranges, so many at a time. A key belongs to an event, so no part holds more keys than it may. */
function inParts(ranges: readonly Range[]): bigint[][] {
  const parts: bigint[][] = [];
  let part: bigint[] = [];
  for (const [from, to] of ranges) {
    for (let sequence = from; sequence <= to; sequence += 1) {
      if (part.length === NAMED_AT_ONCE) {
        parts.push(part);
        part = [];
      }
      part.push(BigInt(sequence));
    }
  }
  return [...parts, part];
}

async function report(
  on: Forgettable,
  selection: Selection,
  {
    selected,
    learners,
    compacted,
  }: {
    readonly selected: Selected;
    readonly learners: readonly LearnerEffect[];
    readonly compacted: Compacted | null;
  },
): Promise<ForgetReport> {
  const { events, byType, firstAt, lastAt, ranges } = selected;
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  // With nothing selected but payloads taken off the disk it is not known which: any backup may hold them.
  const first = ranges[0]?.[0] ?? (compacted && compacted.events > 0 ? 1 : Number.POSITIVE_INFINITY);
  const backups = (await on.backups()).filter((it) => (it.workspaces[on.workspace] ?? 0) >= first);
  return {
    what: selectionText(selection),
    events,
    byType,
    firstAt: time(firstAt),
    lastAt: time(lastAt),
    learners,
    digest: learners.length === 0 ? null : digestOf(learners),
    backups: backups.map(({ path, at }) => ({ folder: path, at: new Date(at).toISOString() })),
    compacted,
  };
}

function digestOf(learners: readonly LearnerEffect[]): string {
  const lines = learners.map(({ task, digest }) => `${task} ${digest}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/**
 * The way of one event: each station it passed, from its source to what it settled.
 * It exists so that a person can follow what the system did with what it saw.
 * Invariant: shows what is stored, redacted as it is; computes nothing anew but the lookup.
 */
import { toJson } from '@bufbuild/protobuf';
import { LmcpError } from '../../errors/index.js';
import { EventSchema, payloadOf, type StoredEvent } from '../../proto/index.js';
import type { ApiRequest } from './api-request.js';

interface Consumer {
  readonly task: string;
  readonly consumes: readonly string[];
  readonly offset: number;
}

export interface Station {
  readonly station: string;
  readonly what: string;
}

/** `?event=` an event's id or sequence, `?workspace=` an id or folder. */
export async function replay({ options, url }: ApiRequest): Promise<unknown> {
  const { threads, workspaces } = options;
  const wanted = url.searchParams.get('event') ?? '';
  const { id: workspace } = await workspaces.resolve(url.searchParams.get('workspace') ?? undefined);
  const stored = await find(options, workspace, wanted);
  if (!stored)
    throw new LmcpError(
      'LMCP_USAGE',
      `No event "${wanted.slice(0, 100)}" is in the journal of ${workspace}.`,
    );
  const consumers = Object.entries(await threads.queryAll(workspace, 'consumers')) as [string, Consumer[]][];
  return {
    workspace,
    sequence: stored.sequence,
    event: toJson(EventSchema, stored.event),
    stations: [
      ...arrival(stored),
      ...folds(stored, consumers),
      ...(await outcome(options, workspace, stored)),
    ],
  };
}

/** `?workspace=`: folds the whole journal anew, in every server, and compares the digests. */
export async function replayAll({ options, url }: ApiRequest): Promise<unknown> {
  const { threads, workspaces } = options;
  const { id: workspace } = await workspaces.resolve(url.searchParams.get('workspace') ?? undefined);
  const answers = Object.values(await threads.queryAll(workspace, 'refold', null, 'chore')) as Refold[];
  const learners = answers.flatMap(({ offset, serving, refolded }) =>
    serving.map(({ task, digest }) => {
      const anew = refolded.find((it) => it.task === task)?.digest ?? null;
      return { task, offset, digest, refolded: anew, equal: anew === digest };
    }),
  );
  return { workspace, learners, equal: learners.every(({ equal }) => equal) };
}

interface Refold {
  readonly offset: number;
  readonly serving: readonly { readonly task: string; readonly digest: string }[];
  readonly refolded: readonly { readonly task: string; readonly digest: string }[];
}

async function find(
  options: ApiRequest['options'],
  workspace: string,
  wanted: string,
): Promise<StoredEvent | undefined> {
  const { journal } = options.threads;
  await journal.open(workspace);
  if (!/^[0-9]{1,15}$/.test(wanted))
    return (await journal.event(workspace, wanted)) ?? journal.receipt(workspace, wanted);
  const [first] = await journal.read(workspace, Number(wanted), { wait: false });
  return first?.sequence === Number(wanted) ? first : undefined;
}

function arrival({ sequence, event }: StoredEvent): Station[] {
  const at = event.at ? new Date(Number(event.at.seconds) * 1000).toISOString() : 'no time given';
  const cause = event.causedBy ? `, caused by ${event.causedBy}` : '';
  return [
    {
      station: 'source',
      what: `${event.source || 'unknown'} said ${event.data.case ?? 'nothing'} at ${at}${cause}`,
    },
    { station: 'redaction', what: 'passed before storing; what was a secret reads [redacted:…]' },
    { station: 'journal', what: `number ${sequence}, id ${event.id}, on disk` },
  ];
}

function folds({ sequence, event }: StoredEvent, servers: readonly [string, Consumer[]][]): Station[] {
  return servers.flatMap(([server, consumers]) =>
    consumers
      .filter(({ consumes }) => event.data.case !== undefined && consumes.includes(event.data.case))
      .map(({ task, offset }) => ({
        station: `learner ${server}/${task}`,
        what: offset >= sequence ? `folded (state is at ${offset})` : `waiting (state is at ${offset})`,
      })),
  );
}

/** For a receipt: how it came out. */
async function outcome(
  options: ApiRequest['options'],
  workspace: string,
  { sequence, event }: StoredEvent,
): Promise<Station[]> {
  const receipt = payloadOf(event, 'predictionMade');
  if (!receipt) return [];
  const ask = { prediction: receipt.prediction, sequence };
  const answers = await options.threads.queryAll(workspace, 'settled', ask);
  const settled = Object.values(answers).find((it) => it !== null);
  const what = settled ? JSON.stringify(settled) : 'open: no later event has settled it (lately)';
  return [{ station: 'settled', what }];
}

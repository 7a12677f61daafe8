/**
 * What the journal thread answers: append, read on, snapshots, receipts, for every workspace.
 * It exists apart from the thread so that tests run it over memory drivers in their own thread.
 * Invariant: a workspace's journal is opened once; readers that wait are answered by the append that ends their wait.
 */
import { describeError } from '../errors/index.js';
import { encodeBatch, encodeEvent, type Journal, type Snapshots, splitBatch } from '../journal/index.js';
import { noBytes } from './frame.js';
import type { JournalMethods } from './messages.js';
import { answer, type Handlers, type Reply } from './peer.js';

/** Bytes of one answer to a reader: large enough to amortise the hop, small enough to keep memory flat. */
const READ_BYTES = 256 * 1024;

/** States carry their own version and refuse another's; the store needs no second one. */
const MODEL = '1';

export interface OpenWorkspace {
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  /** Closes journal and store, in this order. */
  close(): Promise<void>;
}

interface Opened extends OpenWorkspace {
  /** Readers that wait for an event past the end. */
  readonly waiting: Set<() => void>;
}

/** @param open opens one workspace's journal with its drivers. */
export function journalService(
  open: (workspace: string) => Promise<OpenWorkspace>,
): Handlers<JournalMethods> {
  const journals = new Map<string, Promise<Opened>>();

  const opened = (workspace: string): Promise<Opened> => {
    const known = journals.get(workspace);
    if (known) return known;
    const opening = open(workspace).then((it) => {
      const waiting = new Set<() => void>();
      it.journal.onAppended(() => {
        for (const wake of waiting) wake();
        waiting.clear();
      });
      return { ...it, waiting };
    });
    journals.set(workspace, opening);
    opening.catch(() => journals.delete(workspace));
    return opening;
  };

  return {
    open: async ({ workspace }) => {
      const { journal } = await opened(workspace);
      const { cut } = journal.report;
      const told = cut === null ? null : `${cut.cutBytes} bytes after event ${cut.atSequence}`;
      return answer({ last: journal.lastSequence, cut: told });
    },

    append: async ({ workspace, durable }, { body }) => {
      const { journal } = await opened(workspace);
      // Still encoded: the journal decodes one event at a time, so a large batch does not fill the heap.
      const events = body.length === 0 ? [] : splitBatch(body).map(({ bytes }) => bytes);
      const last = journal.lastSequence;
      if (events.length === 0) return answer({ first: last, last });
      if (durable) return answer(await journal.append(events, { durable }));
      await journal.append(events, { durable });
      return answer({ first: 0, last: 0 });
    },

    read: async ({ workspace, from, wait }, { signal }) => {
      const { journal, waiting } = await opened(workspace);
      if (wait) await untilAppended(journal, waiting, from, signal);
      return readFrom(journal, from);
    },

    readTypes: async ({ workspace, from, types }) => {
      const { journal } = await opened(workspace);
      const sequences: number[] = [];
      const events: Uint8Array[] = [];
      let bytes = 0;
      for await (const stored of journal.read({ from, types })) {
        const event = encodeEvent(stored.event);
        sequences.push(stored.sequence);
        events.push(event);
        bytes += event.length;
        if (bytes > READ_BYTES) break;
      }
      return answer({ sequences }, encodeBatch(1, events));
    },

    event: async ({ workspace, id }) => {
      const { journal } = await opened(workspace);
      return at(journal, await journal.sequenceOf(id));
    },

    receipt: async ({ workspace, prediction }) => {
      const { journal } = await opened(workspace);
      // Receipts are telemetry: one that was just noted may still wait for company on its way to the disk.
      const sequence = (await journal.receipt(prediction)) ?? (await afterFlush(journal, prediction));
      return at(journal, sequence);
    },

    putSnapshot: async ({ workspace, ...snapshot }, { body }) => {
      const { snapshots } = await opened(workspace);
      return answer({
        id: (await snapshots.put({ ...snapshot, modelVersion: MODEL, state: new Uint8Array(body) })).id,
      });
    },

    latestSnapshot: async ({ workspace, learner }) => {
      const { snapshots } = await opened(workspace);
      const found = snapshots.latest(learner);
      return found ? answer({ id: found.id, offset: found.offset }, found.state) : answer(null);
    },

    status: async () => {
      const known = await Promise.allSettled(
        [...journals].map(async ([id, opening]) => ({ id, ...(await opening) })),
      );
      const workspaces = known.flatMap((it) =>
        it.status === 'fulfilled'
          ? [{ id: it.value.id, last: it.value.journal.lastSequence, readOnly: readOnly(it.value.journal) }]
          : [{ id: 'unknown', last: 0, readOnly: describeError(it.reason).message }],
      );
      return answer({ heapBytes: process.memoryUsage().heapUsed, workspaces });
    },

    close: async () => {
      await Promise.allSettled([...journals.values()].map(async (opening) => (await opening).close()));
      journals.clear();
      return answer(null);
    },
  };
}

async function afterFlush(journal: Journal, prediction: string): Promise<number | undefined> {
  await journal.flush();
  return journal.receipt(prediction);
}

function readOnly(journal: Journal): string | null {
  return journal.state === 'open' ? null : (journal.damage?.reason ?? journal.state);
}

/** The event of that number, or that there is none. */
async function at(
  journal: Journal,
  sequence: number | undefined,
): Promise<Reply<{ sequence: number | null }>> {
  if (sequence === undefined) return answer({ sequence: null });
  for await (const { event } of journal.read({ from: sequence, to: sequence })) {
    return answer({ sequence }, encodeBatch(sequence, [encodeEvent(event)]));
  }
  return answer({ sequence: null });
}

async function untilAppended(
  journal: Journal,
  waiting: Set<() => void>,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  while (journal.lastSequence < from && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

async function readFrom(journal: Journal, from: number): Promise<Reply<{ count: number; last: number }>> {
  if (journal.lastSequence < from) return answer({ count: 0, last: journal.lastSequence });
  for await (const batch of journal.readBatches({ from, maxBytes: READ_BYTES })) {
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    return answer({ count: view.getUint32(8, true), last: journal.lastSequence }, batch);
  }
  return answer({ count: 0, last: journal.lastSequence }, noBytes);
}

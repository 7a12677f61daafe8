/**
 * What the journal thread answers: append, read on, snapshots, receipts, for every workspace.
 * It exists apart from the thread so that tests run it over memory drivers in their own thread.
 * Invariant: readers that wait are answered by the append that ends their wait; which journals are open is open-journals.ts's to say.
 */
import { LmcpError } from '../errors/index.js';
import {
  encodeBatch,
  encodeEvent,
  forgottenIn,
  type Journal,
  type SnapshotInfo as Stored,
  splitBatch,
} from '../journal/index.js';
import { noBytes } from './frame.js';
import type { JournalMethods, SnapshotInfo, SnapshotPlace } from './messages.js';
import {
  type OpenedWorkspace,
  OpenJournals,
  type OpenJournalsOptions,
  type Readers,
} from './open-journals.js';
import { answer, type Handlers, type Reply } from './peer.js';

/** Bytes of one answer to a reader: large enough to amortise the hop, small enough to keep memory flat. */
const READ_BYTES = 256 * 1024;

/** States carry their own version and refuse another's; the store needs no second one. */
const MODEL = '1';

/** @param open opens one workspace's journal with its drivers. */
export function journalService(
  open: OpenJournalsOptions['open'],
  limits: Omit<OpenJournalsOptions, 'open'> = {},
): Handlers<JournalMethods> {
  const journals = new OpenJournals({ ...limits, open });
  const use = <T>(workspace: string, work: (opened: OpenedWorkspace) => Promise<T>) =>
    journals.use(workspace, work);

  return {
    open: ({ workspace }) =>
      use(workspace, async ({ journal }) => {
        const { cut } = journal.report;
        const told = cut === null ? null : `${cut.cutBytes} bytes after event ${cut.atSequence}`;
        return answer({ last: journal.lastSequence, cut: told });
      }),

    append: ({ workspace, durable, dropped }, { body }) =>
      use(workspace, async ({ journal }) => {
        // Still encoded: the journal decodes one event at a time, so a large batch does not fill the heap.
        const events = body.length === 0 ? [] : splitBatch(body).map(({ bytes }) => bytes);
        const last = journal.lastSequence;
        if (durable && events.length > 0) return answer(await journal.append(events, { durable }));
        if (events.length > 0) await journal.append(events, { durable: false });
        journal.leftOut(dropped);
        return answer({ first: last, last });
      }),

    read: ({ workspace, from, wait }, { signal }) =>
      use(workspace, async ({ journal, readers }) => {
        if (wait) await untilAppended(journal, readers, from, signal);
        return readFrom(journal, from);
      }),

    readTypes: ({ workspace, from, types }) =>
      use(workspace, async ({ journal }) => {
        const sequences: number[] = [];
        const events: Uint8Array[] = [];
        let bytes = 0;
        for await (const stored of journal.readEncoded(types.length === 0 ? { from } : { from, types })) {
          sequences.push(stored.sequence);
          events.push(stored.bytes);
          bytes += stored.bytes.length;
          if (bytes > READ_BYTES) break;
        }
        return answer({ sequences }, encodeBatch(1, events));
      }),

    event: ({ workspace, id }) =>
      use(workspace, async ({ journal }) => at(journal, await journal.sequenceOf(id))),

    receipt: ({ workspace, prediction }) =>
      use(workspace, async ({ journal }) => {
        // Receipts are telemetry: one that was just noted may still wait for company on its way to the disk.
        const sequence = (await journal.receipt(prediction)) ?? (await afterFlush(journal, prediction));
        return at(journal, sequence);
      }),

    snapshots: ({ workspace, learner }) =>
      use(workspace, async ({ snapshots }) => answer(snapshots.list(learner).map(told))),

    snapshot: ({ workspace, id }) =>
      use(workspace, async ({ snapshots }) => {
        const found = await snapshots.sound(id);
        return found ? answer(told(found), found.state) : answer(null);
      }),

    putSnapshot: ({ workspace, keep, places = [], ...snapshot }, { body }) =>
      use(workspace, async ({ journal, snapshots }) => {
        await refuseStale(journal, snapshot);
        const put = { ...snapshot, modelVersion: MODEL, state: new Uint8Array(body) };
        return answer({ id: (await snapshots.put(put, { ids: new Set(keep), places })).id });
      }),

    dropSnapshots: ({ workspace, ids }) =>
      use(workspace, async ({ snapshots }) => {
        await snapshots.drop(ids);
        return answer(null);
      }),

    backUp: ({ workspace, views }) =>
      use(workspace, async ({ journal, copyViews }) => {
        // First the copy, then the prefix: an index that has seen more than its journal would be a witness of damage.
        await copyViews?.(views);
        return answer(journal.prefix());
      }),

    compact: async ({ workspace }) => {
      const report = await use(workspace, async ({ journal, snapshots }) => {
        const { after } = await forgottenIn(journal);
        await snapshots.forget(after);
        return journal.compact();
      });
      // The store is written anew while it opens.
      await journals.reopen(workspace);
      await use(workspace, async ({ snapshots }) => {
        const { vacuumDue } = snapshots.store;
        if (vacuumDue !== null)
          throw new LmcpError('LMCP_DISK', `The index keeps removed rows yet: ${vacuumDue}.`);
      });
      return answer(report);
    },

    status: async () =>
      answer({ heapBytes: process.memoryUsage().heapUsed, workspaces: await journals.status() }),

    close: async () => {
      await journals.close();
      return answer(null);
    },
  };
}

function told({
  id,
  size,
  learner,
  offset,
  folded,
  forgotten,
  parents,
  at,
  scorecard,
}: Stored): SnapshotInfo {
  return { id, size, learner, offset, folded, forgotten, parents, at, scorecard };
}

/** A state that was on its way while something was forgotten would bring it back to the disk, after the compaction that took it off. */
async function refuseStale(
  journal: Journal,
  { learner, folded, forgotten, consumes }: SnapshotPlace & { readonly consumes?: readonly string[] },
): Promise<void> {
  for (let from = forgotten + 1; journal.lastSequence >= from; ) {
    const last = journal.lastSequence;
    const { after } = await forgottenIn(journal, from);
    if (after(forgotten, consumes).meets(folded))
      throw new LmcpError('LMCP_STALE_STATE', `${learner}: this state knows what was forgotten meanwhile.`);
    from = last + 1;
  }
}

async function afterFlush(journal: Journal, prediction: string): Promise<number | undefined> {
  await journal.flush();
  return journal.receipt(prediction);
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
  readers: Readers,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  const { waiting } = readers;
  while (journal.lastSequence < from && !readers.ending && !signal.aborted) {
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

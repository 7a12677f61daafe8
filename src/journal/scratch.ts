/**
 * A journal for a test in one call: memory disk, memory store, seeded ids, a clock that stands until it is moved.
 * It exists so that tests say only what they are about.
 * Invariant: deterministic; used by tests alone.
 */
import type { EventInit } from './codec.js';
import type { FileLayer } from './files/layer.js';
import { createMemoryFiles } from './files/memory-files.js';
import type { Journal } from './journal.js';
import { type OpenOptions, openJournal } from './open.js';
import { createRedactor } from './redact/redactor.js';
import { seededBytes } from './seeded.js';
import { createMemoryStore } from './store/memory-store.js';

export const scratchDirectory = '/data/journal';

export interface Scratch {
  readonly journal: Journal;
  readonly files: FileLayer;
  /** Milliseconds; write to it to move the clock. */
  readonly time: { now: number };
}

/** Opens a journal on a disk of the test's choice. Each opening is another process; the ones before count as dead. */
export async function openScratch(
  options: Partial<OpenOptions> & { readonly seed?: number } = {},
): Promise<Scratch> {
  const { seed = 1, files = createMemoryFiles(), ...rest } = options;
  const time = { now: Date.UTC(2026, 2, 1) };
  const journal = await openJournal({
    directory: scratchDirectory,
    files,
    store: createMemoryStore(),
    clock: () => time.now,
    random: seededBytes(seed),
    redactor: createRedactor({ key: seededBytes(7)(32) }),
    workspace: 'acme/api',
    lingerMs: 1,
    process: { pid: 1, isAlive: () => false },
    ...rest,
  });
  return { journal, files, time };
}

/** A small event of its own: `n` is what a test finds again in `tool`. */
export function interaction(n: number): EventInit {
  const value = { session: 's', server: 'bash', tool: `tool-${n}`, subject: `src/file-${n}.ts`, ok: true };
  return { source: 'mcp', data: { case: 'interactionFinished', value } };
}

/** All events of a journal, as `sequence:tool`. */
export async function toolsOf(journal: Journal): Promise<string[]> {
  const found: string[] = [];
  for await (const { sequence, event } of journal.read()) {
    found.push(
      `${sequence}:${event.data.case === 'interactionFinished' ? event.data.value.tool : event.data.case}`,
    );
  }
  return found;
}

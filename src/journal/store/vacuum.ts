/**
 * Writes an LMDB file anew with what is live in it, and puts it in the old one's place.
 * It exists because LMDB keeps removed rows in free pages and in the gaps of used ones, where a search of the disk finds them.
 * Invariant: the wish is on disk before anything is done and goes away after all is; a crash at any step leaves one of the two
 * files, whole, and the wish. It copies rows, not pages, so that nothing rests on what LMDB leaves in gaps and tails of pages.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { asBinary, RootDatabase } from 'lmdb';

/** Bytes and rows copied in one transaction: the thread serves others between two. */
const bytesAtOnce = 1024 * 1024;
const rowsAtOnce = 2000;

const wishOf = (directory: string) => `${directory}/vacuum`;
const draftOf = (directory: string) => `${directory}/vacuum.new`;

/** Notes durably that the file is to be written anew at the next opening. */
export function wishVacuum(directory: string): void {
  const file = openSync(wishOf(directory), 'w', 0o600);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  sync(directory);
}

export function isVacuumWished(directory: string): boolean {
  return existsSync(wishOf(directory));
}

/**
 * Does it, the store being closed. @param openRoot opens the LMDB file of a folder.
 * @throws what the disk says; the old file is in its place then
 */
export async function vacuum(
  directory: string,
  openRoot: (directory: string) => RootDatabase<Buffer, string>,
  binary: typeof asBinary,
): Promise<void> {
  const draft = draftOf(directory);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  try {
    const from = openRoot(directory);
    try {
      const to = openRoot(draft);
      try {
        await copyRows(from, to, binary);
        await to.flushed;
      } finally {
        await to.close();
      }
    } finally {
      await from.close();
    }
    sync(`${draft}/data.mdb`);
    rmSync(`${directory}/lock.mdb`, { force: true });
    renameSync(`${draft}/data.mdb`, `${directory}/data.mdb`);
    sync(directory);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  // One that was damaged, and kept to be looked at, holds what was to go.
  rmSync(`${directory}/damaged.mdb`, { force: true });
  rmSync(wishOf(directory), { force: true });
  sync(directory);
}

async function copyRows(
  from: RootDatabase<Buffer, string>,
  to: RootDatabase<Buffer, string>,
  binary: typeof asBinary,
): Promise<void> {
  // A range of its own for each transaction: none stays open while the thread does other things.
  for (let after: string | undefined, more = true; more; ) {
    const rows: { readonly key: string; readonly value: Buffer }[] = [];
    let bytes = 0;
    more = false;
    for (const { key, value } of from.getRange(
      after === undefined ? {} : { start: after, exclusiveStart: true },
    )) {
      rows.push({ key, value: Buffer.from(value) });
      bytes += value.length;
      more = bytes >= bytesAtOnce || rows.length >= rowsAtOnce;
      if (more) break;
    }
    // As in the store: the callback returns nothing, and what fails, fails here.
    to.transactionSync(() => {
      for (const { key, value } of rows) void to.put(key, binary(value) as unknown as Buffer);
    });
    after = rows.at(-1)?.key;
    await nextTurn();
  }
}

/** A file, or a folder's names. */
function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

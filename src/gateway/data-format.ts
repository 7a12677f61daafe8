/**
 * The data folder's format number: written at first use, compared at each start.
 * It exists so that a newer or older version never half-reads what another wrote.
 * Invariant: a folder of another format is left untouched.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LmcpError } from '../errors/index.js';

/** Raised when a folder written before can no longer be read. */
const FORMAT = 1;

/** @throws LMCP_DATA_VERSION */
export function checkDataFormat(data: string): void {
  const path = join(data, 'format.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    writeFileSync(path, `${JSON.stringify({ format: FORMAT })}\n`, { mode: 0o600 });
    return;
  }
  const found = /"format"\s*:\s*(\d+)/.exec(text)?.[1];
  if (Number(found) === FORMAT) return;
  throw new LmcpError(
    'LMCP_DATA_VERSION',
    `${data} has format ${found ?? 'unknown'}; this version reads ${FORMAT}.`,
  );
}

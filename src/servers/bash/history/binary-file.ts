/**
 * Refuses files that are no history of a shell: databases, archives, programs.
 * It exists because any bytes split into lines, and lines of rubbish would be learned as commands.
 * Invariant: a text in any encoding passes, also with the block of NUL bytes that a crash leaves in it.
 */
import { LmcpError } from '../../../errors/index.js';
import { atuinExport } from './atuin.js';

/** Bytes that are looked at. */
const looked = 64 * 1024;
/** Share of a binary's bytes at which control characters begin; texts have hardly any, compressed data one in ten. */
const mostControls = 0.02;

const database =
  'This is an SQLite database, not a history file. Of atuin, export it, then import the output as atuin:';

/**
 * @param separated NUL bytes stand between the records
 * @throws LMCP_USAGE
 */
export function refuseBinary(bytes: Uint8Array, separated: boolean): void {
  const head = bytes.subarray(0, looked);
  if (Buffer.from(head.subarray(0, 15)).toString('latin1') === 'SQLite format 3')
    throw new LmcpError('LMCP_USAGE', `${database} ${atuinExport} > atuin.txt`);
  let begun = 0;
  let before = false;
  for (const byte of head) {
    const control = isControl(byte) && !(separated && byte === 0);
    if (control && !before) begun++;
    before = control;
  }
  if (begun > 1 && begun > head.length * mostControls)
    throw new LmcpError(
      'LMCP_USAGE',
      'The file is binary, not the history of a shell: nothing was imported.',
    );
}

/** Tabs, line ends and escapes (0x1b) occur in commands that people type. */
const isControl = (byte: number) =>
  (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b) || byte === 0x7f;

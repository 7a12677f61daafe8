/**
 * Reads a text file (plain or gzipped) piece by piece and line by line, in constant memory.
 * It exists so that a data set of any size is replayed, and a file that is no text is refused before anything is learned.
 * Invariant: nothing is skipped but blank lines; no more than one line of `longestLine` characters is held.
 *
 * Only \n and \r\n end a line: U+2028 may stand inside a JSON text, which node:readline would cut there.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { LmcpError } from '../errors/index.js';

/** Longest line or record read, in code units. */
export const longestLine = 4 * 1024 * 1024;

/** Told how many bytes of the file (as it lies on the disk) were read so far. */
export type OnRead = (bytes: number) => void;

/** Small enough that progress shows on a packed file of 100 kB. */
const pieceBytes = 16_384;

/**
 * @param code of what is refused: says what the file was to hold
 * @returns pieces of the text, a byte order mark left out
 * @throws LMCP_USAGE when the file cannot be read, the code when it is not UTF-8 or not the gzip its name says
 */
export async function* readText(
  file: string,
  onRead?: OnRead,
  code: RefusalCode = 'LMCP_BAD_EVENT',
): AsyncGenerator<string> {
  const raw = createReadStream(file, { highWaterMark: pieceBytes });
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // pipe() forwards no errors: a missing file must end the reader too.
  if (input !== raw) raw.on('error', (error) => input.destroy(error));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of input) {
      onRead?.(raw.bytesRead);
      const text = decoder.decode(piece as Buffer, { stream: true });
      if (text !== '') yield text;
    }
    decoder.decode();
  } catch (cause) {
    if (cause instanceof LmcpError) throw cause;
    throw unreadable(file, cause, code);
  } finally {
    raw.destroy();
  }
}

function unreadable(file: string, cause: unknown, refusal: RefusalCode): LmcpError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return new LmcpError('LMCP_USAGE', `There is no file ${file}.`, { cause });
    case 'EISDIR':
      return new LmcpError('LMCP_USAGE', `${file} is a folder: name the files in it.`, { cause });
    case 'EACCES':
    case 'EPERM':
      return new LmcpError('LMCP_USAGE', `${file} cannot be read: permission denied.`, { cause });
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return new LmcpError(refusal, `${file} is not UTF-8 text (a packed file's name ends in .gz).`, {
        cause,
        data: { file },
      });
    default:
      return new LmcpError(refusal, `${file} cannot be read: ${message}`, { cause, data: { file } });
  }
}

/** A line or record that cannot be what it should be. @param line from 1 */
export function refusedLine(
  file: string,
  line: number,
  { detail, cause, code = 'LMCP_BAD_EVENT' }: Refusal,
): LmcpError {
  return new LmcpError(code, `${file} line ${line}: ${detail}`, { cause, data: { file, line } });
}

export type RefusalCode = 'LMCP_BAD_EVENT' | 'LMCP_BAD_EXAMPLE' | 'LMCP_BAD_FEATURES';

export interface Refusal {
  readonly detail: string;
  readonly cause?: unknown;
  /** Default LMCP_BAD_EVENT. */
  readonly code?: RefusalCode;
}

/** A line or record longer than `longestLine`. */
export function tooLong(file: string, line: number, code: RefusalCode = 'LMCP_BAD_EVENT'): LmcpError {
  const detail = `longer than ${longestLine.toLocaleString('en')} characters`;
  return refusedLine(file, line, { detail, code });
}

/**
 * @returns each non-blank line, with its index from 0
 * @throws as `readText`; the code for a line longer than `longestLine`
 */
export async function* readLines(
  file: string,
  onRead?: OnRead,
  code: RefusalCode = 'LMCP_BAD_EVENT',
): AsyncGenerator<{ readonly index: number; readonly text: string }> {
  let index = 0;
  let rest = '';
  for await (const piece of readText(file, onRead, code)) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      const text = ended(rest + piece.slice(from, end));
      if (text.length > longestLine) throw tooLong(file, index + 1, code);
      if (text.trim() !== '') yield { index, text };
      rest = '';
      from = end + 1;
      index++;
    }
    rest += piece.slice(from);
    if (rest.length > longestLine) throw tooLong(file, index + 1, code);
  }
  const text = ended(rest);
  if (text.trim() !== '') yield { index, text };
}

function ended(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

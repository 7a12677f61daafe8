/**
 * A byte stream as lines of UTF-8 text.
 * It exists because node:readline loses data when its input errors and has no limit on a line.
 * Invariant: a line is never longer than 16 MiB; a last line without its line end counts; CR LF is one line end.
 */
import { LmcpError } from '../../errors/index.js';

const longest = 16 * 1024 * 1024;

/** What follows a line that is too long is not looked for. */
export class LineTooLong extends LmcpError {
  constructor(line: number) {
    super('LMCP_TOO_LARGE', `Line ${line}: it is longer than 16 MiB.`, { data: { line } });
  }
}

/** @throws LineTooLong (LMCP_TOO_LARGE) */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let held = 0;
  let lines = 0;
  for await (const chunk of input) {
    rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      if (held + end > longest) throw new LineTooLong(lines + 1);
      lines += 1;
      yield text([...parts, rest.subarray(0, end)]);
      parts = [];
      held = 0;
      rest = rest.subarray(end + 1);
    }
    held += rest.length;
    if (held > longest) throw new LineTooLong(lines + 1);
    if (rest.length > 0) parts.push(Buffer.from(rest));
  }
  if (held > 0) yield text(parts);
}

function text(parts: readonly Buffer[]): string {
  const line = (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString('utf8') ?? '';
  const start = line.charCodeAt(0) === 0xfeff ? 1 : 0;
  return line.slice(start, line.endsWith('\r') ? -1 : undefined);
}

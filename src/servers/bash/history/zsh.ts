/**
 * Reads zsh's history file: plain, or extended (`: <start>:<seconds>;command`), with zsh's "meta" bytes undone.
 * It exists because zsh writes bytes above 0x82 in a code of its own and continues lines with a backslash.
 * Invariant: takes bytes, since the file is no valid UTF-8 before the code is undone.
 */
import type { HistoryEntry } from './entry.js';

const meta = 0x83;
const extended = /^: (\d{1,12}):(\d+);([\s\S]*)$/;

/** zsh's `unmetafy`: the byte after 0x83 has its bit 5 flipped. */
function unmetafied(bytes: Uint8Array): string {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    out[length++] = byte === meta && i + 1 < bytes.length ? (bytes[++i] ?? 0) ^ 0x20 : byte;
  }
  return out.toString('utf8', 0, length);
}

export function* readZshHistory(bytes: Uint8Array): Generator<HistoryEntry> {
  const lines = unmetafied(bytes).split('\n');
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i] ?? '';
    // A line break inside a command is written as a backslash before it.
    while (line.endsWith('\\') && i + 1 < lines.length) line = `${line.slice(0, -1)}\n${lines[++i] ?? ''}`;
    if (line.trim() === '') continue;
    const parts = extended.exec(line);
    yield parts
      ? { command: parts[3] ?? '', at: Number(parts[1]) * 1000, durationMs: Number(parts[2]) * 1000 }
      : { command: line };
  }
}

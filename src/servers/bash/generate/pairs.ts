/**
 * Training pairs: a request in words and the command that somebody wrote for it.
 * It exists to read the data file once, with the errors that such files hold put right.
 * Invariant: every pair that is returned has a command that parses; commands are never run.
 */
import { type Request, readRequest } from './request.js';
import { type Shape, shapeOf } from './shape.js';

export interface RawPair {
  readonly nl: string;
  readonly command: string;
}

export interface Pair {
  readonly text: string;
  readonly request: Request;
  readonly command: string;
  readonly shape: Shape;
}

/** Typographic quotes and dashes that a word processor put in. */
function straightened(command: string): string {
  return command
    .replace(/[“”″]/g, '"')
    .replace(/[‘’′]/g, "'")
    .replace(/(^|\s)[–—](?=\w)/g, '$1-')
    .trim();
}

/** One pair a line: `{"nl": …, "command": …}`; empty lines and lines of another shape are left out. */
export function parsePairs(jsonLines: string): RawPair[] {
  const pairs: RawPair[] = [];
  for (const line of jsonLines.split('\n')) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    if (typeof value !== 'object' || value === null || !('nl' in value) || !('command' in value)) continue;
    const { nl, command } = value;
    if (typeof nl === 'string' && typeof command === 'string') pairs.push({ nl, command });
  }
  return pairs;
}

/** Null for a command that does not parse. */
export function pairOf({ nl, command: written }: RawPair): Pair | null {
  const command = straightened(written);
  const shape = shapeOf(command);
  return shape && { text: nl, request: readRequest(nl), command, shape };
}

export function readPairs(raw: readonly RawPair[]): Pair[] {
  return raw.flatMap((pair) => pairOf(pair) ?? []);
}

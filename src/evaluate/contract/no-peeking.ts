/**
 * The promise that no prediction uses what came later, checked on any file that a task reads.
 * It exists so that tests hold generated files, and real ones, to the same promise.
 * Invariant: only the text after the cut is altered; up to and with the line at the cut, predictions are equal byte for byte.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords } from '../csv.js';
import { evaluate } from '../evaluate.js';
import { isCsv } from '../read-examples.js';
import { readLines } from '../read-text.js';

export interface PeekingCase {
  readonly task: string;
  readonly label?: string;
  readonly file: string;
  /** Share of the file, (0, 1), after which every outcome is another. */
  readonly cut: number;
  /** Lines taken from the start of the file; default all. */
  readonly most?: number;
}

export interface PeekingVerdict {
  /** Lines taken, and those before the cut. */
  readonly lines: number;
  readonly before: number;
  /** Predictions that had to be equal. */
  readonly compared: number;
  /** The first of them that was not; null when none. */
  readonly firstDifference: number | null;
  /** Whether the altered outcomes changed later predictions: if not, nothing was tested. */
  readonly changedLater: boolean;
}

type Json = Record<string, unknown>;

/** Another outcome for a line: tool and subject, command, label; what succeeded failed. Who, when and features stay. */
function flippedLine(text: string): string {
  const line = JSON.parse(text) as Json;
  const call = line.interactionFinished as Json | undefined;
  const command = line.commandFinished as Json | undefined;
  if (call) {
    call.tool = `not-${String(call.tool)}`;
    call.subject = `not/${String(call.subject ?? 'known')}`;
    call.ok = call.ok !== true;
  }
  if (command) {
    command.command = `not-${String(command.command)}`;
    command.exitCode = command.exitCode === 0 ? 1 : 0;
  }
  if (typeof line.y === 'boolean') line.y = !line.y;
  else if (line.y !== undefined) line.y = `not-${String(line.y)}`;
  return JSON.stringify(line);
}

/** What comes before the first line, the lines, and how one of them gets another outcome. */
interface Content {
  readonly head: readonly string[];
  readonly lines: readonly string[];
  readonly flipped: (line: string) => string;
}

async function contentOf(file: string, most: number): Promise<Content> {
  const lines: string[] = [];
  if (!isCsv(file)) {
    for await (const { text } of readLines(file)) if (lines.push(text) >= most) break;
    return { head: [], lines, flipped: flippedLine };
  }
  for await (const { cells } of readRecords(file)) if (lines.push(JSON.stringify(cells)) > most) break;
  const written = lines.map((line) => asCsv(JSON.parse(line) as string[]));
  const flipped = new Map(
    lines.map((line, i): [string, string] => {
      const cells = JSON.parse(line) as string[];
      return [written[i] ?? '', asCsv([...cells.slice(0, -1), `not-${cells.at(-1)}`])];
    }),
  );
  return {
    head: written.slice(0, 1),
    lines: written.slice(1),
    flipped: (line) => flipped.get(line) ?? line,
  };
}

function asCsv(cells: readonly string[]): string {
  return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
}

/** @throws what evaluate throws */
export async function checkNoPeeking(given: PeekingCase): Promise<PeekingVerdict> {
  const { task, label, file, cut, most = Number.POSITIVE_INFINITY } = given;
  const { head, lines, flipped } = await contentOf(file, most);
  const at = Math.floor(cut * lines.length);
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-no-peeking-'));
  try {
    const said = async (name: string, content: readonly string[]) => {
      const input = join(folder, `${name}.${isCsv(file) ? 'csv' : 'jsonl'}`);
      const predictionsPath = join(folder, `${name}.predictions.jsonl`);
      writeFileSync(input, [...head, ...content].join('\n'));
      await evaluate({ task, files: [input], predictionsPath, ...(label === undefined ? {} : { label }) });
      return readFileSync(predictionsPath, 'utf8').trimEnd().split('\n');
    };
    const whole = await said('whole', lines);
    const altered = await said(
      'altered',
      lines.map((text, i) => (i < at ? text : flipped(text))),
    );
    const compared = whole.filter((line) => (JSON.parse(line) as { index: number }).index <= at).length;
    const first = whole.slice(0, compared).findIndex((line, i) => line !== altered[i]);
    return {
      lines: lines.length,
      before: at,
      compared,
      firstDifference: first < 0 ? null : first,
      changedLater: whole.slice(compared).some((line, i) => line !== altered[compared + i]),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

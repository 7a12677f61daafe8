/**
 * The promise that no prediction uses what came later, checked on any event file.
 * It exists so that tests hold generated files, and the bench real ones, to the same promise.
 * Invariant: only the text after the cut is altered; up to and with the event at the cut, predictions are equal byte for byte.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../evaluate.js';
import { readLines } from '../read-events.js';

export interface PeekingCase {
  readonly task: string;
  readonly label?: string;
  readonly file: string;
  /** Share of the file, (0, 1), after which every outcome is another. */
  readonly cut: number;
}

export interface PeekingVerdict {
  /** Predictions that had to be equal. */
  readonly compared: number;
  /** Line (from 0) of the first that was not; null when none. */
  readonly firstDifference: number | null;
  /** Whether the altered outcomes changed later predictions: if not, nothing was tested. */
  readonly changedLater: boolean;
}

/** Another outcome for a step: tool and subject, or the command; what succeeded failed. Who and when stay. */
function flipped(text: string): string {
  const event = JSON.parse(text) as Record<string, Record<string, unknown> | undefined>;
  const { interactionFinished: call, commandFinished: command } = event;
  if (call) {
    call.tool = `not-${String(call.tool)}`;
    call.subject = `not/${String(call.subject ?? 'known')}`;
    call.ok = call.ok !== true;
  }
  if (command) {
    command.command = `not-${String(command.command)}`;
    command.exitCode = command.exitCode === 0 ? 1 : 0;
  }
  return JSON.stringify(event);
}

/** @throws what evaluate throws */
export async function checkNoPeeking({ task, label, file, cut }: PeekingCase): Promise<PeekingVerdict> {
  const lines: string[] = [];
  for await (const { text } of readLines(file)) lines.push(text);
  const at = Math.floor(cut * lines.length);
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-no-peeking-'));
  try {
    const said = async (name: string, content: readonly string[]) => {
      const input = join(folder, `${name}.jsonl`);
      const predictionsPath = join(folder, `${name}.predictions.jsonl`);
      writeFileSync(input, content.join('\n'));
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
      compared,
      firstDifference: first < 0 ? null : first,
      changedLater: whole.slice(compared).some((line, i) => line !== altered[compared + i]),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Reads labelled examples one at a time: JSONL lines `{id?, x?, y?}`, or the rows of a CSV file.
 * It exists so that a classifier sees one form of example, whatever file it came from.
 * Invariant: file order; a line is an example, a question, a label, or an error that names it.
 */
import type { Label, Mixed, MixedValue } from '../learning/index.js';
import { readRecords } from './csv.js';
import { columnsOf } from './csv-columns.js';
import { type OnRead, readLines, refusedLine } from './read-text.js';

/** One line of a stream. With x alone it asks; with y alone it answers what was asked under its id; with both, at once. */
export interface ExampleLine {
  /** Of JSONL the line, of CSV the row after the header, from 0. */
  readonly index: number;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly id?: string;
  readonly x?: Mixed;
  readonly y?: Label;
}

export interface ReadExamplesOptions {
  /** CSV: the column that holds the label; default the last. */
  readonly target?: string;
  readonly onRead?: OnRead;
}

export function isCsv(file: string): boolean {
  return /\.csv(\.gz)?$/i.test(file);
}

/** @throws LMCP_BAD_EXAMPLE naming file and line; LMCP_USAGE when the file or the column is not there */
export function readExamples(file: string, options: ReadExamplesOptions = {}): AsyncGenerator<ExampleLine> {
  return isCsv(file) ? fromCsv(file, options) : fromJsonl(file, options);
}

async function* fromCsv(file: string, { target, onRead }: ReadExamplesOptions): AsyncGenerator<ExampleLine> {
  let columns: ReturnType<typeof columnsOf> | undefined;
  let index = 0;
  for await (const record of readRecords(file, onRead)) {
    if (!columns) columns = columnsOf(file, record, target);
    else yield { index: index++, line: record.line, ...columns(record) };
  }
}

async function* fromJsonl(file: string, { onRead }: ReadExamplesOptions): AsyncGenerator<ExampleLine> {
  for await (const { index, text } of readLines(file, onRead, 'LMCP_BAD_EXAMPLE')) {
    const line = index + 1;
    const refuse = (detail: string, cause?: unknown) =>
      refusedLine(file, line, { detail, cause, code: 'LMCP_BAD_EXAMPLE' });
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw refuse(boundless.test(text) ? `${detail}. ${noSuchNumber}` : detail, cause);
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw refuse('not a JSON object');
    const { id, x, y } = parsed as Record<string, unknown>;
    yield {
      index,
      line,
      ...(id === undefined || id === null ? {} : { id: idOf(id, refuse) }),
      ...(x === undefined || x === null ? {} : { x: featuresOf(x, refuse) }),
      ...(y === undefined || y === null ? {} : { y: labelOf(y, refuse) }),
    };
  }
}

/** Numbers as other writers of JSON print them that JSON does not have. */
const boundless = /[:,[]\s*[+-]?(NaN|Infinity)\b/;
const noSuchNumber = 'JSON has no NaN and no Infinity: leave the feature out, or write null';

type Refuse = (detail: string) => Error;

/** Longest id, in code units: ids of what is asked are held until the label comes. */
const longestId = 256;

function idOf(id: unknown, refuse: Refuse): string {
  if (typeof id !== 'string' && typeof id !== 'number') throw refuse('the id is neither a text nor a number');
  const text = String(id);
  if (text.length > longestId) throw refuse(`the id has ${text.length} characters`);
  return text;
}

function labelOf(y: unknown, refuse: Refuse): Label {
  if (typeof y === 'number' && !Number.isFinite(y)) throw refuse(`y is ${y}, not a finite number`);
  if (typeof y === 'string' || typeof y === 'number' || typeof y === 'boolean') return y;
  throw refuse('y is neither a text, a number, true nor false');
}

function featuresOf(x: unknown, refuse: Refuse): Mixed {
  if (typeof x !== 'object' || x === null || Array.isArray(x))
    throw refuse('x is not an object of features by name');
  for (const [name, value] of Object.entries(x)) {
    const at = `x.${name.slice(0, 64)}`;
    if (typeof value === 'number' && !Number.isFinite(value))
      throw refuse(`${at} is ${value}, not a finite number`);
    if (typeof value === 'object' && value !== null)
      throw refuse(`${at} is neither a number, a text, true, false nor null`);
  }
  return x as Readonly<Record<string, MixedValue>>;
}

/**
 * What the cells of a CSV row mean: numbers, words, unknown values, and the label.
 * It exists because CSV has no types: which column holds numbers is only known by watching.
 * Invariant: a cell is read by what came before it and by itself; the rows that follow change nothing.
 *
 * A cell that reads as a number is one, unless its column has mostly held words so far; an empty cell is unknown.
 */
import { LmcpError } from '../errors/index.js';
import type { Mixed, MixedValue } from '../learning/index.js';
import type { CsvRecord } from './csv.js';
import { refusedLine } from './read-text.js';

const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const boundless = /^[+-]?(nan|inf(inity)?)$/i;

/** One column: how many of its cells were numbers and how many words. */
class Column {
  readonly name: string;
  #numbers = 0;
  #words = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** @returns undefined for a number that is not finite */
  read(cell: string): MixedValue | undefined {
    const text = cell.trim();
    if (text === '') return null;
    const worded = this.#words > this.#numbers;
    if (number.test(text)) {
      this.#numbers++;
      if (worded) return text;
      const value = Number(text);
      return Number.isFinite(value) ? value : undefined;
    }
    if (!worded && boundless.test(text)) return undefined;
    this.#words++;
    return text;
  }
}

/** A row as an example; y is absent where the cell of the label is empty. */
export interface Row {
  readonly x: Mixed;
  readonly y?: string;
}

/**
 * Reads the header.
 * @param target column of the label; default the last
 * @returns what turns a record into a row
 * @throws LMCP_USAGE when there is no such target; LMCP_BAD_EXAMPLE when the header is none
 */
export function columnsOf(
  file: string,
  { line, cells }: CsvRecord,
  target?: string,
): (record: CsvRecord) => Row {
  const names = cells.map((cell) => cell.trim());
  const refuse = (detail: string, at = line) => refusedLine(file, at, { detail, code: 'LMCP_BAD_EXAMPLE' });
  if (names.length < 2)
    throw refuse('the header has one column; features and label are wanted, separated by commas');
  if (names.every((name) => number.test(name)))
    throw refuse('the first line holds numbers, not the names of columns');
  for (const [i, name] of names.entries()) {
    if (name === '') throw refuse(`column ${i + 1} has no name`);
    if (names.indexOf(name) < i) throw refuse(`two columns are named ${name.slice(0, 64)}`);
  }
  const wanted = target ?? names.at(-1) ?? '';
  const at = names.indexOf(wanted);
  if (at < 0)
    throw new LmcpError(
      'LMCP_USAGE',
      `${file} has no column ${wanted.slice(0, 64)}. Its columns: ${names.slice(0, 40).join(', ')}.`,
    );
  const columns = names.map((name) => new Column(name));
  return (record) => {
    if (record.cells.length !== columns.length)
      throw refuse(`${record.cells.length} cells where the header has ${columns.length}`, record.line);
    const label = (record.cells[at] ?? '').trim();
    const x: [string, MixedValue][] = [];
    for (const [i, column] of columns.entries()) {
      if (i === at) continue;
      const value = column.read(record.cells[i] ?? '');
      if (value === undefined)
        throw refuse(
          `${column.name} is ${(record.cells[i] ?? '').slice(0, 64)}, not a finite number`,
          record.line,
        );
      x.push([column.name, value]);
    }
    return { x: Object.fromEntries(x), ...(label === '' ? {} : { y: label }) };
  };
}

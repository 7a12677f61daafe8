/**
 * Reads CSV records (RFC 4180), one at a time: commas, double quotes, quoted line breaks.
 * It exists because labelled data often come as CSV, and a reader that guesses would learn from shifted columns.
 * Invariant: strict. What RFC 4180 does not allow is an error that names the line, never a guess.
 */
import { longestLine, type OnRead, readText, refusedLine, tooLong } from './read-text.js';

export interface CsvRecord {
  /** Line the record starts on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Where the reader stands: before a cell, in a plain one, in a quoted one, after a quote in it, after \r. */
type Place = 'start' | 'plain' | 'quoted' | 'quote' | 'return';

class Records {
  readonly #file: string;
  #place: Place = 'start';
  #cells: string[] = [];
  #cell = '';
  #line = 1;
  #first = 1;
  #length = 0;
  #ready: CsvRecord[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** Records that the text ended. */
  feed(text: string): CsvRecord[] {
    for (const char of text) this.#step(char);
    return this.#taken();
  }

  /** The last record, when the file does not end with a line break. */
  end(): CsvRecord[] {
    if (this.#place === 'quoted') throw this.#refused('a quoted cell that never ends', this.#first);
    if (this.#place === 'return') throw this.#refused('a carriage return without a line feed');
    if (this.#length > 0) this.#endRecord();
    return this.#taken();
  }

  #taken(): CsvRecord[] {
    const records = this.#ready;
    this.#ready = [];
    return records;
  }

  #refused(detail: string, line = this.#line): Error {
    return refusedLine(this.#file, line, { detail, code: 'LMCP_BAD_EXAMPLE' });
  }

  #step(char: string): void {
    if (++this.#length > longestLine) throw tooLong(this.#file, this.#first, 'LMCP_BAD_EXAMPLE');
    if (this.#place === 'quoted') {
      if (char === '"') this.#place = 'quote';
      else this.#cell += char;
      if (char === '\n') this.#line++;
      return;
    }
    if (this.#place === 'return' && char !== '\n')
      throw this.#refused('a carriage return without a line feed');
    switch (char) {
      case '"':
        if (this.#place === 'plain')
          throw this.#refused('a quote inside a cell that does not start with one');
        if (this.#place === 'quote') this.#cell += char;
        this.#place = 'quoted';
        return;
      case ',':
        this.#endCell();
        return;
      case '\r':
        this.#place = 'return';
        return;
      case '\n':
        this.#endRecord();
        this.#first = ++this.#line;
        return;
      default:
        if (this.#place === 'quote') throw this.#refused('text after the closing quote of a cell');
        this.#place = 'plain';
        this.#cell += char;
    }
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#place = 'start';
  }

  #endRecord(): void {
    this.#endCell();
    const cells = this.#cells;
    this.#cells = [];
    this.#length = 0;
    if (cells.length > 1 || cells[0] !== '') this.#ready.push({ line: this.#first, cells });
  }
}

/** @throws LMCP_USAGE when the file cannot be read; LMCP_BAD_EXAMPLE for what is no CSV, too long or no text. Blank lines are left out. */
export async function* readRecords(file: string, onRead?: OnRead): AsyncGenerator<CsvRecord> {
  const records = new Records(file);
  for await (const text of readText(file, onRead, 'LMCP_BAD_EXAMPLE')) yield* records.feed(text);
  yield* records.end();
}

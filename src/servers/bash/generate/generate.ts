/**
 * Commands for a request in words: from the team's own history first, then from pairs, filled, checked and analysed.
 * It exists as the single door to generation; the tool passes in the analysis and the history.
 * Invariant: no candidate is offered that does not parse or was not analysed; its source is named.
 */
import { fill } from './fill.js';
import type { Pair } from './pairs.js';
import { Ranker, type RankerOptions } from './ranker.js';
import { readRequest } from './request.js';
import { shapeOf } from './shape.js';

export type Source = 'history' | 'retrieval' | 'pattern';

export interface Candidate<Analysis> {
  readonly command: string;
  /** Probability of the template, 0 to 1; less where values are somebody else's. */
  readonly confidence: number;
  /** `retrieval`: a known request in nearly these words; `pattern`: a template with values of this request. */
  readonly source: Source;
  readonly analysis: Analysis;
}

export interface GenerateOptions<Analysis> {
  readonly top?: number;
  readonly analyse: (command: string) => Analysis;
  /** The team's own lines for the words of the request, best first. */
  readonly history?: (words: readonly string[]) => readonly { command: string; p: number }[];
}

/** Similarity from which a neighbour counts as the same question. */
const same = 0.75;
/** What a value that is left over costs. */
const leftOver = 0.6;

export class Generator {
  readonly #ranker: Ranker;

  /** Training takes seconds for ten thousand pairs: build it outside the thread that answers. */
  constructor(pairs: readonly Pair[], options: RankerOptions = {}) {
    this.#ranker = new Ranker(pairs, options);
  }

  generate<Analysis>(
    text: string,
    { top = 5, analyse, history }: GenerateOptions<Analysis>,
  ): Candidate<Analysis>[] {
    const request = readRequest(text);
    const found: { command: string; confidence: number; source: Source }[] = [];
    for (const { command, p } of history?.(request.words) ?? [])
      if (shapeOf(command)) found.push({ command, confidence: p, source: 'history' });
    for (const { pairs, probability, similarity } of this.#ranker.rank(request, top)) {
      const filled = pairs
        .map((pair, rank) => ({ ...fill(pair, request), rank }))
        .sort((a, b) => a.left - b.left || a.unused - b.unused || a.rank - b.rank)[0];
      if (!filled || shapeOf(filled.command) === null) continue;
      found.push({
        command: filled.command,
        confidence: probability * leftOver ** filled.left,
        source: similarity >= same ? 'retrieval' : 'pattern',
      });
    }
    const seen = new Set<string>();
    const candidates: Candidate<Analysis>[] = [];
    for (const candidate of found) {
      if (candidates.length >= top || seen.has(candidate.command)) continue;
      seen.add(candidate.command);
      candidates.push({ ...candidate, analysis: analyse(candidate.command) });
    }
    return candidates;
  }
}

/**
 * Commands for a request in words: from the team's own history, and from known pairs, filled with the values of the request.
 * It exists as the single door to generation; the tool passes in the history, the grammar and the folder.
 * Invariant: no command is proposed that does not parse or has an option its program does not know; its source is named.
 */
import { compose } from './compose/index.js';
import { isFamiliar } from './familiarity.js';
import type { Model } from './model.js';
import { type OwnLine, ownLines } from './own-lines.js';
import { Ranker, type RankerWeights, rankerWeights } from './ranker.js';
import { type Request, readRequest } from './request.js';
import { screened, withNamesQuoted } from './screen/index.js';
import { shapeOf } from './shape.js';

/**
 * `retrieval`: a known request in nearly these words; `pattern`: a command put together from the clauses of this request, or that
 * of another one with its values.
 */
export type Source = 'history' | 'retrieval' | 'pattern' | 'sampling';

export interface Proposal {
  readonly command: string;
  /** Probability that the right command starts with this program, 0 to 1. */
  readonly confidence: number;
  readonly source: Source;
}

export interface GenerateOptions {
  readonly top?: number;
  /** The team's own lines that share words with the request, best first. */
  readonly history?: (request: Request) => readonly OwnLine[];
  /** Whether its program is known not to have an option of the command. */
  readonly unknownOption?: (command: string) => boolean;
  /** Whether a word is the name of a program. */
  readonly isProgram?: (word: string) => boolean;
}

/** In the requests of fewer pairs a word that is a program's name means the program; in more, the ranking has learned what it means. */
const fewPairs = 5;
/** From this nearness on known requests are trusted over a name that they lack. */
const wellKnown = 0.3;
/** Shorter words are more often something else. */
const leastName = 3;

/** Similarity from which a neighbour counts as the same question. */
const same = 0.75;
/** Words of a request that a composed command may leave unexplained. */
const mayLeave = 0;
/** How often likelier a program is when a reading of the whole request starts with it: maximum likelihood on held-out pairs. */
const explained = 1.5;
/** A composed command comes first when its program is at least this likely beside the likeliest. */
const leastShare = 0.02;
/** Further templates that are filled, in the place of those that fail a check. */
const spare = 10;

export class Generator {
  readonly #ranker: Ranker;
  /** How many known pairs stand behind an answer. */
  readonly pairs: number;

  constructor(model: Model, weights: RankerWeights = rankerWeights) {
    this.pairs = model.requests.length;
    this.#ranker = new Ranker(model, weights);
  }

  /** How likely the right command starts with each program, likeliest first. */
  programs(text: string, top: number): { name: string; p: number }[] {
    return this.#ranker.firsts(text, readRequest(text), top);
  }

  /** The command of the nearest known request, as it was written: what plain retrieval would say. */
  nearest(text: string): string | null {
    return this.#ranker.nearest(text, readRequest(text));
  }

  /** A command whose clauses are all those of the request, unless its program is out of the question. */
  #composed(text: string, request: Request, surest: number): Proposal | null {
    const made = compose(text, request);
    if (!made || made.left > mayLeave) return null;
    const likely = this.#ranker.starting(
      text,
      request,
      made.forms.map(({ program }) => program),
    );
    const at = likely.indexOf(Math.max(...likely));
    const p = likely[at] ?? 0;
    const command = made.forms[at]?.command;
    if (command === undefined || p < leastShare * surest) return null;
    // What explains the whole request is more likely right than its program alone.
    const odds = p * explained;
    return { command, confidence: odds / (odds + 1 - p), source: 'pattern' };
  }

  /** How many known requests bear on this one; 0 where they say nothing on it. */
  evidence(text: string): number {
    const familiarity = this.#ranker.familiarity(text, readRequest(text));
    return isFamiliar(familiarity) ? familiarity.near : 0;
  }

  /** Programs that a request names and pairs hardly know, so that the ranking cannot. */
  #named({ words }: Request, isProgram: (word: string) => boolean): string[] {
    return [...new Set(words)].filter(
      (word) => word.length >= leastName && isProgram(word) && this.#ranker.pairsWith(word) < fewPairs,
    );
  }

  /** From known pairs and from the clauses of the request, likeliest first. */
  #found(text: string, top: number): Proposal[] {
    const request = readRequest(text);
    const found: Proposal[] = [];
    for (const { command, first, similarity } of this.#ranker.rank(text, request, top + spare))
      found.push({ command, confidence: first, source: similarity >= same ? 'retrieval' : 'pattern' });
    const composed = this.#composed(text, request, found[0]?.confidence ?? 0);
    // Where the nearest pair says the same, it is the better source.
    if (composed && found[0]?.command !== composed.command) found.unshift(composed);
    return found;
  }

  generate(
    written: string,
    { top = 5, history, unknownOption = () => false, isProgram = () => false }: GenerateOptions = {},
  ): Proposal[] {
    const text = withNamesQuoted(written, readRequest(written));
    const request = readRequest(text);
    const familiarity = this.#ranker.familiarity(written, readRequest(written));
    const named = familiarity.nearness < wellKnown ? this.#named(request, isProgram) : [];
    const passes = (command: string) => {
      const checked = screened(command, text, request);
      if (checked === null || unknownOption(checked.command)) return null;
      return named.every((name) => namesProgram(checked.command, name)) ? checked : null;
    };
    const known = isFamiliar(familiarity) ? this.#found(text, top) : [];
    const seen = new Set<string>();
    const found: Proposal[] = [];
    const late: Proposal[] = [];
    for (const proposal of known) {
      const checked = passes(proposal.command);
      if (checked === null || seen.has(checked.command)) continue;
      seen.add(checked.command);
      (checked.late ? late : found).push({ ...proposal, command: checked.command });
    }
    found.push(...late);
    const own = ownLines(request, history?.(request) ?? [])
      .filter(({ command }) => !unknownOption(command))
      .map(({ command, p }): Proposal => ({ command, confidence: p, source: 'history' }));
    const surest = found[0]?.confidence ?? 0;
    const before = own.filter(({ confidence }) => confidence > surest);
    const after = own.filter(({ confidence }) => confidence <= surest);
    // An own line that is less sure than the first of the others takes the last place, not the first.
    const ordered = [...before, ...found.slice(0, top - 1), ...after.slice(0, 1), ...found.slice(top - 1)];
    const kept = new Map<string, Proposal>();
    for (const proposal of ordered)
      if (kept.size < top && !kept.has(proposal.command) && shapeOf(proposal.command))
        kept.set(proposal.command, proposal);
    return [...kept.values()];
  }
}

function namesProgram(command: string, name: string): boolean {
  return shapeOf(command)?.programs.some((program) => program.name === name) ?? false;
}

/**
 * Drain: groups lines of text by template, online, through a tree of fixed depth.
 * It exists because "which message is this?" is what counts, spikes and first sights of log lines are about.
 * Invariant: at most `groups` groups, the ones not seen for longest giving way; a group's id is never given to another.
 *
 * He, Zhu, Zheng, Lyu, "Drain: an online log parsing approach with fixed depth tree" (ICWS 2017). One configuration for all
 * sources: what varies is found by generic masks (masked-tokens.ts) and by disagreement within a group.
 */
import { LmcpError } from '../../../errors/index.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { mask, maskedTokens, type Tokens, written } from './masked-tokens.js';

export interface DrainOptions {
  /** Least share of equal tokens to join a group, (0, 1]; default .7. */
  readonly similarity?: number;
  /** Leading tokens that lead to a leaf; default 2. */
  readonly depth?: number;
  /** Most leaves for one number of tokens; lines beyond share one leaf; default 100. */
  readonly leaves?: number;
  /** Most groups; default 5,000. */
  readonly groups?: number;
}

export interface TemplateGroup {
  readonly id: number;
  /** The template as text, `<*>` for what varies. */
  readonly template: string;
  /** Lines seen. */
  readonly count: number;
}

interface Group {
  readonly id: number;
  readonly leaf: string;
  readonly words: string[];
  readonly spaced: readonly boolean[];
  count: number;
  last: number;
  /** The words as text, made when asked for after they changed. */
  template: string | undefined;
}

/** Longest line taken, in UTF-16 units. */
const longestLine = 65_536;

export class Drain {
  readonly #options: Required<DrainOptions>;
  #groups = new Map<number, Group>();
  readonly #leaves = new Map<string, Group[]>();
  /** Leaves by number of tokens. */
  readonly #fans = new Map<number, number>();
  #next = 0;
  #steps = 0;

  constructor(options: DrainOptions = {}) {
    this.#options = { similarity: 0.7, depth: 2, leaves: 100, groups: 5000, ...options };
  }

  get size(): number {
    return this.#groups.size;
  }

  /**
   * Puts a line into its group, a new one if none is similar enough.
   * @throws LMCP_BAD_FEATURES when the line is longer than 65,536 characters
   */
  learnOne(line: string): TemplateGroup {
    const tokens = tokensOf(line);
    this.#steps++;
    const leaf = this.#leafOf(tokens.words);
    let group = this.#best(leaf, tokens.words);
    if (group) agree(group, tokens.words);
    else group = this.#found(leaf, tokens);
    group.count++;
    group.last = this.#steps;
    return shown(group);
  }

  /** The group that a line would join; undefined for one never seen. Changes nothing. @throws as `learnOne` */
  predictOne(line: string): TemplateGroup | undefined {
    const { words } = tokensOf(line);
    const group = this.#best(this.#leafOf(words), words);
    return group && shown(group);
  }

  /** A group by its id; undefined when it gave way. */
  group(id: number): TemplateGroup | undefined {
    const group = this.#groups.get(id);
    return group && shown(group);
  }

  #leafOf(words: readonly string[]): string {
    const exact = `${words.length} ${words.slice(0, this.#options.depth).join(' ')}`;
    if (this.#leaves.has(exact)) return exact;
    return (this.#fans.get(words.length) ?? 0) < this.#options.leaves ? exact : `${words.length} ${mask}`;
  }

  #best(leaf: string, words: readonly string[]): Group | undefined {
    let best: Group | undefined;
    let most = -1;
    for (const group of this.#leaves.get(leaf) ?? []) {
      let equal = 0;
      let fixed = 0;
      for (let i = 0; i < words.length; i++) {
        if (group.words[i] === mask) continue;
        fixed++;
        if (group.words[i] === words[i]) equal++;
      }
      // Of groups that agree in as many words, the one with fewer left to disagree in.
      const score = equal - fixed / (words.length + 1);
      if (equal >= this.#options.similarity * fixed && score > most) {
        most = score;
        best = group;
      }
    }
    return best;
  }

  #found(leaf: string, { words, spaced }: Tokens): Group {
    if (this.#groups.size >= this.#options.groups) this.#prune();
    const group = {
      id: this.#next++,
      leaf,
      words: [...words],
      spaced,
      count: 0,
      last: 0,
      template: undefined,
    };
    this.#place(group);
    return group;
  }

  #place(group: Group): void {
    this.#groups.set(group.id, group);
    const found = this.#leaves.get(group.leaf);
    if (found) found.push(group);
    else {
      this.#leaves.set(group.leaf, [group]);
      const length = group.words.length;
      this.#fans.set(length, (this.#fans.get(length) ?? 0) + 1);
    }
  }

  /** Lets the tenth of the groups go that was not seen for longest. */
  #prune(): void {
    const byAge = [...this.#groups.values()].sort((a, b) => b.last - a.last);
    this.#rebuild(byAge.slice(0, Math.floor(byAge.length * 0.9)));
  }

  #rebuild(groups: readonly Group[]): void {
    this.#groups = new Map();
    this.#leaves.clear();
    this.#fans.clear();
    for (const group of [...groups].sort((a, b) => a.id - b.id)) this.#place(group);
  }

  write(out: StateWriter): void {
    out.section('drain', 1).uint(this.#next).uint(this.#steps);
    out.list([...this.#groups.values()], ({ id, leaf, words, spaced, count, last }) => {
      out.uint(id).string(leaf).strings(words).uint(count).uint(last);
      out.list(spaced, (space) => out.bool(space));
    });
  }

  read(input: StateReader): void {
    input.section('drain', 1);
    this.#next = input.uint();
    this.#steps = input.uint();
    this.#rebuild(
      input.list(() => {
        const [id, leaf, words] = [input.uint(), input.string(), input.strings()];
        const [count, last] = [input.uint(), input.uint()];
        const spaced = input.list(() => input.bool());
        return { id, leaf, words, count, last, spaced, template: undefined };
      }),
    );
  }
}

function tokensOf(line: string): Tokens {
  if (typeof line !== 'string' || line.length > longestLine)
    throw new LmcpError('LMCP_BAD_FEATURES', `The line is longer than ${longestLine} characters.`);
  return maskedTokens(line);
}

/** Masks the words in which a line differs from its group. */
function agree(group: Group, words: readonly string[]): void {
  for (let i = 0; i < words.length; i++) {
    if (group.words[i] === words[i] || group.words[i] === mask) continue;
    group.words[i] = mask;
    group.template = undefined;
  }
}

function shown(group: Group): TemplateGroup {
  group.template ??= written(group);
  return { id: group.id, template: group.template, count: group.count };
}

/**
 * Globs, matched in time that is bounded whatever stands in them.
 * They exist because a repository's policy comes from whoever wrote the repository: as regular expressions its globs could hold the thread.
 * Invariant: all states go through the text together, and each costs a step; who has no steps left is told what is the safe answer.
 */

/** What one analysis may spend on globs. */
export class Steps {
  left = 50_000;

  /** @param givenUp the answer where the steps are used up: true for rules that raise, false for rules that lower. */
  constructor(readonly givenUp: boolean) {}
}

/** `within`: any characters but `/`; `any`: any characters; `folders`: nothing, or names that each end in `/`; `rest`: nothing, or `/` and anything. */
type Part = string | 'within' | 'one' | 'any' | 'folders' | 'inside' | 'rest';

export class Glob {
  readonly #literal: string;
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    const open = parts.findIndex((part) => part.length > 1);
    const end = open < 0 ? parts.length : open;
    this.#literal = parts.slice(0, end).join('');
    this.#parts = parts.slice(end);
  }

  /** `**` any number of folders, `*` and `?` within one name. */
  static ofPath(glob: string): Glob {
    const written = glob.match(/\/\*\*$|\*\*\/|\*\*|[\s\S]/g) ?? [];
    return new Glob(
      written.flatMap((part): Part[] => {
        switch (part) {
          case '/**':
            return ['rest', 'any'];
          case '**/':
            return ['folders', 'inside'];
          case '**':
            return ['any'];
          case '*':
            return ['within'];
          case '?':
            return ['one'];
          default:
            return [part];
        }
      }),
    );
  }

  /** One word with `*` for any characters. */
  static ofWord(glob: string): Glob {
    return new Glob((glob.match(/\*+|[\s\S]/g) ?? []).map((part) => (part.startsWith('*') ? 'any' : part)));
  }

  matches(text: string, steps: Steps): boolean {
    steps.left -= 1;
    if (steps.left < 0) return steps.givenUp;
    if (!text.startsWith(this.#literal)) return false;
    if (this.#parts.length === 0) return text.length === this.#literal.length;
    let states = new Set<number>();
    this.#reach(0, states);
    for (let at = this.#literal.length; at < text.length && states.size > 0; at += 1) {
      steps.left -= states.size;
      if (steps.left < 0) return steps.givenUp;
      states = this.#after(states, text.charAt(at));
    }
    return states.has(this.#parts.length);
  }

  #after(states: ReadonlySet<number>, character: string): Set<number> {
    const next = new Set<number>();
    const isSlash = character === '/';
    for (const state of states) {
      const part = this.#parts[state];
      if (part === 'any' || part === 'inside' || (part === 'within' && !isSlash)) this.#reach(state, next);
      const passes =
        part === 'one' ? !isSlash : part === 'inside' || part === 'rest' ? isSlash : part === character;
      if (passes) this.#reach(state + 1, next);
    }
    return next;
  }

  /** Adds a state, and those that follow it without a character. */
  #reach(state: number, states: Set<number>): void {
    for (let at = state; !states.has(at); ) {
      states.add(at);
      const part = this.#parts[at];
      if (part === 'folders') this.#reach(at + 1, states);
      if (part === 'within' || part === 'any') at += 1;
      else if (part === 'folders' || part === 'rest') at += 2;
    }
  }
}

/**
 * Candidate labels of one question: their names, their own features, and labels made by copying a subject of the session.
 * It exists because a file that was just read may be edited next although nobody has ever edited it.
 * Invariant: holds nothing but a cache of what labels consist of; asking changes no state.
 */
import { hashString } from '../models/hash.js';
import { abstain } from '../models/log-linear.js';
import type { Vocabulary } from '../models/vocabulary.js';
import type { VoterMemory } from '../models/voter-memory.js';
import { compose, subjectOf } from './action.js';
import { copyVoters } from './action-contexts.js';
import { directoryOf, type Session } from './action-session.js';

const ownFeatures = 5;
/** Copies are numbered tool · 16 + position of the subject; this position means "none of the recent ones". */
const notRecent = 15;
const cached = 8192;

interface Parts {
  readonly label: number;
  readonly tool: number;
  /** Hash of the subject; 0 when there is none. */
  readonly subject: number;
  /** Hash of the subject's folder; 0 when it has none. */
  readonly directory: number;
}

/** One question while it is being worked out. */
export interface Asking {
  /** Labels that no event has had yet; ids -1, -2 … */
  readonly made: readonly string[];
  label(id: number): string | undefined;
  /** Fills in a candidate's own features. */
  describe(id: number, out: Float64Array, at: number): void;
  /** What the entries of a copy voter's row mean in this session, as label ids. */
  copies(memory: VoterMemory, row: number, copyVoter: number): number[];
}

export class ActionCandidates {
  /** Features that `describe` fills in. */
  readonly features: number;
  readonly #labels: Vocabulary;
  readonly #tools: Vocabulary;
  readonly #withSubject: boolean;
  /** Parts of a label by its id: derived, so no part of any state. */
  readonly #parsed = new Map<number, Parts>();

  constructor(labels: Vocabulary, tools: Vocabulary, withSubject: boolean) {
    this.#labels = labels;
    this.#tools = tools;
    this.#withSubject = withSubject;
    this.features = withSubject ? ownFeatures + copyVoters.length : 2;
  }

  /** Number of "this tool on the subject at that place of the session's recent ones"; position -1: on none of them. */
  copyId(tool: number, position: number): number {
    return tool * 16 + (position < 0 ? notRecent : position);
  }

  /** Drops what was derived from the vocabularies, after they were read anew. */
  forget(): void {
    this.#parsed.clear();
  }

  #parts(id: number, label: string): Parts {
    const known = id < 0 ? undefined : this.#parsed.get(id);
    if (known) return known;
    const subject = this.#withSubject ? subjectOf(label) : '';
    const tool = subject === '' ? label : label.slice(0, -subject.length - 1);
    const parts = {
      label: hashString(label),
      tool: hashString(tool),
      subject: subject === '' ? 0 : hashString(subject),
      directory: directoryOf(subject),
    };
    if (this.#parsed.size >= cached) this.#parsed.clear();
    if (id >= 0) this.#parsed.set(id, parts);
    return parts;
  }

  ask(session: Session | undefined): Asking {
    const made: string[] = [];
    /** Hash of a tool → for each copy voter the log-odds that it turns to something not lately touched. */
    const fresh = new Map<number, Float64Array>();
    const translated = new Map<number, number>();
    const label = (id: number) => (id < 0 ? made[-1 - id] : this.#labels.label(id));

    const translate = (copy: number): number => {
      const position = copy % 16;
      const tool = this.#tools.label((copy - position) / 16);
      const subject = session?.recent[position];
      if (tool === undefined || subject === undefined) return abstain;
      const name = compose(tool, subject);
      const known = this.#labels.find(name);
      if (known !== undefined) return known;
      const at = made.indexOf(name);
      return -1 - (at < 0 ? made.push(name) - 1 : at);
    };

    const copies = (memory: VoterMemory, row: number, copyVoter: number): number[] => {
      const ids: number[] = [];
      const start = row * memory.labels;
      for (let i = start; i < start + (memory.sizes[row] ?? 0); i++) {
        const copy = memory.ids[i] ?? 0;
        if (copy % 16 === notRecent) {
          const tool = this.#tools.label((copy - notRecent) / 16);
          if (tool !== undefined) {
            const odds = fresh.get(hashString(tool)) ?? new Float64Array(copyVoters.length);
            odds[copyVoter] = Math.log1p((memory.counts[i] ?? 0) / (memory.types[row] ?? 1));
            fresh.set(hashString(tool), odds);
          }
        }
        let id = translated.get(copy);
        if (id === undefined) {
          id = translate(copy);
          translated.set(copy, id);
        }
        ids.push(id);
      }
      return ids;
    };

    const describe = (id: number, out: Float64Array, at: number): void => {
      const word = id < 0 ? undefined : this.#labels.word(id);
      const name = id < 0 ? made[-1 - id] : word?.label;
      if (name === undefined) return;
      const parts = this.#parts(id, name);
      const seen = session?.seen.get(parts.label);
      if (session && seen !== undefined) out[at] = 1 / (1 + 0.3 * (session.count - 1 - seen));
      if (word) out[at + 1] = 1 / (1 + 0.02 * (this.#labels.steps - word.seen));
      if (!this.#withSubject) return;
      const rank = session?.recentHashes.indexOf(parts.subject) ?? -1;
      if (parts.subject !== 0 && rank >= 0) out[at + 2] = 1 / (1 + rank);
      const turns = rank < 0 ? fresh.get(parts.tool) : undefined;
      if (turns) out.set(turns, at + ownFeatures);
      if (parts.directory === 0) return;
      out[at + 3] = 1;
      if (parts.directory === session?.steps[0]?.directory) out[at + 4] = 1;
    };

    return { made, label, describe, copies };
  }
}

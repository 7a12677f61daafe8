/**
 * Findings and analyses whose safer forms are worked out when someone reads them.
 * It exists because most callers only want the level and the findings, and a fix costs more than they do.
 * Invariant: read, copied or serialised they are what a plain object with the fix in it would be.
 */
import type { Analysis, Effect, Finding, Fix, Level, Unanalysable } from '../answer.js';
import { fixFor } from './index.js';

/** One descriptor for all objects, so that all of them have one shape in memory. */
const FIX: PropertyDescriptor & ThisType<Weighed> = {
  enumerable: true,
  configurable: true,
  get() {
    return this.worked();
  },
};
const FIXED_COMMAND: PropertyDescriptor & ThisType<Mended> = {
  enumerable: true,
  configurable: true,
  get() {
    return this.worked();
  },
};

class Weighed implements Finding {
  declare readonly code: string;
  declare readonly level: Level;
  declare readonly start: number;
  declare readonly end: number;
  declare readonly message: string;
  declare readonly fix?: Fix;
  /** Until the fix was asked for. */
  #source: string | undefined;
  #fix: Fix | undefined;

  constructor(source: string, { code, level, start, end, message }: Finding) {
    this.code = code;
    this.level = level;
    this.start = start;
    this.end = end;
    this.message = message;
    this.#source = source;
    Object.defineProperty(this, 'fix', FIX);
  }

  worked(): Fix | undefined {
    const source = this.#source;
    if (source !== undefined) {
      this.#source = undefined;
      this.#fix = fixFor(source, this);
    }
    return this.#fix;
  }
}

/** What the whole command becomes; undefined without a safer form. */
type Fixing = (findings: readonly Finding[]) => string | undefined;

class Mended implements Analysis {
  declare readonly level: Level;
  declare readonly effects: readonly Effect[];
  declare readonly findings: readonly Finding[];
  declare readonly fixedCommand?: string;
  declare readonly unanalysable: readonly Unanalysable[];
  #fixing: Fixing | undefined;
  #fixed: string | undefined;

  constructor({ level, effects, findings, unanalysable }: Analysis, fixing: Fixing) {
    this.level = level;
    this.effects = effects;
    this.findings = findings;
    Object.defineProperty(this, 'fixedCommand', FIXED_COMMAND);
    this.unanalysable = unanalysable;
    this.#fixing = fixing;
  }

  worked(): string | undefined {
    const fixing = this.#fixing;
    if (fixing) {
      this.#fixing = undefined;
      if (this.findings.some(({ fix }) => fix !== undefined)) this.#fixed = fixing(this.findings);
    }
    return this.#fixed;
  }
}

/** The analysis, each of its dangerous findings with a safer form where one is known. */
export function mended(source: string, analysis: Analysis, fixing: Fixing): Analysis {
  const findings = analysis.findings.map((finding) =>
    finding.fix || (finding.level !== 'dangerous' && finding.level !== 'blocked')
      ? finding
      : new Weighed(source, finding),
  );
  return new Mended({ ...analysis, findings }, fixing);
}

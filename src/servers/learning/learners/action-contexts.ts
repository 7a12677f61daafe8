/**
 * The contexts under which a next action is looked up: what a session just did, as hashes.
 * It exists as one list, so that what the model may know is seen at a glance; everything in it precedes the action.
 * Invariant: the order of the list is the order of weights in a snapshot; the most specific come last.
 */
import { hashNumbers, hashString } from '../../../learning/index.js';
import type { Session, Step } from './action-session.js';

/** What is known when the question is asked. */
export interface Moment {
  readonly session: string;
  /** Milliseconds since the epoch; 0 when not known. */
  readonly at: number;
  readonly source: string;
}

const none: Step = { label: 0, whole: 0, tool: 0, subject: 0, extension: 0, directory: 0, ok: 0, at: 0 };

/** Pause since a step in seven classes: same message, seconds, half a minute, two minutes, half an hour, longer. */
function pause(at: number, last: Step): number {
  if (at === 0 || last.at === 0) return 0;
  const gap = at - last.at;
  return gap < 10 ? 1 : gap < 5e3 ? 2 : gap < 3e4 ? 3 : gap < 12e4 ? 4 : gap < 18e5 ? 5 : 6;
}

/** Pause in half octaves above half a second: how long an agent writes tells what it writes. */
function finePause(at: number, last: Step): number {
  if (at === 0 || last.at === 0) return 0;
  const gap = at - last.at;
  return gap < 10 ? 1 : 2 + Math.min(24, Math.floor(2 * Math.log2(1 + gap / 500)));
}

interface View {
  readonly session: number;
  /** The session's name without its last part, its last part, its last two parts; 0 for names of one part. */
  readonly family: number;
  readonly lastPart: number;
  readonly lastParts: number;
  readonly source: number;
  readonly pause: number;
  readonly finePause: number;
  /** Whether the question comes within the message of the last step: agents send several calls at once. */
  readonly sameMessage: number;
  /** Steps so far, in octaves. */
  readonly age: number;
  readonly repeats: number;
  readonly fails: number;
  /** Tools used so far on the last subject, in order. */
  readonly touched: number;
  readonly steps: readonly Step[];
  readonly a: Step;
  readonly b: Step;
  readonly c: Step;
  readonly d: Step;
}

/** Voters on labels. */
const labelContexts = {
  session: ({ session }: View) => [session],
  lastButOne: ({ b }: View) => [b.label],
  family: ({ family, age }: View) => [family, age === 0 ? 0 : 1],
  lastPart: ({ lastPart, age }: View) => [lastPart, age === 0 ? 0 : 1],
  subject: ({ a, pause }: View) => [a.subject, pause],
  outcome: ({ a, pause, source }: View) => [a.tool, a.ok, pause, source],
  age: ({ age, a, source }: View) => [age, a.tool, source],
  twoTools: ({ a, b }: View) => [a.tool, b.tool, a.extension],
  touched: ({ a, touched, sameMessage }: View) => [a.tool, touched, sameMessage],
  sessionTool: ({ session, a }: View) => [session, a.tool],
  sessionLabel: ({ session, a }: View) => [session, a.label],
  failing: ({ a, b, fails }: View) => [a.tool, fails, a.whole === b.whole ? 1 : 0, b.tool],
  order1: ({ a }: View) => [a.label],
  written: ({ a, finePause }: View) => [a.label, finePause],
  rhythm: ({ a, b, finePause }: View) => [finePause >> 1, pause(a.at, b), a.tool, b.tool],
  paused: ({ a, b, pause }: View) => [a.label, pause, b.tool],
  fourTools: ({ a, b, c, d, pause }: View) => [a.tool, b.tool, c.tool, d.tool, pause],
  whole: ({ a, repeats }: View) => [a.whole, repeats],
  order2: ({ a, b }: View) => [a.label, b.label],
  namesake: ({ lastParts, a }: View) => [lastParts, a.whole],
  order3: ({ a, b, c }: View) => [a.label, b.label, c.label],
  twoWhole: ({ a, b }: View) => [a.whole, b.whole],
  sixTools: ({ steps }: View) => steps.map(({ tool }) => tool),
} as const;

/** Voters on "this tool on the n-th latest subject of the session": habits that hold whatever the file is called. */
const copyContexts = {
  tool: ({ a }: View) => [a.tool],
  outcome: ({ a }: View) => [a.tool, a.ok],
  twoTools: ({ a, b }: View) => [a.tool, b.tool, a.subject === b.subject ? 1 : 0],
  paused: ({ a, pause, source }: View) => [a.tool, pause, source, a.extension],
  touched: ({ a, touched, sameMessage }: View) => [a.tool, touched, sameMessage],
  pattern: ({ steps }: View) =>
    steps.slice(0, 4).flatMap(({ tool, subject }) => [tool, steps.findIndex((s) => s.subject === subject)]),
} as const;

export const labelVoters = Object.keys(labelContexts);
export const copyVoters = Object.keys(copyContexts);
/** Positions of the two voters whose counts also are the baselines' memory. */
export const order1At = labelVoters.indexOf('order1');
export const order2At = labelVoters.indexOf('order2');

const contexts = [...Object.values(labelContexts), ...Object.values(copyContexts)];

/** Hashes of a session's name by its parts, e.g. "a1b2-helper2": tasks and helpers are often named so. */
function parts(name: string): { family: number; lastPart: number; lastParts: number } {
  const found = name.split(/[^A-Za-z0-9]+/, 64);
  const last = found.at(-1);
  if (found.length < 2 || last === undefined) return { family: 0, lastPart: 0, lastParts: 0 };
  return {
    family: hashString(found.slice(0, -1).join('-')),
    lastPart: hashString(last),
    lastParts: hashString(found.slice(-2).join('-')),
  };
}

/** Context keys of all label voters, then (if wanted) of all copy voters. */
export function contextsOf(moment: Moment, session: Session | undefined, copies: boolean): readonly number[] {
  const steps = session?.steps ?? [];
  const [a = none, b = none, c = none, d = none] = steps;
  const fine = finePause(moment.at, a);
  const view: View = {
    session: hashString(moment.session),
    ...parts(moment.session),
    source: hashString(moment.source),
    pause: pause(moment.at, a),
    finePause: fine,
    sameMessage: fine === 1 ? 1 : 0,
    age: Math.min(6, Math.floor(Math.log2((session?.count ?? 0) + 1))),
    repeats: Math.min(6, session?.repeats ?? 0),
    fails: Math.min(3, session?.fails ?? 0),
    touched: session?.touched.get(a.subject) ?? 0,
    steps,
    a,
    b,
    c,
    d,
  };
  const wanted = copies ? contexts.length : labelVoters.length;
  const keys: number[] = [];
  for (let i = 0; i < wanted; i++) keys.push(hashNumbers(i, ...(contexts[i]?.(view) ?? [])));
  return keys;
}

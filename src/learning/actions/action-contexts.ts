/**
 * The contexts under which a next action is looked up: what a session just did, as hashes.
 * It exists as one list, so that what the model may know is seen at a glance; everything in it precedes the action.
 * Invariant: the order of the list is the order of weights in a snapshot; the most specific come last.
 */
import { hashNumbers, hashString } from '../models/hash.js';
import { type ActionLabel, hasSubject, isOfShell, nameOf } from './action.js';
import { hashOfFolder, type Session, type Step } from './action-session.js';

/** What is known when the question is asked. */
export interface Moment {
  readonly session: string;
  /** Time of the step asked about, milliseconds since the epoch; 0 when not known, as whenever the question comes before the step. */
  readonly at: number;
  readonly source: string;
  /**
   * Folder asked from, relative to the workspace; absent: that of the session's last step, as in every replay: the folder that an
   * event names may be the one after it (a hook that tells of `cd web` says `web`), which nobody knows who asks before.
   */
  readonly cwd?: string;
}

/**
 * When questions come. "ahead": before the step, whose time and source nobody knows yet, as every live question does; what is
 * learned, scored, gated and proven then rests on earlier steps alone. "at its time": the step's own time is told, as in a replay
 * of a file that gives it; how long an agent was silent tells much of what comes, so such a record promises too much to those who ask ahead.
 */
export type AskingTime = 'ahead' | 'at its time';

/** What a learner that is asked so may know of a question. @param known the session as its steps so far tell of it */
export function momentOf(
  asked: AskingTime,
  { session, cwd, ...step }: Pick<Moment, 'session' | 'cwd'> & Partial<Moment>,
  known: Session | undefined,
): Moment {
  const { at = 0, source = known?.source ?? '' } = asked === 'ahead' ? {} : step;
  return { session, at, source, ...(cwd === undefined ? {} : { cwd }) };
}

export function sameMoment(a: Moment, b: Moment): boolean {
  return a.session === b.session && a.at === b.at && a.source === b.source && a.cwd === b.cwd;
}

const none: Step = {
  label: 0,
  whole: 0,
  tool: 0,
  server: 0,
  subject: 0,
  extension: 0,
  directory: 0,
  ok: 0,
  at: 0,
};

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
  /** Where the session works; 0 when not known. */
  readonly branch: number;
  readonly cwd: number;
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

/** In place of a key: the event says nothing that this context needs, so its voter abstains and learns nothing. */
const unknown = -1;

/** Voters on labels. */
const labelContexts = {
  session: (i: number, { session }: View) => hashNumbers(i, session),
  lastButOne: (i: number, { b }: View) => hashNumbers(i, b.label),
  family: (i: number, { family, age }: View) => hashNumbers(i, family, age === 0 ? 0 : 1),
  lastPart: (i: number, { lastPart, age }: View) => hashNumbers(i, lastPart, age === 0 ? 0 : 1),
  subject: (i: number, { a, pause }: View) => hashNumbers(i, a.subject, pause),
  outcome: (i: number, { a, pause, source }: View) => hashNumbers(i, a.tool, a.ok, pause, source, a.server),
  age: (i: number, { age, a, source }: View) => hashNumbers(i, age, a.tool, source),
  branch: (i: number, { branch, a }: View) => (branch === 0 ? unknown : hashNumbers(i, branch, a.tool)),
  cwd: (i: number, { cwd, a }: View) => (cwd === 0 ? unknown : hashNumbers(i, cwd, a.label)),
  twoTools: (i: number, { a, b }: View) => hashNumbers(i, a.tool, b.tool, a.extension),
  touched: (i: number, { a, touched, sameMessage }: View) => hashNumbers(i, a.tool, touched, sameMessage),
  sessionTool: (i: number, { session, a }: View) => hashNumbers(i, session, a.tool),
  sessionLabel: (i: number, { session, a }: View) => hashNumbers(i, session, a.label),
  failing: (i: number, { a, b, fails }: View) =>
    hashNumbers(i, a.tool, fails, a.whole === b.whole ? 1 : 0, b.tool),
  order1: (i: number, { a }: View) => hashNumbers(i, a.label),
  written: (i: number, { a, finePause }: View) =>
    finePause === 0 ? unknown : hashNumbers(i, a.label, finePause),
  rhythm: (i: number, { a, b, finePause }: View) =>
    hashNumbers(i, finePause >> 1, pause(a.at, b), a.tool, b.tool),
  paused: (i: number, { a, b, pause }: View) => hashNumbers(i, a.label, pause, b.tool),
  fourTools: (i: number, { a, b, c, d, pause }: View) =>
    hashNumbers(i, a.tool, b.tool, c.tool, d.tool, pause),
  whole: (i: number, { a, repeats }: View) => hashNumbers(i, a.whole, repeats),
  order2: (i: number, { a, b }: View) => hashNumbers(i, a.label, b.label),
  namesake: (i: number, { lastParts, a }: View) => hashNumbers(i, lastParts, a.whole),
  order3: (i: number, { a, b, c }: View) => hashNumbers(i, a.label, b.label, c.label),
  twoWhole: (i: number, { a, b }: View) => hashNumbers(i, a.whole, b.whole),
  sixTools: (i: number, { steps }: View) => hashNumbers(i, ...steps.map(({ tool }) => tool)),
} as const;

/** Voters on the labels of shells alone: there the folder and the exit status tell what tools do not know of. */
const shellContexts = {
  folder: (i: number, { cwd }: View) => (cwd === 0 ? unknown : hashNumbers(i, cwd)),
  folderEnded: (i: number, { cwd, a }: View) => (cwd === 0 ? unknown : hashNumbers(i, cwd, a.label, a.ok)),
  ended: (i: number, { a }: View) => (a.ok === 0 ? unknown : hashNumbers(i, a.whole, a.ok)),
} as const;

/** Voters on "this tool on the n-th latest subject of the session": habits that hold whatever the file is called. */
const copyContexts = {
  tool: (i: number, { a }: View) => hashNumbers(i, a.tool),
  outcome: (i: number, { a }: View) => hashNumbers(i, a.tool, a.ok),
  twoTools: (i: number, { a, b }: View) => hashNumbers(i, a.tool, b.tool, a.subject === b.subject ? 1 : 0),
  paused: (i: number, { a, pause, source }: View) => hashNumbers(i, a.tool, pause, source, a.extension),
  touched: (i: number, { a, touched, sameMessage }: View) => hashNumbers(i, a.tool, touched, sameMessage),
  pattern: (i: number, { steps }: View) =>
    hashNumbers(
      i,
      ...steps
        .slice(0, 4)
        .flatMap(({ tool, subject }) => [tool, steps.findIndex((s) => s.subject === subject)]),
    ),
} as const;

export const labelVoters = Object.keys(labelContexts);
export const copyVoters = Object.keys(copyContexts);
/** Positions of the two voters whose counts also are the baselines' memory. */
export const order1At = labelVoters.indexOf('order1');
export const order2At = labelVoters.indexOf('order2');

type Voter = (i: number, view: View) => number;
const onLabels: readonly Voter[] = Object.values(labelContexts);
const ofShells: readonly Voter[] = Object.values(shellContexts);
const onCopies: readonly Voter[] = Object.values(copyContexts);

/** The voters on labels of one kind, and those on copies of subjects; empty where labels hold none. */
export function votersOf(label: ActionLabel): { readonly onLabels: number; readonly onCopies: number } {
  return {
    onLabels: labelVoters.length + (isOfShell(label) ? ofShells.length : 0),
    onCopies: hasSubject(label) ? copyVoters.length : 0,
  };
}

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

/** Context keys of the voters on labels, then of those on copies; below 0 where a voter has nothing to go by. */
export function contextsOf(
  moment: Moment,
  session: Session | undefined,
  label: ActionLabel,
): readonly number[] {
  const steps = session?.steps ?? [];
  const [a = none, b = none, c = none, d = none] = steps;
  const name = nameOf(moment.session);
  const fine = finePause(moment.at, a);
  const view: View = {
    session: hashString(name),
    ...parts(name),
    source: hashString(nameOf(moment.source)),
    pause: pause(moment.at, a),
    finePause: fine,
    sameMessage: fine === 1 ? 1 : 0,
    branch: session?.branch ?? 0,
    cwd: moment.cwd === undefined ? (session?.cwd ?? 0) : hashOfFolder(moment.cwd),
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
  const keys: number[] = [];
  const ask = (group: readonly Voter[]) => {
    for (const context of group) keys.push(context(keys.length, view));
  };
  ask(onLabels);
  if (isOfShell(label)) ask(ofShells);
  if (hasSubject(label)) ask(onCopies);
  return keys;
}

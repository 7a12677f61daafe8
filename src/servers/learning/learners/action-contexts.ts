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

const none: Step = { label: 0, tool: 0, subject: 0, extension: 0, directory: 0, ok: 0, at: 0 };

/** Pause since the last step in seven classes: same message, seconds, half a minute, two minutes, half an hour, longer. */
function pause(at: number, last: Step): number {
  if (at === 0 || last.at === 0) return 0;
  const gap = at - last.at;
  return gap < 10 ? 1 : gap < 5e3 ? 2 : gap < 3e4 ? 3 : gap < 12e4 ? 4 : gap < 18e5 ? 5 : 6;
}

interface View {
  readonly moment: Moment;
  readonly pause: number;
  readonly source: number;
  readonly a: Step;
  readonly b: Step;
  readonly c: Step;
}

/** Voters on labels. */
const labelContexts = {
  source: ({ source }: View) => [source],
  session: ({ moment }: View) => [hashString(moment.session)],
  lastButOne: ({ b }: View) => [b.label],
  subject: ({ a, pause }: View) => [a.subject, pause],
  directory: ({ a }: View) => [a.tool, a.directory],
  outcome: ({ a, pause, source }: View) => [a.tool, a.ok, pause, source],
  twoTools: ({ a, b }: View) => [a.tool, b.tool, a.extension],
  threeTools: ({ a, b, c }: View) => [a.tool, b.tool, c.tool],
  order1: ({ a }: View) => [a.label],
  paused: ({ a, b, pause }: View) => [a.label, pause, b.tool],
  order2: ({ a, b }: View) => [a.label, b.label],
  order3: ({ a, b, c }: View) => [a.label, b.label, c.label],
} as const;

/** Voters on "this tool on the n-th latest subject of the session": habits that hold whatever the file is called. */
const copyContexts = {
  tool: ({ a }: View) => [a.tool],
  outcome: ({ a }: View) => [a.tool, a.ok],
  twoTools: ({ a, b }: View) => [a.tool, b.tool, a.subject === b.subject ? 1 : 0],
  paused: ({ a, pause, source }: View) => [a.tool, pause, source, a.extension],
} as const;

export const labelVoters = Object.keys(labelContexts);
export const copyVoters = Object.keys(copyContexts);
/** Positions of the two voters whose tallies also are the baselines' memory. */
export const order1At = labelVoters.indexOf('order1');
export const order2At = labelVoters.indexOf('order2');

/** Context keys of all label voters, then of all copy voters. */
export function contextsOf(moment: Moment, session: Session | undefined): readonly number[] {
  const [a = none, b = none, c = none] = session?.steps ?? [];
  const view: View = { moment, pause: pause(moment.at, a), source: hashString(moment.source), a, b, c };
  const keys: number[] = [];
  for (const context of Object.values(labelContexts)) keys.push(hashNumbers(keys.length, ...context(view)));
  for (const context of Object.values(copyContexts)) keys.push(hashNumbers(keys.length, ...context(view)));
  return keys;
}

/**
 * One step of an agent or a shell as the next-action learners see it, read from an event.
 * It exists so that tool calls and commands are learned by the same model under four ways of naming a step.
 * Invariant: `label` is what is predicted; `compose(tool, subject)` gives it back where the label holds a subject.
 */

import { atMillis, type Event, payloadOf } from '../../proto/index.js';
import { hashString } from '../models/hash.js';

/** What is predicted: a tool, a tool with its subject, a command's first word, a whole command line. */
export type ActionLabel = 'tool' | 'tool+subject' | 'verb' | 'line';

export interface Action {
  readonly label: string;
  /** All that is known of what was done: the label, its subject, for commands the line. */
  readonly whole: string;
  readonly server: string;
  readonly tool: string;
  /** What was acted on; empty when not known. */
  readonly subject: string;
  /** undefined: not known. */
  readonly ok: boolean | undefined;
  readonly session: string;
  readonly source: string;
  /** Checked out when it was done; empty when not known. */
  readonly branch: string;
  /** Folder of the session, relative to the workspace; empty when not known, or the root. */
  readonly cwd: string;
  /** Milliseconds since the epoch; 0 when the source gave no time. */
  readonly at: number;
  /** How many calls this one stands for. */
  readonly weight: number;
}

/** Longest label learned, in code units; longer ones are cut, so that memory is bounded. */
const longest = 512;
/** Longest name of a session, a source, a server, a branch or a folder, in code units. */
const longestName = 256;

/** The start of a text, as a string of its own: an engine's slice would keep all of a long text alive. */
export function cut(text: string, most = longest): string {
  return text.length <= most ? text : ` ${text.slice(0, most)}`.slice(1);
}

/** A name as it is kept: a long one by its start, its length and a hash of its first part, so that most stay apart. */
export function nameOf(text: string): string {
  if (text.length <= longestName) return text;
  return ` ${text.slice(0, 200)}#${text.length}#${hashString(text.slice(0, 4096))}`.slice(1);
}

/** Most calls that one event may stand for. */
const heaviest = 1e6;

/** A sample's weight; 1 where the event gives none or no sane one. */
function weightOf(given: number): number {
  return given > 0 && Number.isFinite(given) ? Math.min(given, heaviest) : 1;
}

/** The label of a tool and its subject. */
export function compose(tool: string, subject: string): string {
  return cut(subject === '' ? tool : `${tool} ${subject}`);
}

/** The subject inside a composed label. */
export function subjectOf(label: string): string {
  const space = label.indexOf(' ');
  return space < 0 ? '' : label.slice(space + 1);
}

/** Whether labels of this kind name commands of a shell. */
export function isOfShell(label: ActionLabel): boolean {
  return label === 'verb' || label === 'line';
}

/** Whether labels of this kind hold a subject. */
export function hasSubject(label: ActionLabel): boolean {
  return label === 'tool+subject' || label === 'line';
}

/**
 * Reads a step from an event; undefined for other events and for empty ones.
 * Calls to our own learning server are left out: being asked what comes next is no step of the work,
 * and learning it would make the predictor predict itself.
 */
export function actionOf(event: Event, label: ActionLabel): Action | undefined {
  return isOfShell(label) ? commandOf(event, label) : callOf(event, label);
}

function callOf(event: Event, label: ActionLabel): Action | undefined {
  const call = payloadOf(event, 'interactionFinished');
  if (!call || call.server === 'learning' || call.tool === '') return undefined;
  const tool = cut(call.tool);
  const subject = cut(call.subject);
  const whole = compose(tool, subject);
  return {
    label: label === 'tool' ? tool : whole,
    whole,
    server: nameOf(call.server),
    tool,
    subject,
    ok: call.ok,
    weight: weightOf(call.sampleWeight),
    ...placeOf(event, call),
  };
}

function commandOf(event: Event, label: ActionLabel): Action | undefined {
  const command = payloadOf(event, 'commandFinished');
  return command && commandAction(command, label, placeOf(event, command));
}

/** A command as a step; undefined for an empty one. */
export function commandAction(
  { command, exitCode }: { readonly command: string; readonly exitCode?: number | undefined },
  label: ActionLabel,
  place: Place,
): Action | undefined {
  const line = cut(command.trim());
  if (line === '') return undefined;
  const verb = /^\S+/.exec(line)?.[0] ?? line;
  const tool = label === 'verb' ? verb : (line.split(' ', 1)[0] ?? line);
  const subject = label === 'verb' ? '' : line.slice(tool.length + 1);
  return {
    label: label === 'verb' ? tool : compose(tool, subject),
    whole: line,
    server: '',
    tool,
    subject,
    ok: exitCode === undefined ? undefined : exitCode === 0,
    weight: 1,
    ...place,
  };
}

/** When and where a step was done. */
export type Place = Pick<Action, 'session' | 'source' | 'branch' | 'cwd' | 'at'>;

function placeOf(
  event: Event,
  { session, branch, cwd }: { readonly session: string; readonly branch: string; readonly cwd: string },
): Place {
  return {
    session: nameOf(session),
    source: nameOf(event.source),
    branch: nameOf(branch),
    cwd: nameOf(cwd),
    at: atMillis(event),
  };
}

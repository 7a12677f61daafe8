/**
 * One step of an agent or a shell as the next-action learners see it, read from an event.
 * It exists so that tool calls and commands are learned by the same model under four ways of naming a step.
 * Invariant: `label` is what is predicted; `compose(tool, subject)` gives it back where the label holds a subject.
 */
import { atMillis, type Event, payloadOf } from '../../../proto/index.js';

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
  /** Milliseconds since the epoch; 0 when the source gave no time. */
  readonly at: number;
  /** How many calls this one stands for. */
  readonly weight: number;
}

/** Longest label learned, in code units; longer ones are cut, so that memory is bounded. */
const longest = 2048;

/** Most calls that one event may stand for. */
const heaviest = 1e6;

/** A sample's weight; 1 where the event gives none or no sane one. */
function weightOf(given: number): number {
  return given > 0 && Number.isFinite(given) ? Math.min(given, heaviest) : 1;
}

/** The label of a tool and its subject. */
export function compose(tool: string, subject: string): string {
  return (subject === '' ? tool : `${tool} ${subject}`).slice(0, longest);
}

/** The subject inside a composed label. */
export function subjectOf(label: string): string {
  const space = label.indexOf(' ');
  return space < 0 ? '' : label.slice(space + 1);
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
  const at = atMillis(event);
  const { source } = event;
  const call = payloadOf(event, 'interactionFinished');
  if (call && (label === 'tool' || label === 'tool+subject')) {
    if (call.server === 'learning' || call.tool === '') return undefined;
    const { session, server, tool, subject, ok } = call;
    const weight = weightOf(call.sampleWeight);
    const named = label === 'tool' ? tool.slice(0, longest) : compose(tool, subject);
    return {
      label: named,
      whole: compose(tool, subject),
      server,
      tool,
      subject,
      ok,
      session,
      source,
      at,
      weight,
    };
  }
  const command = payloadOf(event, 'commandFinished');
  if (command && (label === 'verb' || label === 'line')) {
    const line = command.command.trim();
    if (line === '') return undefined;
    const verb = /^\S+/.exec(line)?.[0] ?? line;
    const tool = label === 'verb' ? verb.slice(0, longest) : (line.split(' ', 1)[0] ?? line);
    const subject = label === 'verb' ? '' : line.slice(tool.length + 1);
    const ok = command.exitCode === undefined ? undefined : command.exitCode === 0;
    const named = label === 'verb' ? tool : compose(tool, subject);
    const { session } = command;
    return {
      label: named,
      whole: line.slice(0, longest),
      server: '',
      tool,
      subject,
      ok,
      session,
      source,
      at,
      weight: 1,
    };
  }
  return undefined;
}

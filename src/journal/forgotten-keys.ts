/**
 * By what an adapter knows an event again that was forgotten: a hash of what the event is, without a word of what it said.
 * It exists because a repository, a CI server or a file still holds what was forgotten, and would tell it again at the next look.
 * Invariant: pure; one key an event, of the event itself and not of what it merely mentions; streams (calls, metrics, logs) have none.
 */
import { createHash } from 'node:crypto';
import type { Event } from '../proto/index.js';

const keyBytes = 16;

/** The key of a subject such as `commit:3f2a…`: the first 16 bytes of its SHA-256. */
export function forgottenKey(subject: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(subject).digest().subarray(0, keyBytes));
}

/** What an event that its source could tell again is known by; undefined for all others. */
export function repeatableSubject({ data }: Event): string | undefined {
  switch (data.case) {
    case 'commitLanded':
      return named('commit', data.value.sha);
    case 'sourceIndexed':
      return named('source', data.value.blob && `${data.value.blob}:${data.value.path}`);
    case 'coverageReported':
      return named('coverage', data.value.sha);
    case 'buildStarted':
    case 'buildFinished':
      return named('build', data.value.build);
    case 'deploymentStarted':
    case 'deploymentFinished':
      return named('deployment', data.value.deployment);
    case 'changeProposed':
    case 'changeJudged':
      return named('change', data.value.change);
    case 'testRunFinished':
      return named('run', data.value.run);
    case 'benchmarkReported':
      return named('benchmark', data.value.run && `${data.value.benchmark}:${data.value.run}`);
    case 'incidentOpened':
    case 'incidentClassified':
    case 'incidentResolved':
      return named('incident', data.value.incident);
    case 'remediationFinished':
      return named('remediation', data.value.remediation);
    default:
      return undefined;
  }
}

function named(kind: string, id: string): string | undefined {
  return id === '' ? undefined : `${kind}:${id}`;
}

/** The keys that `eventsForgotten` events name. */
export class ForgottenKeys {
  readonly #keys = new Set<string>();

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** Takes the keys of an `eventsForgotten` event; others have none. */
  add({ data }: Event): void {
    if (data.case !== 'eventsForgotten') return;
    for (const key of data.value.keys) this.#keys.add(Buffer.from(key).toString('latin1'));
  }

  has(subject: string): boolean {
    return !this.isEmpty && this.#keys.has(Buffer.from(forgottenKey(subject)).toString('latin1'));
  }

  /** Whether an event is one that was forgotten and is told again. */
  knows(event: Event): boolean {
    if (this.isEmpty) return false;
    const subject = repeatableSubject(event);
    return subject !== undefined && this.has(subject);
  }
}

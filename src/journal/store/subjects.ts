/**
 * What an event speaks of, as index rows: `commit:<sha>`, `build:<id>`, `incident:<id>` …, and the receipt's own id.
 * It exists so that "everything about this build" is a lookup, not a scan.
 * Invariant: pure, and computed from the redacted event alone, so that the index can always be made again from the segments.
 */
import { createHash } from 'node:crypto';
import type { Event } from '../../proto/index.js';

/** Longest subject kept as it is, in characters; longer ones are hashed. */
const longest = 160;

/** The key form of a subject: printable ASCII without `/`, hashed when it is long or holds anything else. */
export function subjectKey(subject: string): string {
  if (subject.length <= longest && /^[!-.0-~]+$/.test(subject)) return subject;
  const kind = /^[a-z]+(?=:)/.exec(subject)?.[0] ?? 'x';
  return `${kind}:#${createHash('sha256').update(subject).digest('hex').slice(0, 40)}`;
}

/** The subjects of an event, without duplicates; empty ids are left out. */
export function subjectsOf(event: Event): string[] {
  const found = pairs(event).flatMap(([kind, id]) => (id === '' ? [] : [`${kind}:${id}`]));
  return [...new Set(found)];
}

function pairs({ data }: Event): readonly (readonly [kind: string, id: string])[] {
  switch (data.case) {
    case 'commitLanded':
    case 'sourceIndexed':
    case 'coverageReported':
      return [['commit', data.value.sha]];
    case 'errorObserved':
      return [['error', data.value.error]];
    case 'fixRecorded':
      return [
        ['error', data.value.error],
        ['commit', data.value.sha],
      ];
    case 'buildStarted':
      return [
        ['build', data.value.build],
        ['commit', data.value.change?.sha ?? ''],
      ];
    case 'buildFinished':
      return [['build', data.value.build]];
    case 'deploymentStarted':
      return [
        ['deployment', data.value.deployment],
        ['service', data.value.service],
        ['commit', data.value.change?.sha ?? ''],
      ];
    case 'deploymentFinished':
      return [['deployment', data.value.deployment]];
    case 'changeProposed':
      return [
        ['change', data.value.change],
        ['commit', data.value.summary?.sha ?? ''],
      ];
    case 'changeJudged':
      return [['change', data.value.change]];
    case 'testRunFinished':
      return [
        ['run', data.value.run],
        ['commit', data.value.change?.sha ?? ''],
      ];
    case 'benchmarkReported':
      return [['benchmark', data.value.benchmark]];
    case 'incidentOpened':
      return [
        ['incident', data.value.incident],
        ['service', data.value.service],
      ];
    case 'incidentClassified':
    case 'incidentResolved':
    case 'remediationFinished':
      return [['incident', data.value.incident]];
    case 'predictionMade':
    case 'feedbackGiven':
      return [['prediction', data.value.prediction]];
    case 'policyDecided':
    case 'policyRewarded':
      return [['decision', data.value.decision]];
    case 'headMoved':
    case 'modelTagged':
      return [['learner', data.value.learner]];
    case 'planCreated':
      return [['plan', data.value.plan]];
    case 'approvalGranted':
      return [
        ['request', data.value.request],
        ['plan', data.value.plan],
      ];
    case 'actionStarted':
      return [
        ['action', data.value.action],
        ['plan', data.value.plan],
      ];
    case 'actionFinished':
      return [['action', data.value.action]];
    // Streams: their subject would be as many rows as events and nobody asks for it; the type index serves them.
    case 'interactionFinished':
    case 'commandFinished':
    case 'metricSampled':
    case 'logLine':
    case 'serviceDepends':
    case 'historyRewritten':
    case 'eventsForgotten':
    case 'captureDropped':
    case undefined:
      return [];
    default:
      return unknownCase(data);
  }
}

/** Compiles only while every payload above has its case; at run time a newer payload has no subjects yet. */
function unknownCase(_: never): [] {
  return [];
}

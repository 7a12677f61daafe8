/**
 * Which fields of which message pass how. What is not listed is free text and is scanned in full: a new field is safe by default.
 * It exists as a table so that a reviewer sees at a glance what is trusted, and a test can walk it against the descriptors.
 * Invariant: `sha` passes only what has the shape of a hash; `author` stores only keyed hashes; no mode skips the known key shapes.
 */

/**
 * `sha`: hex digests pass, anything else is scanned. `author`: hashed unless it is a hash already. `name`: an id or a short
 * name, scanned for everything but mere randomness (ids are random). `path`: scanned, `/` separates. `text`: scanned in full.
 */
export type FieldMode = 'sha' | 'author' | 'name' | 'path' | 'text';

type Table = Readonly<Record<string, Readonly<Record<string, FieldMode>>>>;

/** Message (without the package) → field → mode. Fields by their names in the .proto file. */
export const policy: Table = {
  Event: { id: 'name', workspace: 'path', source: 'name', caused_by: 'name' },
  FileChange: { path: 'path', previous_path: 'path' },
  CommitLanded: { sha: 'sha', parents: 'sha', author: 'author', generated_paths: 'path' },
  SourceIndexed: { sha: 'sha', path: 'path', language: 'name' },
  'SourceIndexed.Import': { module: 'path', symbols: 'path', resolved_path: 'path' },
  'SourceIndexed.Export': { symbol: 'path', kind: 'name' },
  HistoryRewritten: { old_head: 'sha', new_head: 'sha', unreachable: 'sha' },
  InteractionFinished: {
    session: 'name',
    server: 'name',
    tool: 'name',
    subject: 'path',
    branch: 'path',
    cwd: 'path',
  },
  CommandFinished: { session: 'name', cwd: 'path', branch: 'path' },
  ErrorObserved: { tool: 'name', paths: 'path' },
  FixRecorded: { sha: 'sha', paths: 'path' },
  ChangeSummary: { sha: 'sha', author: 'author', branch: 'path' },
  BuildStarted: { build: 'name', project: 'name' },
  BuildFinished: { build: 'name' },
  DeploymentStarted: {
    deployment: 'name',
    service: 'name',
    environment: 'name',
    strategy: 'name',
    version: 'name',
  },
  DeploymentFinished: { deployment: 'name' },
  ChangeProposed: { change: 'name', project: 'name' },
  ChangeJudged: { change: 'name' },
  TestResult: { file: 'path' },
  TestRunFinished: { run: 'name', project: 'name' },
  CoverageReported: { sha: 'sha' },
  'CoverageReported.File': { path: 'path' },
  BenchmarkReported: { unit: 'name', host: 'name', sha: 'sha', run: 'name' },
  MetricSampled: { series: 'path' },
  LogLine: { service: 'name', level: 'name' },
  IncidentOpened: { incident: 'name', service: 'name', severity: 'name', series: 'path' },
  IncidentResolved: { incident: 'name' },
  ServiceDepends: { service: 'name', on: 'name' },
  IncidentClassified: { incident: 'name', category: 'name' },
  RemediationFinished: { remediation: 'name', incident: 'name' },
  PredictionMade: {
    prediction: 'name',
    task: 'name',
    model: 'name',
    snapshot: 'sha',
    subject: 'path',
    ranked: 'path',
  },
  FeedbackGiven: { prediction: 'name' },
  PolicyDecided: { decision: 'name', policy: 'name' },
  PolicyRewarded: { decision: 'name' },
  HeadMoved: { learner: 'name', from_snapshot: 'sha', to_snapshot: 'sha', branch: 'path', how: 'name' },
  ModelTagged: { learner: 'name', tag: 'path', snapshot: 'sha' },
  EventsForgotten: { source: 'name', session: 'name', types: 'name' },
  CaptureDropped: { kind: 'name' },
  PlanCreated: { plan: 'name', kind: 'name' },
  ApprovalGranted: { request: 'name', plan: 'name', channel: 'name' },
  ActionStarted: { action: 'name', plan: 'name', idempotency_key: 'name' },
  ActionFinished: { action: 'name' },
};

/** The mode of a field; `typeName` is the full name of its message. */
export function modeOf(typeName: string, field: string): FieldMode {
  return policy[typeName.replace(/^learning\.v1\./, '')]?.[field] ?? 'text';
}

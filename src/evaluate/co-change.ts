/**
 * Evaluates co-change on a repository's own past, by progressive validation, beside every baseline.
 * It exists so that a figure about related files can be checked on any repository with one command.
 * Invariant: the serving learner, folded from nothing; a commit's questions are answered before it is learned.
 */
import { Scorecard } from '../learning/index.js';
import { baselineNames, decayedName } from '../servers/development/learners/co-change/baselines.js';
import {
  type Metrics,
  scorecardOptions,
  scoreRanking,
} from '../servers/development/learners/co-change/validation.js';
import { CoChangeLearner } from '../servers/development/learners/co-change.js';
import { PredictionFile } from './prediction-file.js';
import { type HistoryStep, readHistory } from './repo-history.js';
import type { EvaluationRequest, EvaluationResult } from './result.js';
import { Stopwatch } from './stopwatch.js';

/** What co-change reports beyond the common fields. */
export interface CoChangeResult extends EvaluationResult {
  readonly head: string;
  readonly commits: number;
  readonly nonMerge: number;
  readonly windowCommits: number;
  /** Questions with a non-obvious file to find. */
  readonly nonObviousQuestions: number;
  readonly predictMs: { readonly p50: number; readonly p95: number };
  /** Wall time of mining, learning and asking; and of learning alone, progressive validation included. */
  readonly seconds: { readonly total: number; readonly learning: number };
  /** The same ranking scored over every question of a counting commit, also those whose other files were all new. */
  readonly strict: { readonly n: number; readonly 'hit@3': number };
}

const counting =
  'Counting: window = newest share of the non-merge commits in topological order; asked are its commits that are no merges, not by bots, ' +
  'with 2–30 files after lock files, changelogs, generated and vendored files are left out; each file known before (at most 8 a commit, in path ' +
  'order) is given once; right are the commit’s other files known before, at least one; renamed files go by their old path. ' +
  'Non-obvious = other directory and other stem than the given file; recall is averaged over questions that have such.';

/** Files that are written and scored of each ranking. */
const ranked = 20;

class Examiner {
  readonly learner = new CoChangeLearner();
  readonly watch = new Stopwatch();
  readonly times: number[] = [];
  readonly card = new Scorecard({
    ...scorecardOptions,
    kind: 'history',
    baselines: [...baselineNames, decayedName],
  });
  learningMs = 0;
  commits = 0;
  nonObvious = 0;
  strict = { n: 0, hits: 0 };

  async take(
    { stored, commit, inWindow }: HistoryStep,
    write: (line: object) => Promise<void>,
  ): Promise<void> {
    this.commits += 1;
    if (inWindow) {
      for (const { given, changed } of this.learner.questionsOf(commit)) {
        const start = performance.now();
        const { answer, confidence } = this.watch.predict(() =>
          this.learner.predictOne({ paths: [given], limit: ranked }),
        );
        this.times.push(performance.now() - start);
        const paths = (answer ?? []).map(({ path }) => path);
        await write({ sha: commit.sha, given, ranked: paths });
        this.#score(given, paths, changed, confidence);
      }
    }
    const start = performance.now();
    this.watch.learn(() => this.learner.learnOne(stored));
    this.learningMs += performance.now() - start;
  }

  #score(
    given: string,
    paths: readonly string[],
    changed: readonly string[],
    confidence: number | null,
  ): void {
    const own = scoreRanking(given, paths, changed);
    this.strict.n += 1;
    this.strict.hits += own['hit@3'] ?? 0;
    if (changed.length === 0) return;
    if (own['nonObviousRecall@5'] !== undefined) this.nonObvious += 1;
    const scores: Record<string, Metrics> = { [scorecardOptions.model]: own };
    for (const [name, said] of Object.entries(this.learner.referencesOf(given)))
      scores[name] = scoreRanking(given, said, changed);
    this.card.observe({
      scores: scores as Record<string, Record<string, number>>,
      ...(confidence === null ? {} : { confidence, correct: own['hit@1'] === 1 }),
    });
  }
}

function plural(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

/**
 * @returns figures of the served ranking and of every baseline on the same questions
 * @throws LMCP_USAGE, LMCP_NOT_A_REPOSITORY, LMCP_NO_COMMITS, LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_DISK
 */
export async function evaluateCoChange(request: EvaluationRequest): Promise<CoChangeResult> {
  const began = performance.now();
  const examiner = new Examiner();
  const file = request.predictionsPath ? new PredictionFile(request.predictionsPath) : undefined;
  const write = async (line: object): Promise<void> => file?.write(line);
  let history: Awaited<ReturnType<typeof readHistory>>;
  try {
    history = await readHistory(request, (step) => examiner.take(step, write));
  } finally {
    await file?.close();
  }
  const { repository, nonMerge, window } = history;
  const report = examiner.card.report();
  const mode = examiner.learner.scorecards()[0]?.mode ?? 'insufficient';
  const times = examiner.times.sort((a, b) => a - b);
  const predictMs = { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
  const seconds = { total: (performance.now() - began) / 1000, learning: examiner.learningMs / 1000 };
  const { n, hits } = examiner.strict;
  const strict = { n, 'hit@3': n === 0 ? 0 : hits / n };
  return {
    task: request.task,
    inputs: [request.repo ?? ''],
    n: report.n,
    model: report.model,
    primary: report.primary,
    metrics: report.metrics,
    baseline: report.baseline,
    lift: report.lift,
    interval: report.interval,
    ...(report.since === undefined ? {} : { since: report.since }),
    calibration: report.calibration,
    drift: report.drift,
    mode,
    latency: examiner.watch.report(),
    selective: null,
    head: repository.head,
    commits: examiner.commits,
    nonMerge,
    windowCommits: window,
    nonObviousQuestions: examiner.nonObvious,
    predictMs,
    seconds,
    strict,
    notes: [
      `${plural(examiner.commits, 'commit')} at ${repository.head.slice(0, 12)}, ${window} of ${plural(nonMerge, 'non-merge commit')} in the window; ${plural(examiner.nonObvious, 'question')} with a non-obvious file.`,
      `Mining, learning and asking took ${seconds.total.toFixed(1)} s; learning alone ${seconds.learning.toFixed(1)} s.`,
      ...(n > 0
        ? [`hit@3 over all ${n} lines, also where every other file was new: ${strict['hit@3'].toFixed(3)}.`]
        : []),
      ...(repository.shallow ? ['A shallow clone: only part of the history was here.'] : []),
      counting,
    ],
  };
}

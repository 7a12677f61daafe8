/**
 * Evaluates the serving classifier on streams of examples, each asked before its label is learned.
 * It exists so that the classifier's claims can be checked on anybody's labelled rows.
 * Invariant: a question is answered on the line that asks it, and its label is learned on the line that tells it: a label
 * that comes later, or never, changes nothing before it comes. Each file starts afresh.
 *
 * The predictions file holds what the learned model said, with the gate's mode at that time; "served" is what the gate gave.
 */
import { LmcpError } from '../errors/index.js';
import {
  type ClassForecast,
  classObservation,
  classScorecard,
  GenerationalMap,
  type Label,
  type Mixed,
  OpenQuestions,
  Scorecard,
  type ScorecardReport,
  StreamClassifier,
} from '../learning/index.js';
import { FileProgress } from './file-progress.js';
import { counted } from './notes.js';
import { PredictionFile } from './prediction-file.js';
import { type ExampleLine, isCsv, type ReadExamplesOptions, readExamples } from './read-examples.js';
import { refusedLine } from './read-text.js';
import type { EvaluationRequest, EvaluationResult } from './result.js';
import { fromScorecard, Served } from './served.js';
import { Stopwatch } from './stopwatch.js';
import { SureAnswers } from './sure-answers.js';

type Write = (line: object) => Promise<void>;

/** A question as it was answered. */
interface Asked {
  readonly x: Mixed;
  readonly said: ClassForecast;
  /** The label that the gate gave; null when nobody answered. */
  readonly given: string | null;
  /** The label that was proven to be safe; null where none was. */
  readonly sure: string | null;
}

/** Ids remembered, so that memory stays constant on a file of any length: at least the last half of these. */
const idsKept = 131_072;
/** Different labels whose type is remembered; later ones are written as text. */
const labelsKept = 4096;
/** Labels written with a prediction. */
const written = 10;
/** Labels that the members tell apart, the first or the most frequent ones (their default). */
const toldApart = 64;

/** What one run over all files gathers. */
class Tester {
  readonly watch = new Stopwatch();
  readonly served = new Served(['accuracy']);
  readonly sure = new SureAnswers(0.95, [1]);
  readonly card: Scorecard;
  /** Asked before any label was known; never labelled; labelled on a later line; labelled too late to be held. */
  early = 0;
  open = 0;
  delayed = 0;
  expired = 0;
  /** Labels under an id that is no longer held: its question gave way, or had its label. Not learned. */
  unheld = 0;
  /** Most different labels of one file. */
  labels = 0;
  /** The last change that a classifier reacted to. */
  drift: ScorecardReport['drift'] = null;

  constructor(task: string) {
    this.card = new Scorecard(classScorecard(task));
  }

  async replay(file: string, options: ReadExamplesOptions, write: Write): Promise<void> {
    const stream = new Stream(this, file);
    for await (const example of readExamples(file, options)) await stream.take(example, write);
    const { open, expired, labels, drift } = stream.end();
    this.labels = Math.max(this.labels, labels);
    this.drift = drift ?? this.drift;
    this.open += open;
    this.expired += expired;
  }

  score({ said, given, sure }: Asked, label: string): void {
    const observation = classObservation(said, label);
    if (!observation) {
      this.early++;
      return;
    }
    this.card.observe(observation);
    this.served.observe({ accuracy: given === label ? 1 : 0 });
    this.sure.observe(sure === null ? null : [sure], label);
  }
}

/** Room that a question takes while it waits, in words of eight bytes or so. */
function weightOf({ x, said }: Asked): number {
  let weight = 4 + 2 * said.ranked.length;
  for (const value of Object.values(x)) weight += typeof value === 'string' ? 2 + value.length / 8 : 1;
  return Math.ceil(weight);
}

/** One file, replayed in the order of its lines. */
class Stream {
  readonly #tester: Tester;
  readonly #file: string;
  readonly #classifier = new StreamClassifier({ task: 'classify' });
  readonly #waiting = new OpenQuestions<Asked>();
  /** Id → line of its question. */
  readonly #ids = new GenerationalMap<string, { line: number }>(idsKept);
  /** A label's text → the label as the file first wrote it. */
  readonly #labels = new Map<string, Label>();
  #unnamed = 0;

  constructor(tester: Tester, file: string) {
    this.#tester = tester;
    this.#file = file;
  }

  /** Questions whose label has not come, those that gave way to newer ones before, different labels met, last change. */
  end(): { open: number; expired: number; labels: number; drift: ScorecardReport['drift'] } {
    const { size, expired } = this.#waiting;
    const { drift } = this.#classifier.scorecard();
    return { open: size + this.#unnamed, expired, labels: this.#labels.size, drift };
  }

  async take(example: ExampleLine, write: Write): Promise<void> {
    const { id, x, y, line } = example;
    try {
      if (x === undefined) this.#late(example);
      else if (id !== undefined && y !== undefined && this.#waiting.has(id)) this.#late(example);
      else await this.#ask(example, x, write);
    } catch (cause) {
      if (!(cause instanceof LmcpError) || cause.code !== 'LMCP_BAD_FEATURES') throw cause;
      throw refusedLine(this.#file, line, { detail: cause.message, cause, code: 'LMCP_BAD_FEATURES' });
    }
  }

  async #ask({ id, y, line, index }: ExampleLine, x: Mixed, write: Write): Promise<void> {
    if (id !== undefined) {
      const known = this.#ids.peek(id);
      // Where questions gave way to newer ones, their labels are no error of the file.
      if (known && y !== undefined && this.#waiting.expired > 0) {
        this.#tester.unheld++;
        return;
      }
      if (known) throw this.#refused(line, `the id ${id.slice(0, 64)} was that of line ${known.line}`);
      this.#ids.touch(id, () => ({ line }));
    }
    const said = this.#tester.watch.predict(() => this.#classifier.forecast(x));
    const { answer, mode } = this.#classifier.predictOne(x, said);
    const sure = this.#classifier.sure(said);
    const asked = { x, said, given: answer?.[0]?.label ?? null, sure };
    await write({
      index,
      ...(id === undefined ? {} : { id }),
      label: this.#named(said.ranked[0]?.label ?? null),
      p: said.ranked[0]?.p ?? 0,
      top: said.ranked.slice(0, written).map(({ label, p }) => ({ label: this.#named(label), p })),
      mode,
      answer: this.#named(sure),
    });
    if (y !== undefined) this.#learn(asked, y);
    else if (id === undefined) this.#unnamed++;
    else this.#waiting.open(id, asked, weightOf(asked));
  }

  /** A label that comes on a later line than its question. */
  #late({ id, y, line }: ExampleLine): void {
    if (y === undefined)
      throw this.#refused(line, 'neither an example {"x": …, "y": …} nor a label {"id": …, "y": …}');
    if (id === undefined) throw this.#refused(line, 'a label without features needs the id of its question');
    const asked = this.#waiting.take(id);
    if (asked) {
      this.#tester.delayed++;
      this.#learn(asked, y);
      return;
    }
    if (this.#waiting.expired > 0) {
      this.#tester.unheld++;
      return;
    }
    const known = this.#ids.peek(id);
    throw this.#refused(
      line,
      known
        ? `the id ${id.slice(0, 64)} of line ${known.line} has its label already`
        : `no earlier line asks under the id ${id.slice(0, 64)}`,
    );
  }

  #learn(asked: Asked, y: Label): void {
    const label = String(y);
    this.#tester.watch.learn(() => this.#classifier.learnOne({ x: asked.x, y, said: asked.said }));
    if (!this.#labels.has(label) && this.#labels.size < labelsKept) this.#labels.set(label, y);
    this.#tester.score(asked, label);
  }

  /** The label with the type the file gave it. */
  #named(label: string | null): Label | null {
    return label === null ? null : (this.#labels.get(label) ?? label);
  }

  #refused(line: number, detail: string): LmcpError {
    return refusedLine(this.#file, line, { detail, code: 'LMCP_BAD_EXAMPLE' });
  }
}

/** @throws LMCP_BAD_EXAMPLE and LMCP_BAD_FEATURES with file and line, LMCP_USAGE, LMCP_DISK */
export async function evaluateClassify(request: EvaluationRequest): Promise<EvaluationResult> {
  const { files = [], target } = request;
  if (target !== undefined && !files.every(isCsv))
    throw new LmcpError(
      'LMCP_USAGE',
      '--target names a column of CSV files; JSONL lines carry their label as y.',
    );
  const tester = new Tester(request.task);
  const out = request.predictionsPath ? new PredictionFile(request.predictionsPath) : undefined;
  const progress = new FileProgress(request);
  try {
    for (const file of files)
      await tester.replay(
        file,
        { onRead: progress.reader(file), ...(target === undefined ? {} : { target }) },
        async (line) => {
          if (out) await out.write(files.length > 1 ? { file, ...line } : line);
        },
      );
  } finally {
    await out?.close();
  }
  progress.end();
  const report = tester.card.report();
  return {
    task: request.task,
    inputs: files,
    ...fromScorecard(report, tester.served),
    drift: tester.drift,
    latency: tester.watch.report(),
    selective: report.n === 0 ? null : tester.sure.report(),
    notes: notesOf(tester),
  };
}

function notesOf({ early, delayed, open, expired, unheld, labels }: Tester): string[] {
  return [
    ...(labels > toldApart
      ? [
          `${labels < labelsKept ? labels : `${labelsKept} or more`} different labels: the models tell ${toldApart} apart. Are they classes, or measurements?`,
        ]
      : []),
    ...counted(
      early,
      'question was asked before any label was known: nobody could answer, and it is not scored.',
      'questions were asked before any label was known: nobody could answer, and they are not scored.',
    ),
    ...counted(
      delayed,
      'label came on a later line than its question.',
      'labels came on later lines than their questions.',
    ),
    ...counted(open, 'question never got its label.', 'questions never got their label.'),
    ...counted(
      expired,
      'question waited so long that newer ones took its place; it is not scored.',
      'questions waited so long that newer ones took their place; they are not scored.',
    ),
    ...counted(
      unheld,
      'label came under an id that is not held: its question gave way before, or had its label already. It was not learned.',
      'labels came under ids that are not held: their questions gave way before, or had their label already. They were not learned.',
    ),
  ];
}

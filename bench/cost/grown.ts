/**
 * What every model costs in its later life: nanoseconds to learn one example and to answer one question, bytes of its snapshot.
 * It exists so that accuracy is never shown without its price; trees are grown and tables are filled when it is taken.
 * Invariant: the same warm-up for all; models take turns, and each figure is the median of the turns.
 */
import { medianOf } from '../rig/statistics.js';
import { snapshotBytes } from './classifiers.js';
import { type GrownModel, grownModels } from './grown-models.js';
import { spent, swallow } from './side.js';

export interface GrownCost {
  readonly model: string;
  readonly learnNs: number;
  readonly predictNs: number;
  readonly bytes: number;
}

/** Examples learned before anything is timed, and in each of the turns. */
const warm = 20_000;
const turn = 1000;
const turns = 7;

/** @param wanted parts of model names; default all */
export function grownCosts(wanted: readonly string[]): GrownCost[] {
  const chosen = grownModels.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  const made = chosen.map(({ name, make }) => ({
    name,
    model: make(),
    learn: [] as number[],
    ask: [] as number[],
  }));
  let at = 0;
  const pass = (work: (i: number) => unknown) =>
    (spent(() => {
      for (let i = at; i < at + turn; i++) swallow(work(i));
    }) *
      1e6) /
    turn;
  for (; at < warm; at += turn)
    for (const { model } of made) {
      pass((i) => model.learn(i));
      pass((i) => model.ask(i));
    }
  for (let round = 0; round < turns; round++, at += turn)
    for (const { model, learn, ask } of made) {
      // Asked first, as in service: the question comes before its outcome.
      ask.push(pass((i) => model.ask(i)));
      learn.push(pass((i) => model.learn(i)));
    }
  return made.map(({ name, model, learn, ask }) => ({
    model: name,
    learnNs: medianOf(learn),
    predictNs: medianOf(ask),
    bytes: bytesOf(model),
  }));
}

function bytesOf({ write }: GrownModel): number {
  return snapshotBytes({ write });
}

export function grownLines(rows: readonly GrownCost[]): string[] {
  return [
    `Cost after ${warm} examples: learn, predict in ns (median of ${turns} turns); bytes of the snapshot`,
    ...rows.map(
      ({ model, learnNs, predictNs, bytes }) =>
        `  ${model.padEnd(36)} ${learnNs.toFixed(0).padStart(8)} ${predictNs.toFixed(0).padStart(8)} ${String(bytes).padStart(9)}`,
    ),
  ];
}

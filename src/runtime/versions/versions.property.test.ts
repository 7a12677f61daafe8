/**
 * Random lives of a workspace: events, rollbacks, branches, merges, tags, forgetting, restarts, lost snapshots. After each step the
 * serving states equal those of a plain model, which folds sets of sequences from scratch.
 */
import { describe, expect, it } from 'vitest';
import type { EventInit } from '../../journal/index.js';
import { seededRandom } from '../../learning/contract/index.js';
import { payloadOf, type StoredEvent } from '../../proto/index.js';
import { refold } from '../refold.js';
import { digestOf } from './feed.js';
import { listVersions } from './list-versions.js';
import { type Move, moveHead } from './move-head.js';
import { command, forgetting, type Hosted, Rig, step, Trail, WORKSPACE } from './rig.js';
import { tagVersion } from './tag-version.js';

const SEEDS = 120;
const STEPS = 22;

const make = {
  steps: () => new Trail('steps', ['interactionFinished', 'predictionMade', 'feedbackGiven']),
  all: () => new Trail('all', ['interactionFinished', 'commandFinished']),
};
type Task = keyof typeof make;
const tasks: readonly Task[] = ['steps', 'all'];

/** What should be, by sets of sequences. */
class Model {
  readonly events = new Map<number, StoredEvent>();
  readonly forgettings: { readonly sequence: number; readonly named: readonly number[] }[] = [];
  readonly forgotten = new Set<number>();
  readonly branches = new Map<Task, Map<string, ReadonlySet<number>>>(
    tasks.map((task) => [task, new Map([['main', new Set<number>()]])]),
  );
  readonly active = new Map<Task, string>(tasks.map((task) => [task, 'main']));
  readonly tags = new Map<Task, Map<string, ReadonlySet<number>>>(tasks.map((task) => [task, new Map()]));

  head(task: Task): ReadonlySet<number> {
    return this.branches.get(task)!.get(this.active.get(task)!)!;
  }

  setHead(task: Task, branch: string, folded: ReadonlySet<number>): void {
    this.active.set(task, branch);
    this.branches.get(task)!.set(branch, folded);
  }

  happened(stored: StoredEvent): void {
    this.events.set(stored.sequence, stored);
    for (const task of tasks)
      this.setHead(task, this.active.get(task)!, new Set([...this.head(task), stored.sequence]));
  }

  forget(sequence: number, named: readonly number[]): void {
    this.forgettings.push({ sequence, named });
    for (const it of named) this.forgotten.add(it);
  }

  digest(task: Task, folded = this.head(task)): string {
    const learner = make[task]();
    for (const sequence of [...folded].sort((a, b) => a - b)) {
      const stored = this.events.get(sequence)!;
      if (this.forgotten.has(sequence) || !learner.consumes.includes(stored.event.data.case!)) continue;
      const made = payloadOf(stored.event, 'predictionMade');
      const audit =
        made &&
        this.forgettings.some(
          (it) => it.sequence > sequence && Number(made.stateOffset) >= Math.min(...it.named),
        );
      if (audit && made.task !== task) continue;
      const value = audit ? learner.reanswer(made) : made;
      learner.learnOne(
        value ? { sequence, event: { ...stored.event, data: { case: 'predictionMade', value } } } : stored,
      );
    }
    return digestOf(learner);
  }
}

class Life {
  readonly rig = new Rig(tasks.map((task) => make[task]));
  readonly model = new Model();
  readonly random: () => number;
  readonly done: string[] = [];
  hosted!: Hosted;
  #names = 0;
  #receipts: string[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  name(of: string): string {
    this.#names += 1;
    return `${of}${this.#names}`;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }

  /** Appends; the model takes what the journal numbered. */
  async append(events: readonly EventInit[], taken = true): Promise<number> {
    const last = await this.rig.append(events);
    if (taken)
      for (const stored of await this.rig.journal.read(WORKSPACE, last - events.length + 1, { wait: false }))
        this.model.happened(stored);
    await this.hosted.host.folded(last);
    return last;
  }

  async learn(): Promise<void> {
    const kind = this.random();
    const count = 1 + Math.floor(this.random() * 6);
    if (kind < 0.7) {
      const some = Array.from({ length: count }, () => {
        const name = this.pick([...'abcdefg']);
        return this.random() < 0.5 ? step(name) : command(name);
      });
      await this.append(some);
      return;
    }
    const prediction = this.name('p');
    const seat = this.hosted.host.seat('steps')!;
    const said = (seat.learner as Trail).said;
    const value = { prediction, task: 'steps', ranked: [said], stateOffset: BigInt(seat.offset) };
    await this.append([{ data: { case: 'predictionMade', value } }]);
    this.#receipts.push(said);
    if (this.random() < 0.5) {
      const correction = this.pick(this.#receipts);
      await this.append([{ data: { case: 'feedbackGiven', value: { prediction, correction } } }]);
    }
  }

  async move(): Promise<void> {
    const { model, hosted } = this;
    const learner = this.pick(tasks);
    const branches = model.branches.get(learner)!;
    const head = model.head(learner);
    const last = (await this.rig.journal.open(WORKSPACE)).last;
    const at = Math.floor(this.random() * (last + 1));
    const places: (readonly [string, ReadonlySet<number>])[] = [
      [`@${at}`, new Set([...head].filter((sequence) => sequence <= at))],
      ['HEAD', head],
      ...branches,
      ...model.tags.get(learner)!,
    ];
    for (const { id, tags } of (await listVersions(hosted.control, learner))!.snapshots)
      for (const tag of tags) places.push([id.slice(0, 12), model.tags.get(learner)!.get(tag)!]);
    const [ref, folded] = this.pick(places);
    const how = this.pick(['rollback', 'branch', 'merge', 'switch'] as const);
    const other = this.pick([...branches.keys()]);
    const branch = this.name('b');
    const move: Move =
      how === 'merge'
        ? { learner, how, ref }
        : how === 'switch'
          ? { learner, how: 'branch', ref: other }
          : { learner, how, ref, branch };
    const moved = await moveHead(hosted.control, move);
    this.done.push(`${how} ${learner} ${JSON.stringify(move)} → ${JSON.stringify(moved)}`);
    const target =
      how === 'merge' ? new Set([...head, ...folded]) : how === 'switch' ? branches.get(other)! : folded;
    if (!moved.moved) expect(model.digest(learner, target), this.done.join('\n')).toBe(model.digest(learner));
    else
      model.setHead(
        learner,
        how === 'merge' ? model.active.get(learner)! : how === 'switch' ? other : branch,
        target,
      );
  }

  async tag(): Promise<void> {
    const learner = this.pick(tasks);
    const name = this.name('t');
    await tagVersion(this.hosted.control, { learner, name });
    this.model.tags.get(learner)!.set(name, this.model.head(learner));
    this.done.push(`tag ${learner} ${name}`);
  }

  async forget(): Promise<void> {
    const known = [...this.model.events.keys()].filter((it) => !this.model.forgotten.has(it));
    const share = this.random() * 0.4;
    const named = known.filter(() => this.random() < share);
    if (named.length === 0) return;
    this.done.push(`forget ${named.join(' ')}`);
    const last = (await this.rig.journal.open(WORKSPACE)).last;
    this.model.forget(last + 1, named);
    await this.append([forgetting(named)], false);
  }

  async restart(): Promise<void> {
    // A crash keeps no snapshot of the last state; a stop does.
    const crash = this.random() < 0.5;
    if (crash) await this.crash();
    else await this.hosted.host.stop();
    const lost = this.pick(['none', 'steps', 'both'] as const);
    if (lost !== 'none') await this.rig.loseSnapshots(...(lost === 'both' ? tasks : ['steps']));
    this.done.push(`${crash ? 'crash' : 'restart'}, snapshots lost: ${lost}`);
    this.hosted = await this.rig.open();
  }

  /** Stops without the snapshots that stopping takes. */
  async crash(): Promise<void> {
    const { journal } = this.rig;
    const put = journal.putSnapshot;
    journal.putSnapshot = () => Promise.reject(new Error('the process is gone'));
    await this.hosted.host.stop();
    journal.putSnapshot = put;
  }

  async check(): Promise<void> {
    for (const task of tasks)
      expect(digestOf(this.hosted.host.learner(task)!), `${task} after\n${this.done.join('\n')}`).toBe(
        this.model.digest(task),
      );
  }
}

describe('a workspace with a life', () => {
  it(`serves what a fold from scratch gives, whatever happened (${SEEDS} seeds)`, {
    timeout: 120_000,
  }, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const life = new Life(seed);
      life.done.push(`seed ${seed}`);
      life.hosted = await life.rig.open();
      for (let n = 0; n < STEPS; n += 1) {
        const what = life.random();
        if (what < 0.45) await life.learn();
        else if (what < 0.7) await life.move();
        else if (what < 0.78) await life.tag();
        else if (what < 0.88) await life.forget();
        else await life.restart();
        await life.check();
      }
      const { host } = life.hosted;
      const anew = await refold(
        { journal: life.rig.journal, workspace: WORKSPACE, learners: tasks.map((task) => make[task]) },
        { offset: host.offset },
      );
      for (const { task, digest } of anew)
        expect(digest, `${task}, seed ${seed}`).toBe(digestOf(host.learner(task)!));
      await host.stop();
    }
  });
});

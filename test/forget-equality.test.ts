/**
 * Forgetting, on random journals with the learners of the product: after `eventsForgotten` the states equal those of a world in which
 * the events never were, receipts included. The two worlds share nothing but what did happen in both.
 */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import type { EventInit } from '../src/journal/index.js';
import { seededRandom } from '../src/learning/contract/index.js';
import { FileChange_Status, PredictionMadeSchema } from '../src/proto/index.js';
import { refold } from '../src/runtime/refold.js';
import { digestOf } from '../src/runtime/versions/feed.js';
import { previewForget } from '../src/runtime/versions/preview-forget.js';
import { rangesOf } from '../src/runtime/versions/ranges.js';
import { forgetting, type Hosted, Rig, WORKSPACE } from '../src/runtime/versions/rig.js';
import { CommandLinesLearner } from '../src/servers/bash/predict/index.js';
import { server as development } from '../src/servers/development/server.js';
import { server as learning } from '../src/servers/learning/server.js';

const SEEDS = 100;
const LENGTH = 150;
const START = Date.UTC(2026, 0, 5);

const learners = [...learning.learners, ...development.learners, () => new CommandLinesLearner()];

/** Something that happened, or a question that was asked; `at` in milliseconds. */
interface Happening {
  readonly n: number;
  readonly at: number;
  readonly source: string;
  readonly session: string;
  /** The event; a question has its task and what was asked instead. */
  readonly event?: NonNullable<EventInit['data']>;
  readonly ask?: { readonly task: string; readonly question: readonly string[] };
  /** The question that this is feedback on. */
  readonly on?: number;
}

function happenings(seed: number): Happening[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const paths = Array.from({ length: 9 }, (_, i) => `src/${pick(['a', 'b'])}/f${i}.ts`);
  const asked: number[] = [];
  let at = START;
  return Array.from({ length: LENGTH }, (_, n): Happening => {
    at += 1 + Math.floor(random() * 90_000);
    const session = pick(['one', 'two', 'three']);
    const common = { n, at, session, source: pick(['hook', 'mcp', 'rogue']) };
    const kind = random();
    if (kind < 0.35) {
      const value = {
        session,
        tool: pick(['Read', 'Edit', 'Bash']),
        subject: pick(paths),
        ok: random() < 0.8,
      };
      return { ...common, event: { case: 'interactionFinished', value } };
    }
    if (kind < 0.5) {
      const value = { session, command: `${pick(['git', 'npm', 'ls'])} x`, exitCode: random() < 0.9 ? 0 : 1 };
      return { ...common, event: { case: 'commandFinished', value } };
    }
    if (kind < 0.75) {
      const files = [...new Set([pick(paths), pick(paths), pick(paths)])].map((path) => ({
        path,
        status: FileChange_Status.MODIFIED,
        added: 1,
      }));
      const sha = n.toString(16).padStart(40, '0');
      return {
        ...common,
        session: '',
        event: { case: 'commitLanded', value: { sha, files, message: `m${n}` } },
      };
    }
    if (kind < 0.92 || asked.length === 0) {
      asked.push(n);
      const task = pick(['next-action', 'next-command', 'co-change']);
      const question = task === 'co-change' ? [pick(paths)] : [session, '3'];
      return { ...common, session: task === 'co-change' ? '' : session, ask: { task, question } };
    }
    const value = {
      prediction: `p${pick(asked)}`,
      accepted: random() < 0.5,
      correction: pick([...paths, 'Read', '']),
    };
    return {
      ...common,
      session: '',
      on: Number(value.prediction.slice(1)),
      event: { case: 'feedbackGiven', value },
    };
  });
}

/** Lives through it; number of each happening in the journal. */
async function live(world: Rig & Hosted, happened: readonly Happening[]): Promise<Map<number, number>> {
  const sequences = new Map<number, number>();
  const waiting: { readonly n: number; readonly event: EventInit }[] = [];
  const append = async () => {
    if (waiting.length === 0) return;
    const last = await world.append(waiting.map(({ event }) => event));
    for (const [i, { n }] of waiting.entries()) sequences.set(n, last - waiting.length + 1 + i);
    waiting.length = 0;
    await world.host.folded(last);
  };
  for (const { n, at, source, event, ask } of happened) {
    // A question is asked of a state that has folded all that was before.
    if (ask) await append();
    const data = ask ? asked(world, { n, at, ...ask }) : event;
    if (data) waiting.push({ n, event: { at: timestampFromMs(at), source, data } });
  }
  await append();
  return sequences;
}

/** The receipt of what the serving state says; null when it has nothing to say. */
function asked(
  { host }: Hosted,
  { n, at, task, question }: { n: number; at: number; task: string; question: readonly string[] },
): NonNullable<EventInit['data']> | null {
  const receipt = create(PredictionMadeSchema, {
    prediction: `p${n}`,
    task,
    question: [...question],
    ranked: ['', '', ''],
    stateOffset: BigInt(host.offsetOf(task)),
    expiresAt: timestampFromMs(at + 3_600_000),
  });
  const value = host.learner(task)!.reanswer!(receipt, at);
  return value && { case: 'predictionMade', value };
}

async function world(): Promise<Rig & Hosted> {
  const rig = new Rig(learners);
  return Object.assign(rig, await rig.open());
}

/** What a request names: as selecting by source, by session and by time does. */
function chosen(seed: number, happened: readonly Happening[]): ReadonlySet<number> {
  const bySource = ({ source }: Happening) => source === 'rogue';
  const bySession = ({ session, on }: Happening) =>
    session === 'two' || (on !== undefined && happened[on]?.session === 'two');
  const byTime = ({ at }: Happening) => at < START + 70 * 60_000;
  const named = [bySource, bySession, byTime][seed % 3]!;
  return new Set(happened.filter(named).map(({ n }) => n));
}

const digests = ({ host }: Hosted) => Object.fromEntries(host.all().map((it) => [it.task, digestOf(it)]));

describe('forgetting', () => {
  it(`leaves what a journal without those events gives (${SEEDS} seeds)`, { timeout: 240_000 }, async () => {
    let changed = 0;
    let served = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const happened = happenings(seed);
      const gone = chosen(seed, happened);
      const lived = await world();
      const sequences = await live(lived, happened);
      const before = digests(lived);
      served += happened.filter(({ n, ask }) => ask && !gone.has(n) && sequences.has(n)).length;
      const named = [...gone].flatMap((n) => sequences.get(n) ?? []);
      const preview = await previewForget(lived.control, rangesOf(named));
      if (seed % 2 === 0) await lived.host.stop();
      const last = await lived.append([forgetting(named)]);
      const after = seed % 2 === 0 ? await lived.open() : lived;
      await after.host.folded(last);
      const without = await world();
      await live(
        without,
        happened.filter(({ n }) => !gone.has(n)),
      );
      const expected = digests(without);
      expect(digests(after), `seed ${seed}, ${named.length} forgotten`).toEqual(expected);
      for (const it of preview)
        expect(it.after.digest, `preview of ${it.task}, seed ${seed}`).toBe(expected[it.task]);
      if (Object.keys(expected).some((task) => expected[task] !== before[task])) changed += 1;
      const source = { journal: lived.journal, workspace: WORKSPACE, learners };
      const anew = await refold(source, { offset: last });
      expect(Object.fromEntries(anew.map(({ task, digest }) => [task, digest]))).toEqual(expected);
      await after.host.stop();
      await without.host.stop();
    }
    expect(changed).toBeGreaterThan(SEEDS * 0.9);
    expect(served / SEEDS).toBeGreaterThan(5);
  });
});

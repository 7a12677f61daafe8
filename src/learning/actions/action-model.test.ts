/** The next-action model by itself: where and on which branch, changed habits, questions in between, bounds, baselines. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../contract/index.js';
import { StateReader, StateWriter, Tally, Vocabulary, VoterMemory, wittenBellRanking } from '../index.js';
import { type Action, type ActionLabel, compose, nameOf } from './action.js';
import { rankBaselines } from './action-baselines.js';
import { ActionModel } from './action-model.js';
import { Sessions } from './action-session.js';

const start = Date.UTC(2026, 0, 1);

/** A model with its sessions, fed one step at a time. */
class Fed {
  readonly model: ActionModel;
  readonly sessions = new Sessions();
  #at = start;

  constructor(label: ActionLabel) {
    this.model = new ActionModel(label);
  }

  /** One that goes on from here, by way of a snapshot. */
  restored(label: ActionLabel): Fed {
    const made = new Fed(label);
    const input = new StateReader(this.bytes(), 'fed', 1);
    made.model.read(input);
    made.sessions.read(input);
    made.#at = this.#at;
    return made;
  }

  ask(session: string) {
    return this.model.forecast({ session, at: this.#at, source: 'x' }, this.sessions.get(session), 10);
  }

  /** Learns a step; @returns whether it was foretold. */
  step(given: Partial<Action> & Pick<Action, 'tool' | 'session'>): boolean {
    const { tool, subject = '', session } = given;
    const label = compose(tool, subject);
    const place = { source: 'x', branch: '', cwd: '', server: 'agent', at: this.#at };
    const action: Action = { subject, label, whole: label, ok: true, weight: 1, ...place, ...given };
    const forecast = this.ask(session);
    this.model.learnOne(forecast, action, this.sessions.get(session));
    this.sessions.learn(action);
    this.#at += 2000;
    return forecast.ranked[0]?.label === label;
  }

  bytes(): Buffer {
    const out = new StateWriter('fed', 1);
    this.model.write(out);
    this.sessions.write(out);
    return Buffer.from(out.finish());
  }
}

describe('where a session works', () => {
  it.each(['branch', 'cwd'] as const)('tells what comes next, given the %s', (place) => {
    const right = [true, false].map((known) => {
      const random = seededRandom(11);
      const fed = new Fed('tool');
      let hits = 0;
      for (let i = 0; i < 1500; i++) {
        // In one place Read is followed by Edit, in the other by Bash; sessions are many, and short.
        const session = `s${Math.floor(i / 6)}`;
        const side = Math.floor(i / 6) % 3 === 0 ? 'here' : 'there';
        const tool = i % 2 === 0 ? 'Read' : side === 'here' ? 'Edit' : 'Bash';
        const foretold = fed.step({ tool, session, ok: random() < 0.9, ...(known && { [place]: side }) });
        if (i >= 500 && i % 6 === 1 && foretold) hits++;
      }
      return hits / 167;
    });
    // Without it the more frequent follower is said, which is right in two of three.
    expect(right[0]).toBeGreaterThan(0.9);
    expect(right[1]).toBeLessThan(0.75);
  });
});

describe('adapt', () => {
  const tools = ['Read', 'Edit', 'Bash', 'Grep', 'Glob', 'Write', 'Test', 'Lint'];
  /** Short sessions of a long habit, then of another; @returns share foretold of 200 steps from the 30th after the change. */
  function afterChange(seed: number, adapts: boolean): number {
    const random = seededRandom(seed);
    const fed = new Fed('tool');
    let last = 0;
    let hits = 0;
    for (let i = 0; i < 2230; i++) {
      const turn = i < 2000 ? 3 : 5;
      const next = random() < 0.8 ? (last * turn + 1) % 8 : Math.floor(random() * 8);
      const foretold = fed.step({ tool: tools[next] ?? '', session: `s${Math.floor(i / 20)}` });
      if (i >= 2030 && foretold) hits++;
      if (adapts && i === 2029) fed.model.adapt();
      last = next;
    }
    return hits / 200;
  }

  it('recovers faster from a change of habit', () => {
    const gains = [1, 2, 3].map((seed) => afterChange(seed, true) - afterChange(seed, false));
    for (const gain of gains) expect(gain).toBeGreaterThan(0.03);
  });

  it('is part of the state: the same bytes from the same steps, other ones without it, and no others after a snapshot', () => {
    const [a, b, never] = [new Fed('tool+subject'), new Fed('tool+subject'), new Fed('tool+subject')];
    const random = seededRandom(4);
    for (let i = 0; i < 600; i++) {
      const step = { tool: tools[Math.floor(random() * 8)] ?? '', subject: `f${i % 9}.ts`, session: 's' };
      for (const fed of [a, b, never]) fed.step(step);
    }
    a.model.adapt();
    b.model.adapt();
    expect(a.bytes().equals(b.bytes())).toBe(true);
    expect(a.bytes().equals(never.bytes())).toBe(false);
    const again = a.restored('tool+subject');
    expect(again.bytes().equals(a.bytes())).toBe(true);
    expect(again.ask('s').ranked).toEqual(a.ask('s').ranked);
    again.model.adapt();
    a.model.adapt();
    expect(again.bytes().equals(a.bytes())).toBe(true);
  });
});

describe('ActionModel', () => {
  it('learns the same whether or not others were asked about between question and outcome', () => {
    const [plain, asked] = [new Fed('tool+subject'), new Fed('tool+subject')];
    const random = seededRandom(6);
    for (let i = 0; i < 300; i++) {
      const tool = ['Read', 'Edit', 'Bash'][i % 3] ?? '';
      const step = { tool, subject: `f${Math.floor(random() * 9)}.ts`, session: `s${i % 4}` };
      plain.step(step);
      const { model, sessions } = asked;
      const forecast = model.forecast.bind(model);
      model.forecast = (moment, session, top) => {
        const first = forecast(moment, session, top);
        model.forecast = forecast;
        forecast({ ...moment, session: 'other' }, sessions.get('s1'), 3);
        return first;
      };
      asked.step(step);
    }
    // Nor does it matter that the memory was shortened in between.
    const { model } = asked;
    const forecast = model.forecast.bind(model);
    const before = asked.ask('s0');
    plain.model.adapt();
    model.adapt();
    expect(asked.ask('s0').ranked).not.toEqual(before.ranked);
    model.forecast = () => {
      model.forecast = forecast;
      return before;
    };
    for (const fed of [plain, asked]) fed.step({ tool: 'Edit', subject: 'f1.ts', session: 's0' });
    expect(asked.bytes().equals(plain.bytes())).toBe(true);
  });

  it('holds no more than its bounds of names that are long and always new', () => {
    const fed = new Fed('tool+subject');
    const long = 'long/'.repeat(20_000);
    let settled = 0;
    for (let i = 0; i < 9000; i++) {
      const name = nameOf(`${i}${long}`);
      fed.step({ tool: `t${i}`, subject: `f${i}`, session: name, branch: name, cwd: name, server: name });
      if (i === 8200) settled = fed.bytes().length;
    }
    // 8,192 labels, 1,024 tools, 131,072 contexts; 256 sessions.
    expect(fed.model.size).toBeLessThanOrEqual(8192 + 1024 + 131_072);
    expect(fed.sessions.size).toBe(256);
    expect(fed.bytes().length).toBeLessThan(1.2 * settled);
  });
});

describe('rankBaselines', () => {
  it('ranks as Witten-Bell smoothing of the same counts does', () => {
    const random = seededRandom(9);
    const words = new Vocabulary(50);
    const base = new Tally(64);
    const memory = new VoterMemory();
    const label = (id: number) => words.label(id);
    const rowOf = (context: number) => {
      const row = memory.find(context);
      return row < 0 ? undefined : row;
    };
    const votesOf = (row: number | undefined) => {
      if (row === undefined) return undefined;
      const [from, to] = [row * memory.labels, row * memory.labels + memory.sizes[row]!];
      const [ids, counts] = [[...memory.ids.subarray(from, to)], [...memory.counts.subarray(from, to)]];
      return { ids, counts, total: memory.totals[row]!, types: memory.types[row]! };
    };
    for (let i = 0; i < 800; i++) {
      const [one, two] = [rowOf(Math.floor(random() * 5)), rowOf(10 + Math.floor(random() * 20))];
      for (const k of [3, 10, 14]) {
        const options = { k, depth: Math.max(12, k), label };
        expect(rankBaselines({ base, memory, rows: [one ?? -1, two ?? -1], k, label })).toEqual({
          'most-frequent': wittenBellRanking(base, [], options),
          'order-1': wittenBellRanking(base, [votesOf(one)], options),
          'order-2': wittenBellRanking(base, [votesOf(one), votesOf(two)], options),
        });
      }
      const id = words.intern(`w${Math.floor(80 * random() * random())}`);
      base.add(id);
      memory.learn(Math.floor(random() * 5), id);
      memory.learn(10 + Math.floor(random() * 20), id);
    }
  });
});

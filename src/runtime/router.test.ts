/** A server's lane: bounds, order, fairness, shedding; checked move by move against what may never happen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLmcpError } from '../errors/index.js';
import { Lane, type LaneOptions, type Priority, Router } from './router.js';

const priorities = ['interactive', 'background', 'chore'] as const;

function laneOf(options: Partial<LaneOptions> = {}) {
  const clock = { now: 0 };
  const lane = new Lane({ window: 1, sessionWindow: 1, waiting: 100, now: () => clock.now, ...options });
  return { lane, clock };
}

/** What a call came to: 'in' while it runs. */
type Fate = 'waits' | 'in' | 'left' | 'shed' | 'cancelled';

class Call {
  fate: Fate = 'waits';
  admissions = 0;
  readonly stop = new AbortController();
  constructor(
    readonly session: string,
    readonly priority: Priority,
    readonly number: number,
  ) {}
}

/** Makes calls on a lane and follows each to its end. */
class Rig {
  readonly calls: Call[] = [];
  readonly admitted: Call[] = [];
  constructor(readonly lane: Lane) {}

  enter(session: string, priority: Priority): Call {
    const call = new Call(session, priority, this.calls.length);
    this.calls.push(call);
    const admit = () => {
      call.admissions += 1;
      call.fate = 'in';
      this.admitted.push(call);
    };
    const waiting = this.lane.enter(session, priority, call.stop.signal);
    if (waiting === undefined) admit();
    else
      waiting.then(admit, (error: unknown) => {
        call.fate = isLmcpError(error) && error.code === 'LMCP_CANCELLED' ? 'cancelled' : 'shed';
      });
    return call;
  }

  leave(call: Call): void {
    call.fate = 'left';
    this.lane.leave(call.session);
  }

  with(fate: Fate): Call[] {
    return this.calls.filter((call) => call.fate === fate);
  }
}

/** Lets everything that was resolved be heard. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

type Move =
  | { readonly kind: 'enter'; readonly session: string; readonly priority: Priority }
  | { readonly kind: 'leave' | 'cancel'; readonly which: number };

const moves = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('enter' as const),
        // Few lines, so that they grow long.
        session: fc.constantFrom('a', 'a', 'b', 'c'),
        priority: fc.constantFrom('interactive', 'interactive', 'interactive', 'background', 'chore'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
  ),
  { maxLength: 80, size: 'max' },
);

describe('a lane', () => {
  it('keeps its bounds, loses none, doubles none, keeps the order, and lets no place stand empty', async () => {
    await fc.assert(
      fc.asyncProperty(
        moves,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 8 }),
        async (script: Move[], window, sessionWindow, waiting) => {
          const rig = new Rig(laneOf({ window, sessionWindow, waiting }).lane);
          const check = () => {
            const running = rig.with('in');
            const waits = rig.with('waits');
            expect(rig.lane.status.inFlight).toBe(running.length);
            expect(rig.lane.status.waiting).toBe(waits.length);
            expect(rig.lane.status.shed).toBe(rig.with('shed').length);
            expect(running.length).toBeLessThanOrEqual(window);
            expect(waits.length).toBeLessThanOrEqual(waiting);
            const held = (session: string) => running.filter((call) => call.session === session).length;
            for (const { session } of running) expect(held(session)).toBeLessThanOrEqual(sessionWindow);
            if (running.length < window)
              for (const { session } of waits) expect(held(session)).toBe(sessionWindow);
            for (const call of rig.calls) expect(call.admissions).toBeLessThanOrEqual(1);
          };
          for (const move of script) {
            if (move.kind === 'enter') rig.enter(move.session, move.priority);
            else {
              const among = rig.with(move.kind === 'leave' ? 'in' : 'waits');
              const call = among[move.which % Math.max(1, among.length)];
              if (call && move.kind === 'leave') rig.leave(call);
              else if (call) call.stop.abort();
            }
            await settled();
            check();
          }
          for (let running = rig.with('in'); running.length > 0; running = rig.with('in')) {
            for (const call of running) rig.leave(call);
            await settled();
            check();
          }
          expect(rig.with('waits')).toEqual([]);
          expect(rig.lane.status).toMatchObject({ inFlight: 0, waiting: 0 });
          for (const session of 'abc')
            for (const priority of priorities) {
              const order = rig.admitted.filter((it) => it.session === session && it.priority === priority);
              const numbers = order.map(({ number }) => number);
              expect(numbers).toEqual([...numbers].sort((x, y) => x - y));
            }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('answers undefined, not a promise, while there is room', () => {
    const { lane } = laneOf({ window: 2, sessionWindow: 2 });
    expect(lane.enter('a', 'interactive')).toBeUndefined();
    lane.leave('a');
    expect(lane.enter('a', 'interactive')).toBeUndefined();
    expect(lane.enter('b', 'interactive')).toBeUndefined();
    expect(lane.enter('c', 'interactive')).toBeInstanceOf(Promise);
  });

  it('goes round the sessions: nineteen with one call each do not wait for the twentieth’s hundred', async () => {
    const rig = new Rig(laneOf({ waiting: 1000 }).lane);
    rig.enter('greedy', 'interactive');
    for (let i = 0; i < 100; i += 1) rig.enter('greedy', 'interactive');
    for (let i = 0; i < 19; i += 1) rig.enter(`modest ${i}`, 'interactive');
    for (let served = 0; served < 40; served += 1) {
      rig.leave(rig.with('in')[0]!);
      await settled();
    }
    const places = rig.admitted.flatMap(({ session }, at) => (session.startsWith('modest') ? [at] : []));
    expect(places.length).toBe(19);
    expect(Math.max(...places)).toBeLessThanOrEqual(1 + 20);
  });

  it('keeps room for others while one session’s calls are slow', () => {
    const { lane } = laneOf({ window: 4, sessionWindow: 2 });
    lane.enter('slow', 'interactive');
    lane.enter('slow', 'interactive');
    expect(lane.enter('slow', 'interactive')).toBeInstanceOf(Promise);
    expect(lane.enter('other', 'interactive')).toBeUndefined();
  });

  it('serves who waits before questions, and those before chores', async () => {
    const rig = new Rig(laneOf({ sessionWindow: 5 }).lane);
    rig.enter('x', 'interactive');
    for (const priority of ['chore', 'background', 'interactive', 'chore', 'interactive'] as const)
      rig.enter('y', priority);
    while (rig.with('in').length > 0) {
      rig.leave(rig.with('in')[0]!);
      await settled();
    }
    const order = rig.admitted.slice(1).map(({ priority }) => priority);
    expect(order).toEqual(['interactive', 'interactive', 'background', 'chore', 'chore']);
  });

  it('sheds chores for people, and the newest of the longest line for a newcomer', async () => {
    const rig = new Rig(laneOf({ waiting: 3 }).lane);
    rig.enter('x', 'interactive');
    const chore = rig.enter('y', 'chore');
    const first = rig.enter('greedy', 'interactive');
    const second = rig.enter('greedy', 'interactive');
    const third = rig.enter('greedy', 'interactive');
    await settled();
    expect([chore.fate, first.fate, second.fate, third.fate]).toEqual(['shed', 'waits', 'waits', 'waits']);
    const fourth = rig.enter('greedy', 'interactive');
    const modest = rig.enter('modest', 'interactive');
    await settled();
    expect(fourth.fate).toBe('shed');
    expect([first.fate, second.fate, third.fate, modest.fate]).toEqual(['waits', 'waits', 'shed', 'waits']);
    expect(rig.lane.status.shed).toBe(3);
  });

  it('says when to try again, from the rate at which calls leave', async () => {
    const { lane, clock } = laneOf({ waiting: 10 });
    lane.enter('x', 'interactive');
    const others = Array.from({ length: 10 }, (_, i) => lane.enter(`s${i}`, 'interactive'));
    const hintOf = async () => {
      const refused = lane.enter('late', 'interactive');
      return refused?.then(
        () => undefined,
        (error: unknown) => (isLmcpError(error) ? [error.code, error.data?.retryAfterMs] : error),
      );
    };
    expect(await hintOf()).toEqual(['LMCP_OVERLOADED', 1000]);
    clock.now = 200;
    lane.leave('x');
    await others[0];
    clock.now = 400;
    lane.leave('s0');
    await others[1];
    others.push(lane.enter('s10', 'interactive'), lane.enter('s11', 'interactive'));
    // Ten wait; two left in 400 ms.
    expect(await hintOf()).toEqual(['LMCP_OVERLOADED', 2000]);
  });
});

describe('the router', () => {
  it('has one lane a server, and none for servers there are not', () => {
    const router = new Router(['a', 'b'], { window: 1, sessionWindow: 1, waiting: 1, now: () => 0 });
    expect(router.lane('a')?.enter('s', 'interactive')).toBeUndefined();
    expect(router.lane('b')?.enter('s', 'interactive')).toBeUndefined();
    expect(router.lane('c')).toBeUndefined();
    expect([...router.status].map(([name, { inFlight }]) => [name, inFlight])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });
});

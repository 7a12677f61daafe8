/** A place in a lane: lent while its call waits for an answer, taken again, and never lost, whatever happens in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LmcpError } from '../errors/index.js';
import type { CallRequest, CallSink } from '../protocol/index.js';
import { withAdmission } from './admission.js';
import { Monitor } from './metrics/index.js';
import { Router } from './router.js';

interface Settle<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** A call whose tool does what the test says. */
class Call {
  readonly abort = new AbortController();
  /** The tool, while it runs. */
  running: (Settle<Uint8Array> & { readonly sink: CallSink }) | undefined;
  /** Questions that are open at the client. */
  readonly open: Settle<Uint8Array>[] = [];
  /** How its questions came out. */
  readonly asked: Promise<unknown>[] = [];
  done: Promise<unknown> = Promise.resolve();
  over = false;
  /** There was no way back after its last answer. */
  #lost = false;

  /** Whether it has a place, when nobody waits for one. */
  get holds(): boolean {
    return this.running !== undefined && !this.over && !this.#lost && this.open.length === 0;
  }

  ask(): void {
    if (!this.running) return;
    const asked = this.running.sink.ask('elicitation/create', {}).catch((error: LmcpError) => error.code);
    this.asked.push(asked);
    void asked.then((it) => {
      this.#lost = it === 'LMCP_OVERLOADED' || it === 'LMCP_CANCELLED';
    });
  }
}

const bytes = new Uint8Array([1]);
const flushed = () => new Promise<void>((resolve) => setImmediate(resolve));

function rig({ window = 2, sessionWindow = 2, waiting = 3 } = {}) {
  const monitor = new Monitor({ enabled: false, servers: [{ name: 'a', tools: [] }], now: () => 0 });
  const router = new Router(['a'], { window, sessionWindow, waiting, now: () => 0 });
  const lane = router.lane('a')!;
  const start = (session: string) => {
    const call = new Call();
    const client: CallSink = {
      notify: () => undefined,
      ask: () => new Promise((resolve, reject) => call.open.push({ resolve, reject })),
    };
    const forward = withAdmission(
      (_, sink) =>
        new Promise<Uint8Array>((resolve, reject) => {
          call.running = { resolve, reject, sink };
        }),
      { monitor, router, now: () => 0 },
    );
    const request: CallRequest = {
      server: 'a',
      revision: '2025-11-25',
      body: bytes,
      expect: { method: 'tools/call', name: 't' },
      context: { workspace: 'w', session, transport: 'http' },
    };
    call.done = forward(request, client, call.abort.signal)
      .catch((error: LmcpError) => error.code)
      .finally(() => {
        call.over = true;
      });
    return call;
  };
  return { lane, start };
}

describe('a place', () => {
  it('is free for others while its call asks, and is taken again with the answer', async () => {
    const { lane, start } = rig({ window: 1 });
    const first = start('one');
    await flushed();
    first.ask();
    expect(lane.status.inFlight).toBe(0);
    const second = start('two');
    await flushed();
    expect(second.running).toBeDefined();
    first.open[0]!.resolve(bytes);
    await flushed();
    expect(lane.status).toMatchObject({ inFlight: 1, waiting: 1 });
    second.running!.resolve(bytes);
    expect(await first.asked[0]).toBe(bytes);
    expect(lane.status).toMatchObject({ inFlight: 1, waiting: 0 });
    first.running!.resolve(bytes);
    expect(await first.done).toBe(bytes);
    expect(lane.status).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('is not taken again while another question of the call is open', async () => {
    const { lane, start } = rig();
    const call = start('one');
    await flushed();
    call.ask();
    call.ask();
    call.open[0]!.resolve(bytes);
    expect(await call.asked[0]).toBe(bytes);
    expect(lane.status.inFlight).toBe(0);
    call.open[1]!.reject(new LmcpError('LMCP_NO_ANSWER', 'Nobody is there.'));
    expect(await call.asked[1]).toBe('LMCP_NO_ANSWER');
    expect(lane.status.inFlight).toBe(1);
    call.running!.resolve(bytes);
    await call.done;
    expect(lane.status.inFlight).toBe(0);
  });

  it('that is not to be had again fails the question, and is not given back twice', async () => {
    const { lane, start } = rig({ window: 1, waiting: 0 });
    const first = start('one');
    await flushed();
    first.ask();
    const second = start('two');
    first.open[0]!.resolve(bytes);
    expect(await first.asked[0]).toBe('LMCP_OVERLOADED');
    first.running!.resolve(bytes);
    await first.done;
    expect(lane.status.inFlight).toBe(1);
    second.running!.resolve(bytes);
    await second.done;
    expect(lane.status.inFlight).toBe(0);
  });

  it('is neither lost nor given back twice, in whatever order calls ask, are answered, aborted, end and die', async () => {
    const actions = ['start', 'ask', 'ask', 'answer', 'answer', 'fail', 'abort', 'end', 'die'] as const;
    const step = fc.tuple(fc.constantFrom(...actions), fc.nat(5), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const { lane, start } = rig();
        const calls: Call[] = [];
        const act = (action: (typeof actions)[number], at: number) => {
          if (action === 'start') calls.push(start(`s${at % 2}`));
          const call = calls[calls.length - 1 - at];
          if (action === 'ask') call?.ask();
          if (action === 'answer') call?.open.shift()?.resolve(bytes);
          if (action === 'fail') call?.open.shift()?.reject(new LmcpError('LMCP_CLIENT_GONE', 'x'));
          if (action === 'abort') call?.abort.abort();
          if (action === 'end') call?.running?.resolve(bytes);
          if (action === 'die') call?.running?.reject(new LmcpError('LMCP_SERVER_DOWN', 'x'));
        };
        for (const [action, at, settles] of steps) {
          act(action, at);
          if (settles) await flushed();
          expect(lane.status.inFlight).toBeLessThanOrEqual(2);
          if (settles && lane.status.waiting === 0)
            expect(lane.status.inFlight).toBe(calls.filter(({ holds }) => holds).length);
        }
        // What runs ends now, and lets in what waits, which ends in the next round.
        for (let round = 0; round <= calls.length; round += 1) {
          for (const call of calls) {
            call.running?.resolve(bytes);
            for (const open of call.open.splice(0)) open.resolve(bytes);
          }
          await flushed();
        }
        expect(calls.filter(({ over }) => !over)).toEqual([]);
        await Promise.all(calls.flatMap(({ done, asked }) => [done, ...asked]));
        expect(lane.status).toMatchObject({ inFlight: 0, waiting: 0 });
        expect([lane.enter('x', 'interactive'), lane.enter('y', 'interactive')]).toEqual([
          undefined,
          undefined,
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

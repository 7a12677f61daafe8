import { describe, expect, it } from 'vitest';
import { Pulse, PulseView, pulseMemory } from './pulse.js';
import { Supervisor, type Watched } from './supervisor.js';

const MIB = 2 ** 20;
const calm = { heapBytes: MIB, externalBytes: 0 };

/** A thread, a clock and a processor that do as the test says. */
function scene(options: { hangMs?: number; slowMs?: number; prompt?: boolean; cpu?: boolean } = {}) {
  const memory = pulseMemory();
  const thread = new Pulse(memory);
  const it = { now: 0, cpu: 0, poked: 0, prepared: 0, calmed: 0, stopped: [] as string[] };
  const state = { pending: 1, received: 0, pulse: new PulseView(memory) as PulseView | undefined };
  const watched: Watched = {
    name: 'thread',
    get pulse() {
      return state.pulse;
    },
    get pending() {
      return state.pending;
    },
    get received() {
      return state.received;
    },
    prompt: options.prompt ?? true,
    limitBytes: 100 * MIB,
    poke: () => {
      it.poked += 1;
    },
    prepare: () => {
      it.prepared += 1;
    },
    calm: () => {
      it.calmed += 1;
    },
    stop: (reason) => it.stopped.push(reason),
  };
  const supervisor = new Supervisor({
    hangMs: options.hangMs ?? 250,
    slowMs: options.slowMs ?? 10_000,
    now: () => it.now,
    cpuMs: () => (options.cpu === false ? undefined : it.cpu),
  });
  supervisor.watch(watched);
  supervisor.end();
  /** Looks every 40 ms; the thread burns a share of the processor and, when it lives, answers each poke. */
  const pass = (ms: number, { share = 1, lives = false, step = 40 } = {}) => {
    for (const end = it.now + ms; it.now < end; ) {
      it.now += step;
      it.cpu += step * share;
      if (lives) thread.beat(calm);
      supervisor.look();
    }
  };
  thread.beat(calm);
  pass(80, { lives: true });
  return { it, state, thread, pass };
}

describe('the supervisor', () => {
  it('stops a thread that burns its processor and does not answer, after preparing another', () => {
    const { it: seen, pass } = scene();
    pass(200);
    expect(seen).toMatchObject({ prepared: 1, stopped: [] });
    pass(80);
    expect(seen.stopped).toEqual([
      expect.stringMatching(/did not answer for 2[4-9]\d ms|did not answer for 280 ms/),
    ]);
  });

  it('takes back what it prepared when the thread answers after all', () => {
    const { it: seen, pass } = scene();
    pass(200);
    pass(40, { lives: true });
    expect(seen).toMatchObject({ prepared: 1, calmed: 1, stopped: [] });
    pass(200);
    expect(seen.stopped).toEqual([]);
  });

  it('leaves alone one that answers others while a beat waits its turn', () => {
    const { it: seen, state, pass } = scene();
    for (let i = 0; i < 50; i++) {
      state.received += 1;
      pass(200);
    }
    expect(seen.stopped).toEqual([]);
  });

  it.each([
    ['that has nothing to do', { pending: 0 }, {}, {}],
    ['that may be silent', {}, { prompt: false }, {}],
    ['that is not given the processor', {}, {}, { share: 0.01 }],
    ['when told never to', {}, { hangMs: 0 }, {}],
    ['where processor time is unknown, until much later', {}, { cpu: false }, {}],
  ])('leaves alone one %s', (_, with_, options, passing) => {
    const { it: seen, state, pass } = scene(options);
    Object.assign(state, with_);
    pass(5_000, passing);
    expect(seen.stopped).toEqual([]);
  });

  it('does not count its own lateness, nor the sleep of the machine', () => {
    const { it: seen, pass } = scene();
    pass(3_600_000, { step: 3_600_000 });
    pass(3_600_000, { step: 3_600_000 });
    expect(seen.stopped).toEqual([]);
  });

  it('is patient with one that starts or says it is busy, but not for ever', async () => {
    const busy = scene();
    let done = () => {};
    const working = busy.thread.slowly(
      () =>
        new Promise<void>((resolve) => {
          done = resolve;
        }),
    );
    busy.pass(9_000);
    expect(busy.it).toMatchObject({ stopped: [], prepared: 0 });
    done();
    await working;
    // What was slow has ended: that it was silent until then counts no more.
    busy.pass(160);
    expect(busy.it).toMatchObject({ stopped: [], prepared: 0 });
    busy.pass(200);
    expect(busy.it.stopped).toHaveLength(1);

    const starting = scene();
    starting.state.pulse = new PulseView(pulseMemory());
    starting.pass(9_000);
    expect(starting.it.stopped).toEqual([]);
    starting.pass(2_000);
    expect(starting.it.stopped).toEqual([expect.stringContaining('did not start')]);
  });

  it('has no end of patience when told so: a debugger may pause a thread', () => {
    const paused = scene({ slowMs: 0 });
    paused.pass(60_000, { share: 0 });
    expect(paused.it.stopped).toEqual([]);
    const burning = scene({ slowMs: 0 });
    burning.pass(400);
    expect(burning.it.stopped).toHaveLength(1);
    const unwatched = scene({ hangMs: 0, slowMs: 0 });
    unwatched.pass(60_000);
    expect(unwatched.it.stopped).toEqual([]);
  });

  it('stops one that blocks without using the processor, at last', () => {
    const { it: seen, pass } = scene();
    pass(11_000, { share: 0 });
    expect(seen.stopped).toEqual([expect.stringContaining('did not answer')]);
  });

  it('stops one whose heap and buffers together are too much, once it has let go of what it could', () => {
    const { it: seen, thread, pass, state } = scene();
    state.pending = 0;
    thread.lettingGo = true;
    thread.beat({ heapBytes: 60 * MIB, externalBytes: 60 * MIB });
    pass(200);
    expect(seen.stopped).toEqual([]);
    thread.lettingGo = false;
    pass(40);
    expect(seen.stopped).toEqual(['it held 60 MiB of heap and 60 MiB beside it, and may hold 100']);
  });

  it('does not wait for one that is far above, or lets go for too long', () => {
    for (const [externalBytes, ms] of [
      [160 * MIB, 40],
      [110 * MIB, 1_600],
    ] as const) {
      const { it: seen, thread, pass } = scene({ prompt: false });
      thread.lettingGo = true;
      thread.beat({ heapBytes: 0, externalBytes });
      pass(ms);
      expect(seen.stopped).toHaveLength(1);
    }
  });
});

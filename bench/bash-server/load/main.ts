/**
 * Entry of the generator of lines: a closed loop of some depth, or a schedule whose latency counts from the intended start.
 * It exists as a process of its own, whose CPU can be told from the daemon's.
 * Invariant: every request of the schedule is sent, late rather than never (no coordinated omission).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../../http/load/job.js';
import { PhaseMeter } from '../../http/load/phase-meter.js';
import type { LinesAnswer, LinesJob } from './job.js';
import { LineConnection } from './line-connection.js';

const firstId = 100_000_000;
/** How long answers may take after the last request, in milliseconds. */
const PATIENCE_MS = 10_000;
/** One sleep of the schedule, in milliseconds; the kernel adds its timer slack. */
const NAP_MS = 0.04;

class Run {
  readonly meter: PhaseMeter;
  readonly connections: LineConnection[] = [];
  answered = 0;
  onAnswered: (connection: LineConnection) => void = () => undefined;
  readonly #job: LinesJob;
  #nextId = firstId;
  /** Requests that were meant to start before are not counted. */
  #from = Number.POSITIVE_INFINITY;

  constructor(job: LinesJob) {
    this.#job = job;
    this.meter = new PhaseMeter(job.pid);
  }

  async open(): Promise<void> {
    const { path, preface, connections } = this.#job;
    for (let at = 0; at < connections; at += 1) {
      const made = await LineConnection.open(
        path,
        preface.replace('"bench"', `"bench-${at}"`),
        (startedAt, wrong) => {
          this.answered += 1;
          if (!(startedAt < this.#from)) this.meter.done(performance.now() - startedAt, wrong);
          this.onAnswered(made);
        },
      );
      this.connections.push(made);
    }
  }

  begin(): void {
    this.#from = performance.now();
    this.meter.begin();
  }

  end(): void {
    this.meter.end();
    this.#from = Number.POSITIVE_INFINITY;
  }

  add(connection: LineConnection, startedAt: number): void {
    const { lines } = this.#job;
    const line = lines[this.#nextId % lines.length];
    if (line === undefined) throw new Error('There is nothing to send.');
    connection.add(line.replace(String(firstId), String(this.#nextId)), this.#nextId, startedAt);
    this.#nextId += 1;
  }
}

async function run(job: LinesJob): Promise<Phase> {
  const made = new Run(job);
  await made.open();
  await (job.rate === undefined ? closed(made, job) : paced(made, job, job.rate));
  for (const connection of made.connections) connection.close();
  return made.meter.result();
}

async function closed(made: Run, { depth = 1, warmUpSeconds, seconds }: LinesJob): Promise<void> {
  let stopping = false;
  made.onAnswered = (connection) => {
    while (!stopping && connection.underWay < depth) made.add(connection, performance.now());
    connection.flush();
  };
  for (const connection of made.connections) made.onAnswered(connection);
  await sleep(warmUpSeconds * 1000);
  made.begin();
  await sleep(seconds * 1000);
  stopping = true;
  made.end();
}

async function paced(made: Run, { warmUpSeconds, seconds }: LinesJob, rate: number): Promise<void> {
  const { connections } = made;
  const start = performance.now();
  const total = Math.round(rate * (warmUpSeconds + seconds));
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let warm = true;
  for (let sent = 0; sent < total; ) {
    const now = performance.now();
    if (warm && now >= start + warmUpSeconds * 1000) {
      warm = false;
      made.begin();
    }
    const due = Math.min(total, Math.floor(((now - start) * rate) / 1000) + 1);
    for (; sent < due; sent += 1) {
      const connection = connections[sent % connections.length];
      if (connection) made.add(connection, start + (sent * 1000) / rate);
    }
    for (const connection of connections) connection.flush();
    Atomics.wait(cell, 0, 0, NAP_MS);
    await new Promise(setImmediate);
  }
  made.meter.end();
  const until = performance.now() + PATIENCE_MS;
  while (made.answered < total && performance.now() < until) await sleep(5);
  made.meter.missing(total - made.answered);
}

const send = (answer: LinesAnswer) => process.send?.(answer);

process.on('message', (job: LinesJob) => {
  run(job).then(
    (phase) => send({ phase }),
    (error: unknown) =>
      send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

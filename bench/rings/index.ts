/**
 * `npm run bench -- rings`: a ring against a message port, in turns, in one run.
 * It exists so that the hop of every call is known beside its floor; docs/decisions/0007-rings.md rests on it.
 * Invariant: each figure of a ring stands beside the port's of the same minute.
 */
import { readFileSync } from 'node:fs';
import { type Carrier, carriers } from './carriers.js';

const ROUNDS = 12;
const ACTIVE = 2_000;
const COLD = 40;
const RECORDS = 100_000;
const RECORD_BYTES = 256;
const REQUESTS = 4_000;
const IN_FLIGHT = 32;

/** Microseconds, but for the rates. */
interface Measures {
  readonly roundTrip: number[];
  readonly coldWake: number[];
  readonly recordsPerSecond: number[];
  readonly request: number[];
  readonly requestCpu: number[];
}

export async function run({ json }: { json: boolean }): Promise<object> {
  const { both, end } = await carriers();
  const measured = new Map(both.map(({ name }) => [name, empty()]));
  const answers = new Map<Carrier, (frame: Uint8Array) => void>();
  for (const carrier of both) carrier.link.onFrame((frame) => answers.get(carrier)?.(frame));
  const answered = (carrier: Carrier) =>
    new Promise<Uint8Array>((resolve) => answers.set(carrier, (frame) => resolve(new Uint8Array(frame))));
  for (let round = 0; round < ROUNDS; round++) {
    for (const carrier of round % 2 === 0 ? both : [...both].reverse()) {
      const into = measured.get(carrier.name);
      if (!into) continue;
      // The first round warms up.
      const kept = round === 0 ? empty() : into;
      await active(carrier, answers, kept.roundTrip);
      await cold(carrier, answered, kept.coldWake);
      kept.recordsPerSecond.push(await oneWay(carrier, answered));
      await requests(carrier, kept);
    }
  }
  await end();
  const result = Object.fromEntries([...measured].map(([name, it]) => [name, summary(it)]));
  if (!json) print(result);
  return result;
}

function empty(): Measures {
  return { roundTrip: [], coldWake: [], recordsPerSecond: [], request: [], requestCpu: [] };
}

/** One frame after the other, both threads awake. */
function active(
  carrier: Carrier,
  answers: Map<Carrier, (frame: Uint8Array) => void>,
  into: number[],
): Promise<void> {
  const head = new Uint8Array(8);
  return new Promise((resolve) => {
    let left = ACTIVE;
    let sent = 0;
    answers.set(carrier, () => {
      into.push((performance.now() - sent) * 1000);
      left -= 1;
      if (left === 0) resolve();
      else send();
    });
    const send = () => {
      sent = performance.now();
      carrier.link.send(head);
    };
    send();
  });
}

/** Both threads asleep: from the send to the other thread's handler. */
async function cold(
  carrier: Carrier,
  answered: (carrier: Carrier) => Promise<Uint8Array>,
  into: number[],
): Promise<void> {
  const head = new Uint8Array(8);
  for (let i = 0; i < COLD; i++) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    const answer = answered(carrier);
    const sent = process.hrtime.bigint();
    carrier.link.send(head);
    const arrived = new DataView((await answer).buffer).getBigUint64(0, true);
    into.push(Number(arrived - sent) / 1000);
  }
}

/** As many records as will go, until the last was taken; a second. */
async function oneWay(
  carrier: Carrier,
  answered: (carrier: Carrier) => Promise<Uint8Array>,
): Promise<number> {
  const record = new Uint8Array(RECORD_BYTES);
  let wake: () => void = () => undefined;
  carrier.link.onDrain(() => wake());
  const done = answered(carrier);
  const began = performance.now();
  for (let i = 0; i < RECORDS; i++) {
    if (carrier.link.send(record)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  carrier.link.send(new Uint8Array(9));
  await done;
  return RECORDS / ((performance.now() - began) / 1000);
}

/** Requests as the gateway makes them, some at once: their time, and this thread's processor time for each. */
async function requests({ peer }: Carrier, { request, requestCpu }: Measures): Promise<void> {
  const body = new Uint8Array(RECORD_BYTES);
  const cpu = cpuMicros();
  let left = REQUESTS;
  const caller = async () => {
    while (left-- > 0) {
      const began = performance.now();
      await peer.request('echo', [0, 1], { body });
      request.push((performance.now() - began) * 1000);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  requestCpu.push((cpuMicros() - cpu) / REQUESTS);
}

/** Of this thread on Linux; elsewhere of the process. */
function cpuMicros(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1000;
  } catch {
    const { user, system } = process.cpuUsage();
    return user + system;
  }
}

type Summary = ReturnType<typeof summary>;

function summary(it: Measures) {
  return {
    roundTripP50: at(it.roundTrip, 0.5),
    roundTripP99: at(it.roundTrip, 0.99),
    coldWakeP50: at(it.coldWake, 0.5),
    coldWakeP95: at(it.coldWake, 0.95),
    recordsPerSecond: at(it.recordsPerSecond, 0.5),
    bestRecordsPerSecond: at(it.recordsPerSecond, 1),
    requestP50: at(it.request, 0.5),
    requestP99: at(it.request, 0.99),
    requestCpuP50: at(it.requestCpu, 0.5),
  };
}

function at(values: readonly number[], quantile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(Math.floor(sorted.length * quantile), sorted.length - 1)] ?? 0;
  return Math.round(value * 10) / 10;
}

function print(result: Readonly<Record<string, Summary>>): void {
  const { ring, port } = result;
  if (!ring || !port) return;
  const rows: readonly [string, keyof Summary, string][] = [
    ['round trip, both awake, p50', 'roundTripP50', 'µs'],
    ['round trip, both awake, p99', 'roundTripP99', 'µs'],
    ['cold wake-up, p50', 'coldWakeP50', 'µs'],
    ['cold wake-up, p95', 'coldWakeP95', 'µs'],
    [`records of ${RECORD_BYTES} B, one way, median`, 'recordsPerSecond', '/s'],
    [`records of ${RECORD_BYTES} B, one way, best`, 'bestRecordsPerSecond', '/s'],
    [`request, ${IN_FLIGHT} at once, p50`, 'requestP50', 'µs'],
    [`request, ${IN_FLIGHT} at once, p99`, 'requestP99', 'µs'],
    ["processor time of a request, asker's thread", 'requestCpuP50', 'µs'],
  ];
  for (const [label, key, unit] of rows) {
    const ratio = (ring[key] / port[key]).toFixed(2);
    process.stdout.write(`${label}: ring ${ring[key]} ${unit}, port ${port[key]} ${unit}, ${ratio} ×\n`);
  }
}

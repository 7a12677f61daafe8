/**
 * Closed loop: as many requests at once as there are connections.
 * It exists to find what a server can carry at most.
 * Invariant: only answers inside the window count, for rate and latency alike.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.js';
import type { ClosedJob, Phase } from './job.js';
import { PhaseMeter } from './phase-meter.js';
import { firstId } from './template.js';

export async function closedLoop(job: ClosedJob): Promise<Phase> {
  const meter = new PhaseMeter(job.pid);
  const { templates } = job;
  let state: 'warming' | 'counting' | 'stopping' = 'warming';
  let next = firstId;
  const send = (connection: Connection, now: number) => {
    const template = templates[next % templates.length];
    if (template === undefined) throw new Error('There is nothing to send.');
    connection.startedAt = now;
    connection.send(template, next);
    next += 1;
  };
  const connections = await openAll(job, (connection, wrong) => {
    const now = performance.now();
    if (state === 'counting') meter.done(now - connection.startedAt, wrong);
    if (state !== 'stopping') send(connection, now);
  });
  for (const connection of connections) send(connection, performance.now());
  await sleep(job.warmUpSeconds * 1000);
  state = 'counting';
  meter.begin();
  await sleep(job.seconds * 1000);
  state = 'stopping';
  meter.end();
  await sleep(50);
  for (const connection of connections) connection.close();
  return meter.result();
}

/** Opens the job's connections, a hundred at a time: a listen queue is no part of the measurement. */
export async function openAll(
  { port, connections }: { port: number; connections: number },
  onDone: (connection: Connection, wrong: string | undefined) => void,
): Promise<Connection[]> {
  const open: Connection[] = [];
  while (open.length < connections) {
    const some = Math.min(100, connections - open.length);
    open.push(...(await Promise.all(Array.from({ length: some }, () => Connection.open(port, onDone)))));
  }
  return open;
}

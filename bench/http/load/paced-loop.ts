/**
 * Open loop: request k of a phase is meant to start at k / rate, come what may, and its latency counts from then.
 * It exists because a closed loop stops asking while a server stalls, and so forgets the stall (coordinated omission).
 * Invariant: every request of the schedule is sent, late rather than never, and counts in its phase.
 */

import { openAll } from './closed-loop.js';
import type { Connection } from './connection.js';
import type { PacedJob, Phase } from './job.js';
import { PhaseMeter } from './phase-meter.js';
import { firstId } from './template.js';

/** How long answers may take after the last phase, in milliseconds. */
const patience = 10_000;
/** One sleep, in milliseconds; the kernel adds its timer slack (50 µs). */
const nap = 0.04;

export async function pacedLoop(job: PacedJob): Promise<Phase[]> {
  const { templates, phases } = job;
  const meters = phases.map(() => new PhaseMeter(job.pid));
  // A ring of idle connections, so that all of them take turns.
  const idle: Connection[] = [];
  let idleHead = 0;
  let answered = 0;
  let nextId = firstId;
  const connections = await openAll(job, (connection, wrong) => {
    meters[connection.phase]?.done(performance.now() - connection.startedAt, wrong);
    answered += 1;
    idle.push(connection);
  });
  idle.push(...connections);
  const cell = new Int32Array(new SharedArrayBuffer(4));

  /** Sends what is due; returns what is left to send of this phase. */
  const sendDue = (phase: number, schedule: { start: number; rate: number; total: number; sent: number }) => {
    const due = Math.min(
      schedule.total,
      Math.floor(((performance.now() - schedule.start) * schedule.rate) / 1000) + 1,
    );
    while (schedule.sent < due && idleHead < idle.length) {
      const connection = idle[idleHead];
      const template = templates[nextId % templates.length];
      if (connection === undefined || template === undefined) throw new Error('There is nothing to send.');
      idleHead += 1;
      connection.phase = phase;
      connection.startedAt = schedule.start + (schedule.sent * 1000) / schedule.rate;
      connection.send(template, nextId);
      schedule.sent += 1;
      nextId += 1;
    }
    if (idleHead > 65_536) {
      idle.splice(0, idleHead);
      idleHead = 0;
    }
    return schedule.total - schedule.sent;
  };

  let sent = 0;
  for (const [phase, { rate, seconds }] of phases.entries()) {
    const schedule = { start: performance.now(), rate, total: Math.round(rate * seconds), sent: 0 };
    meters[phase]?.begin();
    await new Promise<void>((resolve) => {
      const turn = () => {
        if (sendDue(phase, schedule) === 0) resolve();
        else {
          if (job.wait === 'sleep') Atomics.wait(cell, 0, 0, nap);
          setImmediate(turn);
        }
      };
      turn();
    });
    sent += schedule.total;
    meters[phase]?.end();
  }
  const until = performance.now() + patience;
  while (answered < sent && performance.now() < until) await new Promise(setImmediate);
  for (const connection of connections) connection.close();
  meters.at(-1)?.missing(sent - answered);
  return meters.map((meter) => meter.result());
}

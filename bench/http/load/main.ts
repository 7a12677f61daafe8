/**
 * Entry of the load generator's process: takes jobs over IPC, one at a time.
 * It exists apart so that it shares no event loop with a server, and its CPU can be told from theirs.
 * Invariant: answers each job once.
 */
import { closedLoop } from './closed-loop.js';
import type { Answer, Job } from './job.js';
import { pacedLoop } from './paced-loop.js';

const send = (answer: Answer) => process.send?.(answer);

process.on('message', (job: Job) => {
  const run = job.kind === 'closed' ? closedLoop(job).then((phase) => [phase]) : pacedLoop(job);
  run.then(
    (phases) => send({ phases }),
    (error: unknown) =>
      send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

/** How many commands run at once: eight, the next is refused, and an end makes room. */
import { expect, it } from 'vitest';
import { whileRunning } from './while-running.js';

it('refuses the ninth command, and takes one again when another has ended', async () => {
  const ends: (() => void)[] = [];
  const run = () =>
    whileRunning(
      { progress: () => undefined },
      1000,
      () => new Promise<void>((done) => void ends.push(done)),
    );
  const eight = Array.from({ length: 8 }, run);
  await expect(run()).rejects.toMatchObject({ code: 'LMCP_OVERLOADED' });
  expect(ends).toHaveLength(8);
  ends[0]?.();
  await eight[0];
  const again = run();
  for (const end of ends) end();
  await Promise.all([...eight, again]);
});

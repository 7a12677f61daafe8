/** A line that lost its secret is known by the mark that the journal left in it. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactText } from '../../../journal/index.js';
import { isRedacted, KnownLines } from './index.js';

const lines = [
  'mysql -uroot -pS3cr3tPassw0rd',
  'curl -H "Authorization: Bearer abcdefghijklmnop1234" https://x.io',
];

describe('a line without its secret', () => {
  it.each(lines)('is known: %s', (line) => {
    const { redactText: tagged } = createRedactor({ key: randomBytes(16) });
    for (const redacted of [redactText(line), tagged(line)]) {
      expect(redacted).not.toBe(line);
      expect(isRedacted(redacted), redacted).toBe(true);
    }
    expect(isRedacted(line)).toBe(false);
  });

  it('is found by its words, but not among lines to run', () => {
    const known = new KnownLines();
    for (const command of ['mysql -uroot -p[redacted:password:7bf1]', 'mysql -uroot'])
      known.learn({ command, cwd: '', exitCode: 0, at: 1 });
    const query = { query: 'mysql', cwd: null, limit: 5 };
    expect(known.search(query).total).toBe(2);
    expect(known.search({ ...query, runnable: true }).lines.map(({ command }) => command)).toEqual([
      'mysql -uroot',
    ]);
  });
});

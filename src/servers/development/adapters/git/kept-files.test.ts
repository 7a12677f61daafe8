import { describe, expect, it } from 'vitest';
import { keptFiles } from './kept-files.js';
import type { LoggedFile, RawStatus } from './log-parser.js';

const file = (path: string, status: RawStatus = 'M', previousPath: string | null = null): LoggedFile => ({
  path,
  status,
  previousPath,
  added: 1,
  deleted: 1,
});
const many = (count: number, name: string, status: RawStatus): LoggedFile[] =>
  Array.from({ length: count }, (_, n) =>
    file(`${name}/${n}.ts`, status, status === 'R' ? `old/${n}.ts` : null),
  );
const counted = ({ files, generated }: ReturnType<typeof keptFiles>) => files.length - generated.length;

describe('the files kept of a commit', () => {
  it('are all of them up to a thousand, in their order', () => {
    const logged = [...many(499, 'b', 'M'), ...many(500, 'vendor', 'M'), ...many(1, 'a', 'D')];
    const kept = keptFiles(logged);
    expect(kept.files).toEqual(logged);
    expect(kept.generated).toHaveLength(500);
  });

  it('are, of a giant commit, every deletion and rename before additions, and few modifications', () => {
    const logged = [
      ...many(9000, 'modified', 'M'),
      ...many(9000, 'vendor', 'A'),
      ...many(9000, 'added', 'A'),
      ...many(9000, 'gone', 'D'),
      ...many(9000, 'moved', 'R'),
    ];
    const { files, generated } = keptFiles(logged);
    const count = (prefix: string) => files.filter(({ path }) => path.startsWith(`${prefix}/`)).length;
    expect(['gone', 'moved', 'added', 'modified', 'vendor'].map(count)).toEqual([9000, 9000, 2000, 0, 0]);
    expect(generated).toEqual([]);
    const roomy = keptFiles(logged, { files: 40_000, bytes: 1e9 });
    expect(roomy.files).toHaveLength(9000 * 3 + 1000 + 1000);
    expect(roomy.generated).toHaveLength(1000);
    expect(roomy.files).toEqual(logged.filter((each) => roomy.files.includes(each)));
  });

  it('keep the few counted files of a commit that vendors thousands: it still is a question', () => {
    const kept = keptFiles([...many(20_000, 'node_modules/x', 'A'), ...many(3, 'src', 'M')]);
    expect(counted(kept)).toBe(3);
    expect(kept.generated).toHaveLength(1000);
  });

  it('stay within their bytes, and no large commit becomes a question by it', () => {
    const long = 'x'.repeat(4000);
    const logged = Array.from({ length: 2000 }, (_, n) => file(`${long}/${n}`, 'R', `${long}/old/${n}`));
    const kept = keptFiles(logged);
    expect(kept.bytes).toBeLessThanOrEqual(1_048_576);
    expect(counted(kept)).toBeGreaterThan(30);
    expect(counted(keptFiles(many(20_000, 'src', 'M')))).toBe(1000);
  });
});

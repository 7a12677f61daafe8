import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { EventSchema, FileChange_Status } from '../../../proto/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { ReceiptInit, Services } from '../../../runtime/index.js';
import { StateMap } from '../../../runtime/state-map.js';
import { CoChangeLearner } from '../learners/co-change.js';
import { relatedFiles, relatedFilesText, relatedFilesTool } from './related-files.js';
import { repositoryPath } from './repository-path.js';

function learner(): CoChangeLearner {
  const made = new CoChangeLearner();
  for (let n = 1; n <= 12; n++) {
    const files = ['src/a.ts', 'test/a.test.ts', ...(n % 3 === 0 ? ['gone/b.md'] : [])];
    const event = create(EventSchema, {
      at: { seconds: BigInt(1_700_000_000 + n * 60) },
      data: {
        case: 'commitLanded',
        value: { sha: `${n}`, files: files.map((path) => ({ path, status: FileChange_Status.MODIFIED })) },
      },
    });
    made.learnOne({ sequence: n, event });
  }
  return made;
}

const root = '/repo/root';

describe('paths', () => {
  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//x/../a.ts', 'src/a.ts'],
    ['src/dir/', 'src/dir'],
    [`${root}/src/a.ts`, 'src/a.ts'],
  ])('accepts %s', (written, path) => expect(repositoryPath(written, root)).toBe(path));

  it.each(['../x', 'a/../../x', '/etc/passwd', `${root}-other/x`, root, '.', '', 'a\0b', '/repo'])(
    'refuses %j',
    (written) =>
      expect(() => repositoryPath(written, root)).toThrow(
        expect.objectContaining({ code: 'LMCP_PATH_OUTSIDE' }),
      ),
  );

  it('refuses absolute paths where there is no root', () => {
    expect(() => repositoryPath('/a', null)).toThrow(expect.objectContaining({ code: 'LMCP_PATH_OUTSIDE' }));
  });
});

describe('related_files', () => {
  it('answers with counts and evidence, only files that exist', () => {
    const call = { paths: [`${root}/src/a.ts`], limit: 5, root };
    const all = relatedFiles(learner(), call);
    expect(all.files?.map(({ path }) => path)).toEqual(['test/a.test.ts', 'gone/b.md']);
    expect(all.files?.[0]).toMatchObject({
      together: 12,
      total: 12,
      lastCommit: '12',
      commits: ['12', '11'],
    });
    const existing = relatedFiles(learner(), { ...call, exists: (path) => !path.startsWith('gone/') });
    expect(existing.files?.map(({ path }) => path)).toEqual(['test/a.test.ts']);
  });

  it('says what it does not know', () => {
    const answer = relatedFiles(learner(), { paths: ['src/new.ts'], limit: 5, root });
    expect(answer.unknown).toEqual(['src/new.ts']);
    expect(relatedFilesText({ ...answer, prediction: null })).toMatch(/Not in the history: src\/new.ts/);
    const nothing = relatedFiles(new CoChangeLearner(), { paths: ['a'], limit: 5, root });
    expect(nothing).toMatchObject({ files: null, confidence: null, baseline: null, mode: 'insufficient' });
  });

  it('leaves a receipt of what was answered, and says when it is still learning', async () => {
    const receipts: ReceiptInit[] = [];
    const own = learner();
    let waited = 0;
    const services = {
      workspace: {
        root: null,
        ready: async (atMost: number) => {
          waited = atMost;
          return false;
        },
        learning: { what: 'history', done: 12, total: 40 },
        learner: () => own,
        state: new StateMap({ maxEntries: 10, maxBytes: 1e6, sizeOf: () => 1, now: () => 1_000 }),
        receipt: (init: ReceiptInit) => {
          receipts.push(init);
          return `id-${receipts.length}`;
        },
      },
      now: () => 1_000,
    } as unknown as Services;
    const from = (session: string) => ({ services, call: { session } }) as ToolContext<Services>;
    const context = from('s');
    const { structured, text } = await relatedFilesTool.run({ paths: ['./src/a.ts'], limit: 10 }, context);
    expect(waited).toBeGreaterThan(0);
    expect(relatedFilesTool.output.parse(structured)).toEqual(structured);
    expect(structured.prediction).toBe('id-1');
    expect(text).toMatch(/Still learning the history \(12 of 40 commits\)/);
    expect(receipts[0]).toMatchObject({
      task: 'co-change',
      question: ['src/a.ts'],
      ranked: ['test/a.test.ts', 'gone/b.md'],
      mode: structured.mode,
    });
    expect(receipts[0]?.distribution?.['test/a.test.ts']).toBe(structured.files?.[0]?.p);
    const again = await relatedFilesTool.run({ paths: ['src/a.ts'], limit: 10 }, context);
    expect(again.structured).toEqual(structured);
    const other = await relatedFilesTool.run({ paths: ['./src/a.ts'], limit: 10 }, from('t'));
    expect(other.structured).toEqual({ ...structured, prediction: 'id-2' });
  });
});

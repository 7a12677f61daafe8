/** The tool search_history: pages, caps and words for people; the ranking has its own tests. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { CommandFinishedSchema, EventSchema } from '../../../proto/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { CommandLinesLearner } from '../predict/index.js';
import { searchHistory } from './search-history.js';

const root = '/work-tree/of-nobody';

function rigged(commands: readonly { command: string; cwd?: string; exitCode?: number }[]) {
  const learner = new CommandLinesLearner();
  for (const [i, given] of commands.entries()) {
    const value = create(CommandFinishedSchema, { session: 's', ...given });
    const at = timestampFromMs(Date.UTC(2026, 2, 1) + i * 1000);
    learner.learnOne({
      sequence: i + 1,
      event: create(EventSchema, { at, data: { case: 'commandFinished', value } }),
    });
  }
  const services = { workspace: { root, learner: () => learner } } as unknown as Services;
  const context = { services, call: { session: 'b' } } as unknown as ToolContext<Services>;
  return async (given: Partial<Parameters<typeof searchHistory.run>[0]>) =>
    searchHistory.run({ query: '', limit: 20, ...given }, context);
}

describe('search_history', () => {
  it('shows commands with their last run, those of the folder first', async () => {
    const search = rigged([
      { command: 'make all', cwd: 'app', exitCode: 2 },
      { command: 'make all', cwd: 'app', exitCode: 0 },
      { command: 'make docs' },
    ]);
    const { structured, text } = await search({ query: 'make', cwd: `${root}/app` });
    expect(structured).toEqual({
      commands: [
        { command: 'make all', cwd: 'app', exitCode: 0, count: 2, lastAt: '2026-03-01T00:00:01.000Z' },
        { command: 'make docs', cwd: '', exitCode: null, count: 1, lastAt: '2026-03-01T00:00:02.000Z' },
      ],
      total: 2,
      partial: false,
      cursor: null,
    });
    expect(text).toBe('make all  (2 ×)\nmake docs  (1 ×)');
  });

  it('goes on where the cursor says, to the end', async () => {
    const search = rigged(Array.from({ length: 45 }, (_, i) => ({ command: `echo ${i}` })));
    const seen: string[] = [];
    for (let cursor: string | undefined, n = 0; n < 10; n++) {
      const { structured } = await search({ query: 'echo', ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...structured.commands.map(({ command }) => command));
      if (structured.cursor === null) break;
      cursor = structured.cursor;
    }
    expect(seen).toHaveLength(45);
    expect(new Set(seen).size).toBe(45);
    await expect(search({ cursor: 'x' })).rejects.toMatchObject({ code: 'LMCP_INVALID_PARAMS' });
    await expect(search({ cursor: '1000' })).rejects.toMatchObject({ code: 'LMCP_INVALID_PARAMS' });
  });

  it('keeps an answer of long commands below its cap, and loses none', async () => {
    const search = rigged(
      Array.from({ length: 100 }, (_, i) => ({ command: `echo ${i} ${'x'.repeat(2000)}` })),
    );
    const { structured } = await search({ query: 'echo', limit: 100 });
    expect(JSON.stringify(structured).length).toBeLessThan(64 * 1024);
    expect(structured.cursor).toBe(String(structured.commands.length));
    expect(structured.total).toBe(100);
  });

  it('says what to feed it, and when only some words were found', async () => {
    expect((await rigged([])({ query: 'x' })).text).toContain('lmcp import history');
    const some = await rigged([{ command: 'tar -x', exitCode: 1 }])({ query: 'tar unpack' });
    expect(some.structured.partial).toBe(true);
    expect(some.text).toMatch(/^No command has all.*\ntar -x {2}\(1 ×, failed last with 1\)/);
  });
});

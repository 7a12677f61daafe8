/** The official clients list and call every tool, over every way in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callChecked, connectors } from '../clients.js';
import { Sandbox, type Started } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = new Sandbox();
const repository = new TestRepository().withHabits(60);
let daemon: Started;

beforeAll(async () => {
  daemon = await sandbox.start(repository.root);
  await sandbox.json(['learn', repository.root]);
});
afterAll(() => sandbox.end());

const endpoints = [undefined, 'development', 'learning'] as const;

for (const [name, connect] of Object.entries(connectors)) {
  const requirement = name.startsWith('v1') ? verifies('clients:v1') : verifies('clients:v2');
  describe(`${name}: ${requirement}`, () => {
    it.each(endpoints)('on the endpoint %s', async (server) => {
      const client = await connect({ sandbox, daemon, repo: repository.root, ...(server ? { server } : {}) });
      try {
        const { tools } = await client.listTools();
        const names = tools.map((tool) => tool.name).sort();
        if (server === 'development') expect(names).toEqual(['related_files']);
        if (server === 'learning')
          expect(names).toEqual(['forget', 'give_feedback', 'learning_report', 'models', 'predict_next']);
        for (const tool of tools)
          expect(tool).toMatchObject({
            outputSchema: {},
            annotations: { readOnlyHint: expect.any(Boolean) },
          });
        if (names.includes('related_files')) {
          const answer = await callChecked(client, 'related_files', { paths: ['src/printer.ts'] });
          const files = answer.files as { path: string; together: number; total: number }[];
          expect(files[0]?.path).toBe('test/printer.test.ts');
          if (names.includes('give_feedback')) {
            const settled = await callChecked(client, 'give_feedback', {
              prediction: answer.prediction,
              accepted: true,
            });
            expect(settled).toMatchObject({ settled: true, task: 'co-change' });
          }
        }
        if (names.includes('predict_next')) await callChecked(client, 'predict_next', {});
        if (names.includes('models')) {
          const log = await callChecked(client, 'models', { action: 'log', learner: 'co-change' });
          expect(log).toMatchObject({ branch: 'main', moved: null });
        }
        if (names.includes('forget'))
          expect(await callChecked(client, 'forget', { source: 'git' })).toMatchObject({ done: false });
        if (names.includes('learning_report')) {
          const { tasks } = (await callChecked(client, 'learning_report', {})) as {
            tasks: { task: string; n: number }[];
          };
          expect(tasks.find(({ task, n }) => task === 'co-change' && n > 20)).toBeDefined();
        }
      } finally {
        await client.close();
      }
    });
  });
}

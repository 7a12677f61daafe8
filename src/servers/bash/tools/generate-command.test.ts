/** The tool generate_command: its answer and receipt, danger beside candidates, own lines, and the client's model. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { LmcpError } from '../../../errors/index.js';
import { CommandFinishedSchema, EventSchema } from '../../../proto/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { ReceiptInit, Services } from '../../../runtime/index.js';
import { Generator, generateTask, trainModel } from '../generate/index.js';
import { CommandLinesLearner } from '../predict/index.js';
import { generateCommandBy } from './generate-command.js';
import { commandIn } from './generate-command-sampling.js';

const root = '/work-tree/of-nobody';
const generator = new Generator(
  trainModel([
    { nl: 'count the lines of "data.csv"', command: 'wc -l data.csv' },
    { nl: 'count lines in file notes.txt', command: 'wc -l notes.txt' },
    { nl: 'count the lines of all files', command: 'cat * | wc -l' },
    { nl: 'delete everything in the root directory', command: 'rm -rf /' },
    { nl: 'delete the whole directory "old"', command: 'rm -rf old' },
    { nl: 'list files in the directory "src"', command: 'ls src' },
  ]),
);

interface Client {
  readonly history?: readonly string[];
  readonly sample?: () => Promise<{ text: string }>;
}

function rigged({ history = [], sample }: Client = {}) {
  const lines = new CommandLinesLearner();
  history.forEach((command, i) => {
    const value = create(CommandFinishedSchema, { session: 's', command, exitCode: 0 });
    const at = timestampFromMs(1_700_000_000_000 + i * 1000);
    const data = { case: 'commandFinished', value } as const;
    lines.learnOne({ sequence: i + 1, event: create(EventSchema, { at, data }) });
  });
  const receipts: ReceiptInit[] = [];
  const asked: unknown[] = [];
  const services = {
    workspace: {
      root,
      learner: () => lines,
      receipt: (receipt: ReceiptInit) => `receipt-${receipts.push(receipt)}`,
    },
  } as unknown as Services;
  const context = {
    services,
    call: { session: 'bridge', cwd: root },
    can: (what: string) => what === 'sampling' && sample !== undefined,
    sample: (question: unknown) => {
      asked.push(question);
      return sample?.();
    },
  } as unknown as ToolContext<Services>;
  const tool = generateCommandBy(async () => generator);
  const ask = async (request: string, more: { limit?: number; sampling?: boolean } = {}) =>
    tool.run({ request, limit: 5, sampling: true, ...more }, context);
  return { ask, receipts, asked };
}

describe('generate_command', () => {
  it('fills the values of the request in, analyses each candidate and leaves a receipt', async () => {
    const { ask, receipts } = rigged();
    const { structured, text } = await ask('count the lines of "big file.csv"');
    const [first] = structured.candidates!;
    expect(first).toMatchObject({ command: "wc -l 'big file.csv'", analysis: { level: 'safe' } });
    expect(structured).toMatchObject({
      mode: 'learned',
      prediction: 'receipt-1',
      baseline: expect.any(String),
    });
    expect(structured.confidence).toBe(first!.confidence);
    expect(text).toContain(first!.command);
    expect(receipts[0]).toMatchObject({
      task: generateTask,
      ranked: structured.candidates!.map(({ command }) => command),
      baseline: { [structured.baseline!]: 1 },
    });
  });

  it.each(['qwop fnord', '\0\0', 'z'.repeat(2000)])(
    'answers nothing where nothing is known: %j',
    async (request) => {
      const { ask, receipts } = rigged();
      const { structured, text } = await ask(request);
      expect(structured).toMatchObject({
        candidates: null,
        prediction: null,
        confidence: null,
        baseline: null,
        evidence: { n: 0 },
        mode: 'insufficient',
      });
      expect(text).toContain('lmcp import history');
      expect(receipts).toEqual([]);
    },
  );

  it('offers no line that lost its secret', async () => {
    const { ask } = rigged({ history: Array(5).fill('deploy staging --token=[redacted:token:7bf1]') });
    const { structured } = await ask('deploy staging');
    expect(JSON.stringify(structured)).not.toContain('redacted');
  });

  it('keeps a dangerous candidate, and says so', async () => {
    const { structured, text } = await rigged().ask('delete everything in the root directory');
    const danger = structured.candidates!.find(({ command }) => command === 'rm -rf /');
    expect(danger?.analysis.level).toMatch(/dangerous|blocked/);
    expect(danger?.analysis.effects).toContainEqual(expect.objectContaining({ kind: 'delete' }));
    expect(text).toMatch(/rm -rf \/ {2}\((dangerous|blocked)\)/);
  });

  it('offers the team’s own line where it has the words asked for', async () => {
    const history = ['npm run lint', 'npm run migrate:database', 'git status'];
    const { structured } = await rigged({ history }).ask('migrate the database');
    expect(structured.candidates![0]).toMatchObject({
      command: 'npm run migrate:database',
      source: 'history',
    });
  });

  it('puts what the client’s model says first, by the same checks', async () => {
    const sample = async () => ({ text: '```sh\nwc -l < big.csv\n```' });
    const { ask, asked } = rigged({ sample });
    const { structured } = await ask('count the lines of "big.csv"', { limit: 3 });
    expect(structured.candidates![0]).toMatchObject({ command: 'wc -l < big.csv', source: 'sampling' });
    expect(structured.candidates!.length).toBeLessThanOrEqual(3);
    expect(asked).toHaveLength(1);
    await ask('count the lines of "big.csv"', { sampling: false });
    expect(asked).toHaveLength(1);
  });

  it('goes on without a model that declines or says no command, and lets the way of the wire through', async () => {
    const declined = async () => {
      throw new LmcpError('LMCP_INVALID_PARAMS', 'The client declined.');
    };
    for (const sample of [declined, async () => ({ text: 'echo "never closed' })]) {
      const { structured } = await rigged({ sample }).ask('count the lines of "big.csv"');
      expect(structured.candidates!.map(({ source }) => source)).not.toContain('sampling');
    }
    const comeAgain = async () => {
      throw new Error('input required');
    };
    await expect(rigged({ sample: comeAgain }).ask('count lines')).rejects.toThrow('input required');
  });
});

describe('commandIn', () => {
  it.each([
    ['ls -l', 'ls -l'],
    ['```bash\nfind . -name x\n```\nThis finds x.', 'find . -name x'],
    ['$ git status', 'git status'],
    ['`du -sh`', 'du -sh'],
    ['', null],
  ])('%j', (text, command) => {
    expect(commandIn(text)).toBe(command);
  });
});

/**
 * Bench "bash-hook": what an agent waits for the hook before and after a command, beside an empty Node process.
 * It exists because the hook runs twice for every command: what it adds must not be felt.
 * Invariant: the real daemon answers; all contestants take turns in the same rounds, so that a busy machine slows all alike.
 */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchDaemon } from '../rig/daemon.js';
import { type Machine, machine, machineText } from '../rig/machine.js';
import { makeRepository } from '../rig/repository.js';
import { type Contestant, hookOf, type Quantiles, quantilesOf, timeOf } from './processes.js';
import { measurePrompt, type PromptCost } from './prompt.js';
import { sessionCommands } from './session.js';

export interface HookBenchResult {
  readonly machine: Machine;
  readonly rounds: number;
  /** Milliseconds from spawn to close, by contestant. */
  readonly milliseconds: Readonly<Record<string, Quantiles>>;
  /** Those of the session and those that ask git of a large tree taken together. */
  readonly sessionAndGit: Quantiles;
  /** The first question to a daemon that has just started, in milliseconds. */
  readonly first: number;
  /** Load average of the last minute when it ended. */
  readonly loadAfter: number;
  /** Answers that stopped nothing though they should have, or the other way round. */
  readonly wrong: number;
  readonly prompt: PromptCost;
}

/** A work tree of many files, of which many are changed: what git is asked about. */
const MODULES = 2_500;
const CHANGED = 1_000;
const UNTRACKED = 500;
/** The server asks git once a second at most, after a few; sooner, the figure would be that of not asking. */
const GIT_REST_MS = 1_100;
const FLOOR = 'node -e 0';
const SESSION = 'before, ordinary session';
const GIT = 'before, git asked, large tree';

export async function run(options: { json: boolean; flags: readonly string[] }): Promise<HookBenchResult> {
  const { values } = parseArgs({
    args: [...options.flags],
    options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '200' } },
  });
  const rounds = Number(values.rounds);
  const here = machine();
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-bench-hook-'));
  const big = makeBig(join(folder, 'big'));
  const daemon = await startBenchDaemon();
  try {
    const { root } = daemon.repository;
    const hook = (cwd: string, command: string, more?: object) => hookOf(daemon.env, cwd, [command], more);
    const session = await sessionCommands();
    const done = { hook_event_name: 'PostToolUse', tool_response: {}, duration_ms: 1 };
    const contestants: Record<string, Contestant> = {
      [FLOOR]: { args: ['-e', '0'], input: () => '', env: daemon.env, stops: false },
      [SESSION]: hookOf(daemon.env, root, session),
      'before, stopped': { ...hook(root, 'rm -rf "$OUT"/*'), stops: true },
      [GIT]: {
        ...hook(big, 'git checkout .'),
        stops: true,
        restMs: GIT_REST_MS,
      },
      after: hookOf(daemon.env, root, session, done),
    };
    const times = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]));
    const first = (await timeOf(hook(root, 'ls'))).ms;
    for (const contestant of Object.values(contestants)) await timeOf(contestant);
    let wrong = 0;
    const entries = Object.entries(contestants);
    const started = new Map<string, number>();
    for (let round = 0; round < rounds; round += 1)
      // Every other round goes backwards, so that none always follows the same one.
      for (const [name, contestant] of round % 2 === 0 ? entries : entries.toReversed()) {
        const rest = contestant.restMs ?? 0;
        if (rest > 0 && performance.now() - (started.get(name) ?? Number.NEGATIVE_INFINITY) < rest) continue;
        started.set(name, performance.now());
        const { ms, right } = await timeOf(contestant, round);
        times.get(name)?.push(ms);
        if (!right) wrong += 1;
      }
    const prompt = await measurePrompt(daemon.env, root);
    const milliseconds = Object.fromEntries([...times].map(([name, taken]) => [name, quantilesOf(taken)]));
    const sessionAndGit = quantilesOf([SESSION, GIT].flatMap((name) => times.get(name) ?? []));
    const result = {
      machine: here,
      rounds,
      milliseconds,
      sessionAndGit,
      first,
      loadAfter: machine().load,
      wrong,
      prompt,
    };
    if (!options.json) print(result);
    return result;
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeBig(root: string): string {
  const { paths } = makeRepository(root, MODULES, MODULES + 100);
  for (const path of paths.slice(0, CHANGED)) appendFileSync(join(root, path), '// changed\n');
  mkdirSync(join(root, 'drafts'));
  for (let i = 0; i < UNTRACKED; i += 1) writeFileSync(join(root, 'drafts', `draft-${i}.md`), 'A draft.\n');
  return root;
}

function print({
  machine: on,
  rounds,
  milliseconds,
  sessionAndGit,
  first,
  loadAfter,
  wrong,
  prompt,
}: HookBenchResult): void {
  console.log(machineText(on));
  console.log(`${rounds} rounds, contestants in turn; milliseconds from spawn to close`);
  const floor = milliseconds[FLOOR]?.p95 ?? Number.NaN;
  const rows = { ...milliseconds, 'session and git together': sessionAndGit };
  for (const [name, { n, p50, p95 }] of Object.entries(rows)) {
    const added = name === FLOOR ? '' : `   ${signed(p95 - floor)} at p95`;
    console.log(
      `  ${name.padEnd(30)} p50 ${p50.toFixed(1).padStart(6)}   p95 ${p95.toFixed(1).padStart(6)}   n ${n}${added}`,
    );
  }
  console.log(
    `first question after the daemon's start: ${first.toFixed(0)} ms; wrong answers: ${wrong}; load average at the end ${loadAfter.toFixed(2)}`,
  );
  const { told, forks } = prompt;
  console.log(
    `bash prompt: p50 ${told.p50.toFixed(2)} ms, p95 ${told.p95.toFixed(2)} ms; two empty forks: p50 ${forks.p50.toFixed(2)} ms, p95 ${forks.p95.toFixed(2)} ms`,
  );
}

const signed = (ms: number) => `${ms < 0 ? '' : '+'}${ms.toFixed(1)}`;

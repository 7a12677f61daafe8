/**
 * `npm run bench -- backup [MB]`: a backup of a large journal under write load, its restore, and what the first use after it costs.
 * It exists so that "a gigabyte in half a minute, and equal" is a figure anyone can print.
 * Invariant: the shipped commands against a real daemon; equality is of chain heads and of learners folded anew from both journals.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toEvent } from '../../src/journal/codec.js';
import { formatEventLine, readJournal } from '../../src/journal/index.js';
import { digestOf, workspaceFolder } from '../../src/runtime/index.js';
import { foldOne } from '../../src/runtime/versions/feed.js';
import { inspectRepository } from '../../src/servers/development/adapters/git/index.js';
import { server as development } from '../../src/servers/development/server.js';
import { server as learning } from '../../src/servers/learning/server.js';
import { typicalEvents } from '../journal/events.js';
import { largeJournal } from './large-journal.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface BackupBench {
  readonly megabytes: number;
  readonly events: number;
  /** First start on the generated journal: its index is made from the blocks, and learners fold it. */
  readonly indexAndFoldSeconds: number;
  readonly indexMegabytes: number;
  /** Reading the journal's files alone, the floor of both. */
  readonly readSeconds: number;
  readonly backupSeconds: number;
  /** Durable events written while the backup was taken. */
  readonly writtenMeanwhile: number;
  readonly restoreSeconds: number;
  /** Start of a daemon on the restored folder until its journal is open and folded: with the index copy, and without. */
  readonly firstUseSeconds: number;
  readonly firstUseWithoutIndexSeconds: number;
  readonly headsEqual: boolean;
  readonly digestsEqual: boolean;
}

interface Backed {
  readonly seconds: number;
  readonly workspaces: readonly { readonly folder: string; readonly last: number; readonly head: string }[];
}

export async function run(options: { json: boolean; arguments: readonly string[] }): Promise<BackupBench> {
  const root = await mkdtemp(join(tmpdir(), 'lmcp-backup-'));
  try {
    const result = await measure(root, Number(options.arguments[0] ?? 1000) * 1e6);
    if (!options.json)
      for (const [name, value] of Object.entries(result))
        process.stdout.write(`${name.padEnd(28)} ${value}\n`);
    return result;
  } finally {
    await rm(root, { recursive: true });
  }
}

async function measure(root: string, bytes: number): Promise<BackupBench> {
  const [repo, data, restored] = [join(root, 'repo'), join(root, 'data'), join(root, 'restored')];
  await mkdir(repo);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repo });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'first');
  const { originId } = await inspectRepository(repo);
  const folder = workspaceFolder(data, originId);
  const events = await largeJournal(folder, originId, bytes);
  const lmcp = commands(root);
  const first = await lmcp.firstUse(repo, data);
  const indexMegabytes = (await stat(join(folder, 'views', 'data.mdb'))).size / 1e6;
  const readSeconds = await timed(async () => {
    const segments = join(folder, 'journal', 'segments');
    for (const name of await readdir(segments)) await readFile(join(segments, name));
  });

  const daemon = await lmcp.start(repo, data);
  const before = await lmcp.last(data);
  const load = writeLoad(root, lmcp, repo, data);
  const backed = await lmcp.json<Backed>(['backup', join(root, 'backup'), '--data', data]);
  const after = await lmcp.last(data);
  await load.end();
  await lmcp.stop(data, daemon);
  const back = await lmcp.json<Backed>(['restore', join(root, 'backup'), '--data', restored]);
  const [saved] = backed.workspaces;
  if (!saved) throw new Error('the backup holds no workspace');
  const [original, copy] = await Promise.all([
    fold(join(folder, 'journal'), saved.last),
    fold(join(restored, 'workspaces', saved.folder, 'journal'), saved.last),
  ]);
  const withIndex = await lmcp.firstUse(repo, restored);
  await rm(join(restored, 'workspaces', saved.folder, 'views'), { recursive: true });
  const withoutIndex = await lmcp.firstUse(repo, restored);
  return {
    megabytes: Math.round(bytes / 1e6),
    events,
    indexAndFoldSeconds: first,
    indexMegabytes,
    readSeconds,
    backupSeconds: backed.seconds,
    writtenMeanwhile: after - before,
    restoreSeconds: back.seconds,
    firstUseSeconds: withIndex,
    firstUseWithoutIndexSeconds: withoutIndex,
    headsEqual: back.workspaces[0]?.head === saved.head,
    digestsEqual: original === copy,
  };
}

/** The digests of all learners folded over a journal's first events. */
async function fold(directory: string, to: number): Promise<string> {
  const journal = await readJournal(directory);
  const learners = [development, learning].flatMap(({ learners: makes }) => makes.map((make) => make()));
  for await (const stored of journal.read({ to }))
    for (const learner of learners) foldOne(learner, stored, () => undefined);
  return learners.map((learner) => digestOf(learner)).join(' ');
}

type Commands = ReturnType<typeof commands>;

/** The command line, with sockets of this bench's own. */
function commands(root: string) {
  const env = { ...process.env, XDG_RUNTIME_DIR: root, LMCP_CONFIG: join(root, 'none.toml') };
  const json = <T>(args: readonly string[]) =>
    new Promise<T>((resolve, reject) => {
      execFile(process.execPath, [main, ...args, '--json'], { env, maxBuffer: 1 << 26 }, (error, stdout) => {
        if (error) reject(new Error(`lmcp ${args[0]}: ${stdout}`));
        else resolve(JSON.parse(stdout) as T);
      });
    });
  const start = async (repo: string, data: string) => {
    const child = spawn(
      process.execPath,
      [main, 'start', '--json', '--port', '0', '--repo', repo, '--data', data],
      {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)));
    });
    return child;
  };
  const stop = async (data: string, child: Awaited<ReturnType<typeof start>>) => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    await json(['stop', '--data', data]);
    await gone;
  };
  return {
    json,
    start,
    stop,
    async last(data: string): Promise<number> {
      const status = await json<{ workspaces: readonly { events: number | null }[] }>([
        'status',
        '--data',
        data,
      ]);
      return status.workspaces[0]?.events ?? 0;
    },
    /** Seconds from launch until everything is folded. */
    async firstUse(repo: string, data: string): Promise<number> {
      let child: Awaited<ReturnType<typeof start>> | undefined;
      const seconds = await timed(async () => {
        child = await start(repo, data);
        await json(['learn', repo, '--data', data]);
      });
      if (child) await stop(data, child);
      return seconds;
    },
  };
}

/** Imports a file of events, again and again: the journal thread commits durably all the time. */
function writeLoad(root: string, { json }: Commands, repo: string, data: string): { end(): Promise<void> } {
  let ending = false;
  const file = join(root, 'load.jsonl');
  const importing = (async () => {
    await writeFile(
      file,
      typicalEvents(20_000, 2)
        .map((event) => `${formatEventLine(toEvent(event))}\n`)
        .join(''),
    );
    while (!ending) await json(['import', 'jsonl', file, '--repo', repo, '--data', data]);
  })();
  return {
    end: () => {
      ending = true;
      return importing;
    },
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

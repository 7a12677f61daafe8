/**
 * Claude Code with our guard installed by `lmcp init`, over a scripted model: what must be stopped is, what must not is not.
 * It exists because only the client itself shows what reaches its model when a hook says no.
 * Invariant: everything happens below one scratch folder, with a daemon, a home and a model of its own; exit code 1 on any miss.
 *
 * Usage: node test/agent/check-guard.mjs CLAUDE LMCP_MAIN FOLDER   (FOLDER is empty; HOME, LMCP_DATA and XDG_RUNTIME_DIR lie in it)
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { runSession } from './claude-code.mjs';
import { destructiveCommands } from './destructive-commands.mjs';
import { ordinaryCommands } from './ordinary-commands.mjs';
import { git, makeProject } from './scratch-project.mjs';

const [claude = '', main = '', folder = ''] = process.argv.slice(2);
const home = process.env.HOME ?? '';
const OURS = /lmcp: (?:caution|unknown|dangerous|blocked)/;
let misses = 0;
let daemon;

// Told to end, it leaves no daemon that would write into a folder which is being removed.
process.once('SIGTERM', () => endDaemon().then(() => process.exit(143)));

function say(ok, what, detail = '') {
  if (!ok) misses += 1;
  console.log(`${ok ? 'ok  ' : 'BAD '} ${what}${ok || detail === '' ? '' : `\n     ${detail}`}`);
}

const lmcp = (cwd, ...args) => execFileSync(process.execPath, [main, ...args], { cwd, encoding: 'utf8' });

async function withDaemon(repo, work) {
  daemon = spawn(process.execPath, [main, 'start', '--json', '--port', '0', '--repo', repo], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(daemon.stdout, 'data');
  try {
    return await work();
  } finally {
    await endDaemon();
  }
}

async function endDaemon() {
  if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
  daemon.kill();
  await once(daemon, 'exit');
}

async function withServer(work) {
  const server = createServer((_, response) => response.end('fine\n'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.close();
  }
}

function project(name) {
  const root = join(folder, name);
  mkdirSync(root);
  makeProject(root);
  lmcp(root, 'init', '--client', 'claude', '--yes');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'Connect the agent');
  return root;
}

async function destructive(url) {
  const root = project('guarded');
  git(folder, 'init', '-q', '--bare', '-b', 'main', 'remote.git');
  git(root, 'remote', 'add', 'origin', join(folder, 'remote.git'));
  git(root, 'push', '-q', 'origin', 'main');
  appendFileSync(join(root, 'src/parser.mjs'), '// unsaved work\n');
  writeFileSync(join(root, 'draft.md'), 'A draft.\n');
  writeFileSync(join(home, 'letters.txt'), 'Dear Ada\n');
  const rows = destructiveCommands({ project: root, home, url });
  const commands = rows.map(({ command }) => command);
  const flags = ['--dangerously-skip-permissions'];
  const { results, err } = await withDaemon(root, () =>
    runSession({ claude, home, cwd: root, commands, flags }),
  );
  for (const [at, { command, says, safer, intact }] of rows.entries()) {
    const text = results[at]?.text ?? `no result; ${err.slice(0, 300)}`;
    const stopped = results[at]?.isError === true && OURS.test(text) && says.test(text);
    const offered = safer === undefined || (/Safer: /.test(text) && safer.test(text));
    say(
      stopped && offered && intact(),
      `stopped, with its reason${safer ? ' and the safer form' : ''}: ${command}`,
      text,
    );
  }
}

async function asked() {
  const root = project('asked');
  appendFileSync(join(root, 'src/parser.mjs'), '// unsaved work\n');
  const commands = ['git reset --hard'];
  const { results } = await withDaemon(root, () => runSession({ claude, home, cwd: root, commands }));
  const { isError, text } = results[0] ?? {};
  say(
    isError && OURS.test(text),
    'asked about where the tool is allowed, and so refused where nobody can be asked',
    text,
  );
  say(git(root, 'diff', '--stat') !== '', 'the work is still there');
}

async function ordinary(url) {
  const root = project('ordinary');
  const commands = ordinaryCommands(url);
  const flags = ['--dangerously-skip-permissions'];
  const { results, ran } = await withDaemon(root, async () => {
    const { results } = await runSession({ claude, home, cwd: root, commands, flags });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const exported = lmcp(root, 'export', '--type', 'commandFinished');
    return {
      results,
      ran: exported
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).commandFinished),
    };
  });
  const stopped = results.filter(({ text, isError }) => isError && !/^Exit code \d/.test(text));
  say(
    results.length === commands.length,
    `${commands.length} ordinary commands went through the agent`,
    `${results.length}`,
  );
  say(
    stopped.length === 0,
    'none of them was stopped',
    stopped.map((it) => `${it.command}: ${it.text}`).join('\n     '),
  );
  const missing = commands.filter((command) => !ran.some((it) => it.command === command));
  say(missing.length === 0, 'each was recorded as it was run', missing.join('\n     '));
  const failed = results.filter(({ isError }) => isError).map(({ command }) => command);
  console.log(`     ${failed.length} ended with another code than 0: ${failed.join(' · ')}`);
  say(git(root, 'log', '--format=%s').includes('Make the build executable'), 'what they did is there');
}

async function withoutDaemon() {
  const root = project('alone');
  const commands = ['echo still > works.txt', 'cat works.txt'];
  // Its servers would start a daemon.
  const flags = ['--allowedTools', 'Bash', '--strict-mcp-config', '--include-hook-events'];
  const { results, out } = await runSession({ claude, home, cwd: root, commands, flags });
  say(results[1]?.text.includes('still'), 'without a daemon the agent works on', JSON.stringify(results));
  const told = /"systemMessage\\":\\"lmcp did not check this command: no daemon answers/.test(out);
  say(told, 'and the person is told', out.slice(-500));
}

await withServer(async (url) => {
  await destructive(url);
  await asked();
  await ordinary(url);
});
await withoutDaemon();
process.exit(misses === 0 ? 0 : 1);

/**
 * All commands with their options and help, over commander.
 * It exists so that `lmcp help` tells the truth: a command is listed here or nowhere.
 * Invariant: commands are loaded when they run, not when they are listed.
 */
import { Command, CommanderError, Option } from 'commander';
import { LmcpError } from '../errors/index.js';
import { tellFailure } from './failure.js';
import { packageVersion } from './version.js';
import { addVersionCommands } from './versions-program.js';

const data = () => new Option('--data <dir>', 'data folder (default: XDG data folder, or $LMCP_DATA)');
const json = () => new Option('--json', 'print JSON');
const repo = (text: string) => new Option('--repo <path>', text);

function build(quiet: boolean): Command {
  const program = new Command('lmcp')
    .description('MCP servers that learn from your own repository, and measure how well they do.')
    .version(packageVersion())
    .showHelpAfterError('(lmcp help COMMAND shows its options)')
    .exitOverride();
  // With --json the one failure on stdout says it all.
  if (quiet) program.configureOutput({ writeErr: () => undefined });

  program
    .command('start')
    .description('start the daemon: MCP over HTTP and socket, learning, status page')
    .option('--port <n>', 'TCP port on the loopback interface; 0 takes a free one')
    .addOption(data())
    .addOption(repo('repository for clients that name none (default: the one you stand in)'))
    .option('--token <token>', 'bearer token (default: kept in the data folder)')
    .option('--idle-minutes <n>', 'end after so many minutes without use; 0: never')
    .option(
      '--conformance',
      'also serve the fixtures of the public MCP conformance suite at /mcp/conformance, without a token; nothing else is open',
    )
    .option('--background', 'used by the bridge: no output, log file only')
    .addOption(json())
    .action(async (options) => (await import('./start.js')).start(options));
  program
    .command('stop')
    .description('stop the daemon of this data folder')
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./stop.js')).stop(options));
  program
    .command('status')
    .description('what runs, what it has learned, and how well')
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./status.js')).status(options));
  program
    .command('stdio')
    .argument('[server]', 'one server instead of the combined tools')
    .description('MCP over stdin and stdout: a thin bridge to the daemon, which it starts if there is none')
    .addOption(repo('repository (default: the one of the working directory)'))
    .addOption(data())
    .action(() => undefined);
  program
    .command('init')
    .description(
      'write client configurations and shell guards for Claude Code, Cursor and VS Code, after asking',
    )
    .addOption(repo('repository to write into (default: the one you stand in)'))
    .option('--client <name...>', 'claude, cursor, vscode (default: all)')
    .option('--no-hooks', "no hooks: the agents' shell commands are neither checked nor learned from")
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show what would be written')
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./init.js')).init(options));
  program
    .command('doctor')
    .description('check this machine, the data folder, the daemon and the repository')
    .addOption(data())
    .addOption(repo('repository to check (default: the one you stand in)'))
    .addOption(json())
    .action(async (options) => (await import('./doctor.js')).doctor(options));
  program
    .command('hook')
    .description("an agent's hook, on stdin: checks a shell command before it runs, records one that has run")
    .option('--settings [client]', 'print the settings that make an agent run it: claude (default), cursor')
    .option('--shell <name>', 'print what a shell evaluates to record its commands: bash, zsh, fish')
    .addOption(data())
    .action(async (options) => (await import('./hook.js')).hook(options));
  program
    .command('learn')
    .argument('[path]', 'folder inside the repository', '.')
    .description('index and mine a repository, with progress')
    .addOption(data())
    .addOption(json())
    .action(async (path, options) => (await import('./learn.js')).learn(path, options));
  program
    .command('import')
    .argument('<format>', 'jsonl, history')
    .argument(
      '[file]',
      'events, one a line, .jsonl or .jsonl.gz; a history (default: the usual file of the shell)',
    )
    .description('import events, or the history of a shell, into a workspace')
    .addOption(new Option('--shell <shell>', 'of a history: bash, zsh, fish, atuin (default: yours)'))
    .addOption(new Option('--dry-run', 'of a history: say what would be imported'))
    .addOption(repo('the workspace (default: the repository you stand in)'))
    .addOption(data())
    .addOption(json())
    .action(async (format, file, options) => (await import('./import.js')).importFile(format, file, options));
  program
    .command('approve')
    .argument('[request]', 'the request that an agent was given (default: list what waits)')
    .description('let a command run that waits for your word; asks on the terminal')
    .addOption(data())
    .addOption(json())
    .action(async (request, options) => (await import('./approve.js')).approve(request, options));
  program
    .command('evaluate')
    .argument('[files...]', 'events or examples: .jsonl, .csv, each also .gz (forms: docs/evaluate.md)')
    .description('replay a history through the code that serves, and score it beside trivial predictors')
    .option(
      '--task <task>',
      'co-change, next-action, next-command, classify (default: every task that suits what the files hold)',
    )
    .option('--label <label>', 'what to predict: tool, tool+subject (next-action); verb, line (next-command)')
    .option('--target <column>', 'CSV: the column that holds the label (default: the last)')
    .addOption(repo('a repository, for tasks over commits (may be bare)'))
    .option('--last <share>', 'share of the newest commits that is scored')
    .option('--predictions <file>', 'write each prediction, made before its outcome, as one JSON line')
    .addOption(json())
    .action(async (files, options) => (await import('./evaluate.js')).evaluate(files, options));
  program
    .command('replay')
    .description("show each station of one event's way")
    .option('--event <id>', 'an event id, a receipt id or a sequence number')
    .option('--all', 'fold the whole journal anew and compare the digests with the learners that serve')
    .addOption(repo('the workspace (default: the repository you stand in)'))
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./replay.js')).replay(options));
  addVersionCommands(program);
  program
    .command('fsck')
    .description('verify journals, block by block; beside a running daemon as far as can be told')
    .addOption(repo('the workspace (default: the repository you stand in)'))
    .option('--all', 'every workspace of the data folder')
    .option('--repair', 'keep the good prefix of a damaged journal, move the rest aside (no daemon may run)')
    .addOption(data())
    .addOption(json())
    .action(async (options) => (await import('./fsck.js')).check(options));
  program
    .command('backup')
    .argument('<folder>', 'where it goes: a new or empty folder')
    .description('copy everything learned, while the daemon works or while none runs; proved block by block')
    .option('--no-key', 'leave out the key of keyed hashes and encryption (0600 in the backup otherwise)')
    .addOption(data())
    .addOption(json())
    .action(async (folder, options) => (await import('./backup.js')).backup(folder, options));
  program
    .command('restore')
    .argument('<backup>', 'folder that `lmcp backup` made')
    .description('make a data folder from a backup; it must not exist or be empty')
    .addOption(data())
    .addOption(json())
    .action(async (folder, options) => (await import('./restore.js')).restore(folder, options));
  program
    .command('export')
    .argument('[file]', 'where the events go, one JSON object a line (default: stdout); must not exist')
    .description("write a workspace's events as JSONL, as `lmcp import` and `lmcp evaluate` read it")
    .addOption(repo('the workspace (default: the repository you stand in)'))
    .option('--from <n>', 'first sequence number')
    .option('--to <n>', 'last sequence number')
    .option('--type <type...>', 'only events of these types, e.g. commitLanded')
    .addOption(data())
    .addOption(json())
    .action(async (file, options) => (await import('./export.js')).exportEvents(file, options));
  return program;
}

export async function runProgram(argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json');
  // A reader that went away (`lmcp start | head -1`) ends no daemon.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const program = build(json);
  try {
    if (argv.length <= 2) program.outputHelp();
    else await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) tellWrongUsage(error, json);
      return;
    }
    // Whoever launched it in the background parses the reason.
    tellFailure(error, json || argv.includes('--background'));
  }
}

/** Commander has told a person already. */
function tellWrongUsage(error: CommanderError, json: boolean): void {
  process.exitCode = 2;
  if (json) tellFailure(new LmcpError('LMCP_USAGE', error.message.replace(/^error: /, '')), true);
}

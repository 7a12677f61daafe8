/**
 * The agent's hook: reads one hook event on stdin, asks the daemon over its socket, prints the decision.
 * It exists as one CommonJS file with one import because it starts before and after every command an agent runs.
 * Invariant: in time, always: without a daemon the agent works on, and the person is told; with one that refuses, the person is asked.
 *
 * Events: https://code.claude.com/docs/en/hooks (PreToolUse, PostToolUse, PostToolUseFailure; VS Code sends the first two,
 * https://code.visualstudio.com/docs/agent-customization/hooks), https://cursor.com/docs/agent/hooks (beforeShellExecution,
 * afterShellExecution), and a shell's prompt (--shell: session, folder, exit code, milliseconds, command, each ended by NUL).
 * Usage: node hook.cjs --socket PATH [--timeout MS] [--version V] [--shell]
 */
import net = require('node:net');

type Fields = Readonly<Record<string, unknown>>;

/** What the daemon is asked: whether a command may run, or to learn that it ran. */
interface Question {
  readonly event: 'before' | 'after';
  readonly client: 'claude-code' | 'vscode' | 'cursor' | 'shell';
  readonly command: string;
  readonly cwd: string;
  readonly session: string;
  readonly call: string;
  readonly permissionMode?: string;
  readonly exitCode?: number | null;
  readonly durationMs?: number | null;
}

/** The longest a command waits for its check, in milliseconds: the daemon's thread may have to start first. */
const TIMEOUT_MS = 4000;
/** The longest a record of a finished command may take to be handed over, in milliseconds. */
const RECORD_MS = 400;
/** How soon a full queue is tried again, in milliseconds. */
const AGAIN_MS = 20;
/** When a daemon is asked again that has refused for the moment, in milliseconds after the refusal. */
const REFUSED_AGAIN_MS = [150, 600];
/** Codes of a daemon that is there and has not looked: whoever brings that about must not switch the guard off. */
const NOT_LOOKED = ['LMCP_SERVER_DOWN', 'LMCP_OVERLOADED', 'LMCP_TOO_LARGE', 'LMCP_INTERNAL'];
/** Of these, what may be over in a moment. */
const PASSING = ['LMCP_SERVER_DOWN', 'LMCP_OVERLOADED'];
/** Characters of an event; a longer one is refused. */
const MOST_INPUT = 16 * 1024 * 1024;
/** Characters of a reason that a person is shown. */
const MOST_REASON = 4000;
/** What clients call the tool that runs a command: Claude Code, VS Code, Cursor. */
const SHELL_TOOLS = ['Bash', 'run_in_terminal', 'runInTerminal', 'runTerminalCommand', 'Shell'];

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** What the daemon is told; undefined for what is no command of a shell. */
function question(event: Fields): Question | undefined {
  const name = text(event.hook_event_name) || text(event.hookEventName);
  const asked = /ShellExecution$/.test(name) ? ofCursor(event, name) : ofTool(event, name);
  return asked?.command === '' ? undefined : asked;
}

function ofCursor(event: Fields, name: string): Question | undefined {
  const roots = Array.isArray(event.workspace_roots) ? event.workspace_roots : [];
  const shared = {
    client: 'cursor' as const,
    command: text(event.command),
    cwd: text(event.cwd) || text(roots[0]),
    session: text(event.conversation_id),
    call: '',
  };
  if (name === 'beforeShellExecution') return { ...shared, event: 'before' };
  // Cursor does not tell how the command ended.
  return name === 'afterShellExecution'
    ? { ...shared, event: 'after', exitCode: null, durationMs: number(event.duration) }
    : undefined;
}

function ofTool(event: Fields, name: string): Question | undefined {
  if (!SHELL_TOOLS.includes(text(event.tool_name))) return undefined;
  const input = fields(event.tool_input);
  const shared = {
    client: event.tool_name === 'Bash' ? ('claude-code' as const) : ('vscode' as const),
    command: text(input.command),
    cwd: text(event.cwd),
    session: text(event.session_id) || text(event.sessionId),
    call: text(event.tool_use_id),
  };
  const durationMs = number(event.duration_ms);
  switch (name) {
    case 'PreToolUse':
      return { ...shared, event: 'before', permissionMode: text(event.permission_mode) };
    case 'PostToolUse': {
      // A background command has only been started, and only Claude Code tells failures apart: how others end is not known.
      const open =
        fields(event.tool_response).interrupted === true ||
        input.run_in_background === true ||
        shared.client !== 'claude-code';
      return { ...shared, event: 'after', exitCode: open ? null : 0, durationMs };
    }
    case 'PostToolUseFailure':
      return { ...shared, event: 'after', exitCode: exitCode(event), durationMs };
    default:
      return undefined;
  }
}

/** The client tells it in words: "Exit code 1", "Command exited with non-zero status code 1". */
function exitCode(event: Fields): number | null {
  if (event.is_interrupt === true) return null;
  const said = text(event.error).slice(0, 500);
  const found = /\b(?:exit|exited|status)\b[a-z -]{0,30}code:?\s+(\d{1,3})\b/i.exec(said);
  return found ? Number(found[1]) : null;
}

function ofShell(input: string): Question | undefined {
  const [session = '', cwd = '', code = '', milliseconds = '', command = ''] = input.split('\0');
  if (command.trim() === '') return undefined;
  const whole = (digits: string) => (/^\d{1,12}$/.test(digits) ? Number(digits) : null);
  const ended = { exitCode: whole(code), durationMs: whole(milliseconds) };
  return { event: 'after', client: 'shell', command, cwd, session, call: '', ...ended };
}

/** Control and invisible characters made visible: what is printed cannot move a terminal's cursor or hide a part of itself. */
function visible(said: string): string {
  const shown = said
    .slice(0, MOST_REASON)
    .replace(
      /[^\P{C}\n\t]|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu,
      (it) => `\\u{${(it.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return said.length > MOST_REASON ? `${shown} …` : shown;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function decide({ client }: Question, answer: Fields): void {
  const { decision } = answer;
  const reason = visible(text(answer.reason));
  const stops = decision === 'deny' || decision === 'ask';
  // Cursor expects an object, and decides by itself where it holds no permission.
  if (client === 'cursor')
    print(stops ? { permission: decision, user_message: reason, agent_message: reason } : {});
  else if (stops)
    print({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: decision,
        permissionDecisionReason: reason,
      },
    });
}

/** Only a guard that did not guard is worth a word; a lost record is not. */
function unchecked(asked: Pick<Question, 'event' | 'client'>, why: string): void {
  if (asked.event !== 'before') return;
  const told = `lmcp did not check this command: ${visible(why)}`;
  if (asked.client === 'cursor') {
    print({});
    process.stderr.write(`${told}\n`);
  } else print({ systemMessage: told });
}

/** The daemon is there and has not looked at the command: the person does. */
function askThePerson(asked: Question, why: string): void {
  if (asked.event === 'before')
    decide(asked, { decision: 'ask', reason: `lmcp did not check this command: ${why}` });
}

function ask(asked: Question): void {
  const path = option('socket') ?? process.env.LMCP_SOCKET;
  if (path === undefined) {
    unchecked(asked, 'the hook was set up without --socket; run `lmcp hook --settings`.');
    return;
  }
  let socket: net.Socket | undefined;
  let over = false;
  const finish = (say: () => void): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    socket?.destroy();
    say();
  };
  const lost = (why: string): void => finish(() => unchecked(asked, why));
  const wait = Number(option('timeout') ?? (asked.event === 'before' ? TIMEOUT_MS : RECORD_MS));
  /** Why the daemon has refused, where it has. */
  let refused: string | undefined;
  let refusals = 0;
  const timer = setTimeout(() => {
    const why = refused;
    if (why === undefined) lost('the daemon did not answer in time.');
    else finish(() => askThePerson(asked, why));
  }, wait);
  const full = (): void => {
    refused ??= 'so many others ask that the daemon does not answer.';
    setTimeout(attempt, AGAIN_MS);
  };
  const refuse = ({ code, message }: Fields): void => {
    const why = text(message) || 'the daemon refused.';
    if (!NOT_LOOKED.includes(text(code))) {
      lost(why);
      return;
    }
    refused = why;
    const again = PASSING.includes(text(code)) ? REFUSED_AGAIN_MS[refusals] : undefined;
    refusals += 1;
    if (again === undefined) finish(() => askThePerson(asked, why));
    else {
      socket?.removeAllListeners('close');
      socket?.destroy();
      setTimeout(attempt, again);
    }
  };
  const answered = (line: string): void => {
    let reply: Fields;
    try {
      reply = fields(JSON.parse(line));
    } catch {
      lost('the daemon answered with what is no JSON.');
      return;
    }
    if (reply.ok === true) {
      if (asked.event === 'before') finish(() => decide(asked, fields(reply.result)));
      else finish(() => undefined);
    } else refuse(fields(reply.error));
  };
  const session = asked.session.slice(0, 128) || 'hook';
  const preface = { lmcp: 1, version: option('version') ?? 'hook', session, service: 'hook' };
  const lines = `${JSON.stringify(preface)}\n${JSON.stringify(asked)}\n`;
  const attempt = (): void => {
    if (!over)
      socket = exchange({
        path,
        lines,
        asked,
        answered,
        lost,
        full,
        handedOver: () => finish(() => undefined),
      });
  };
  attempt();
}

interface Exchange {
  readonly path: string;
  readonly lines: string;
  readonly asked: Question;
  readonly answered: (line: string) => void;
  readonly lost: (why: string) => void;
  /** Nobody waits for what becomes of a record. */
  readonly handedOver: () => void;
  readonly full: () => void;
}

/** One connection: both lines out, one line in. */
function exchange({ path, lines, asked, answered, lost, handedOver, full }: Exchange): net.Socket {
  const socket = net.connect(path);
  let received = '';
  socket.setEncoding('utf8');
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EAGAIN') {
      // So many others want in that the queue is full: whoever floods it must not switch the guard off.
      socket.removeAllListeners('close');
      full();
    } else lost('no daemon answers; `lmcp start` starts it.');
  });
  socket.on('close', () => lost('the daemon closed the connection.'));
  socket.on('data', (chunk: string) => {
    received += chunk;
    const end = received.indexOf('\n');
    if (end >= 0) answered(received.slice(0, end));
    else if (received.length > MOST_INPUT) lost('the daemon answered with what is no line.');
  });
  socket.write(lines, (error) => {
    if (!error && asked.event === 'after') handedOver();
  });
  return socket;
}

let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  // Read to its end all the same: a client may trip over a pipe that breaks.
  if (input.length <= MOST_INPUT) input += chunk;
});
process.stdin.on('error', () => undefined);
process.stdin.on('end', () => {
  let asked: Question | undefined;
  if (input.length > MOST_INPUT) {
    unchecked({ event: 'before', client: 'claude-code' }, 'its hook event is too long.');
    return;
  }
  try {
    asked = process.argv.includes('--shell') ? ofShell(input) : question(fields(JSON.parse(input)));
  } catch {
    // What is no hook event is nobody's command.
    return;
  }
  if (asked) ask(asked);
});

/**
 * The agent's hook: reads one hook event on stdin, asks the daemon over its socket, prints the decision.
 * It exists as one CommonJS file with one import because it starts before and after every command an agent runs.
 * Invariant: it fails open and in time: without an answer of the daemon the agent works on, and the person is told.
 *
 * Wire: https://code.claude.com/docs/en/hooks (PreToolUse, PostToolUse, PostToolUseFailure).
 * Usage: node hook.cjs --socket PATH [--timeout MS] [--version V]
 */
import net = require('node:net');

interface HookEvent {
  readonly hook_event_name?: unknown;
  readonly session_id?: unknown;
  readonly cwd?: unknown;
  readonly permission_mode?: unknown;
  readonly tool_name?: unknown;
  readonly tool_input?: { readonly command?: unknown; readonly run_in_background?: unknown };
  readonly tool_use_id?: unknown;
  readonly tool_response?: { readonly interrupted?: unknown };
  readonly error?: unknown;
  readonly is_interrupt?: unknown;
  readonly duration_ms?: unknown;
}

/** What the daemon answers: `none` leaves the decision to the client's own rules. */
interface Answer {
  readonly decision?: unknown;
  readonly reason?: unknown;
}

/** A command that cannot be asked about within this time runs unasked, in milliseconds. */
const TIMEOUT_MS = 400;

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the daemon is told; undefined for what is no command of a shell. */
function question(event: HookEvent): Record<string, unknown> | undefined {
  const command = event.tool_input?.command;
  if (event.tool_name !== 'Bash' || typeof command !== 'string' || command === '') return undefined;
  const shared = {
    command,
    cwd: text(event.cwd),
    session: text(event.session_id),
    call: text(event.tool_use_id),
  };
  switch (event.hook_event_name) {
    case 'PreToolUse':
      return { ...shared, event: 'before', permissionMode: text(event.permission_mode) };
    case 'PostToolUse': {
      // A background command has only been started: how it ends is not known.
      const open = event.tool_response?.interrupted === true || event.tool_input?.run_in_background === true;
      return { ...shared, event: 'after', exitCode: open ? null : 0, durationMs: duration(event) };
    }
    case 'PostToolUseFailure':
      return { ...shared, event: 'after', exitCode: exitCode(event), durationMs: duration(event) };
    default:
      return undefined;
  }
}

function duration({ duration_ms: ms }: HookEvent): number | null {
  return typeof ms === 'number' && ms >= 0 ? ms : null;
}

/** The client tells it in words: "Exit code 1", "Command exited with non-zero status code 1". */
function exitCode(event: HookEvent): number | null {
  if (event.is_interrupt === true) return null;
  const found = /\b(?:exit|exited|status)\b[a-z -]{0,30}code:?\s+(\d{1,3})\b/i.exec(
    text(event.error).slice(0, 500),
  );
  return found ? Number(found[1]) : null;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function decide(answer: Answer): void {
  const { decision, reason } = answer;
  if (decision !== 'deny' && decision !== 'ask') return;
  print({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: decision,
      permissionDecisionReason: text(reason),
    },
  });
}

/** Only a guard that did not guard is worth a word; a lost record is not. */
function unchecked(asked: Record<string, unknown>, why: string): void {
  if (asked.event === 'before') print({ systemMessage: `lmcp did not check this command: ${why}` });
}

function ask(asked: Record<string, unknown>): void {
  const path = option('socket') ?? process.env.LMCP_SOCKET;
  if (path === undefined) {
    unchecked(asked, 'the hook was set up without --socket; run `lmcp hook --settings`.');
    return;
  }
  const socket = net.connect(path);
  let over = false;
  let received = '';
  const finish = (say: () => void): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    socket.destroy();
    say();
  };
  const lost = (why: string): void => finish(() => unchecked(asked, why));
  const timer = setTimeout(
    () => lost('the daemon did not answer in time.'),
    Number(option('timeout') ?? TIMEOUT_MS),
  );
  socket.setEncoding('utf8');
  socket.on('error', () => lost('no daemon answers; `lmcp start` starts it.'));
  socket.on('close', () => lost('the daemon closed the connection.'));
  socket.on('data', (chunk: string) => {
    received += chunk;
    for (let end = received.indexOf('\n'); end >= 0 && !over; end = received.indexOf('\n')) {
      const line = received.slice(0, end);
      received = received.slice(end + 1);
      take(line);
    }
  });
  function take(line: string): void {
    let reply: { ok?: unknown; error?: { message?: unknown }; id?: unknown; result?: Answer };
    try {
      reply = JSON.parse(line);
    } catch {
      lost('the daemon answered with what is no JSON.');
      return;
    }
    if (reply.ok === true) return;
    if (reply.ok === false || reply.error) {
      lost(text(reply.error?.message) || 'the daemon refused.');
      return;
    }
    const { id, result } = reply;
    if (id === 1 && result) finish(() => decide(result));
  }
  const preface = {
    lmcp: 1,
    version: option('version') ?? 'hook',
    session: text(asked.session).slice(0, 128) || 'hook',
    server: 'bash',
    cwd: asked.cwd,
  };
  const request = { jsonrpc: '2.0', id: 1, method: 'lmcp/hook', params: asked };
  socket.write(`${JSON.stringify(preface)}\n${JSON.stringify(request)}\n`);
}

let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  input += chunk;
});
process.stdin.on('error', () => undefined);
process.stdin.on('end', () => {
  let asked: Record<string, unknown> | undefined;
  try {
    asked = question(JSON.parse(input) as HookEvent);
  } catch {
    // What is no hook event is nobody's command.
    return;
  }
  if (asked) ask(asked);
});

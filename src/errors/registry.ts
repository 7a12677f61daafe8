/**
 * The rows of the error registry: stable code → JSON-RPC code, HTTP status, retry, hint.
 * They exist in one table so that documentation and tests can walk over all of them.
 * Invariant: rows are added, never renumbered; JSON-RPC codes follow the MCP specification where it names one, and keep
 * out of -32000..-32099 where it names none (2026-07-28, basic, Error Codes).
 */
interface Row {
  /** JSON-RPC error code on the wire. */
  readonly wire: number;
  /** HTTP status when the failure ends the HTTP exchange. */
  readonly http: number;
  /** Whether the same call may succeed later without a change. */
  readonly retry: boolean;
  /** What the user can do about it. */
  readonly hint: string;
}

export const errors = {
  LMCP_PARSE: { wire: -32700, http: 400, retry: false, hint: 'Send one JSON-RPC message as UTF-8 JSON.' },
  LMCP_INVALID_REQUEST: {
    wire: -32600,
    http: 400,
    retry: false,
    hint: 'See the MCP specification for the shape of a request.',
  },
  LMCP_UNKNOWN_METHOD: {
    wire: -32601,
    http: 404,
    retry: false,
    hint: 'Call server/discover or initialize to see what is served.',
  },
  LMCP_INVALID_PARAMS: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Compare the arguments with the inputSchema from tools/list.',
  },
  LMCP_UNKNOWN_TOOL: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Call tools/list to see the names of this endpoint.',
  },
  LMCP_UNKNOWN_PROMPT: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Call prompts/list to see the names of this endpoint.',
  },
  LMCP_UNKNOWN_RESOURCE: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Call resources/list and resources/templates/list to see what this endpoint reads.',
  },
  // The same in the words of revision 2025-11-25 (server/resources, Error Handling).
  LMCP_RESOURCE_NOT_FOUND: {
    wire: -32002,
    http: 404,
    retry: false,
    hint: 'Call resources/list and resources/templates/list to see what this endpoint reads.',
  },
  LMCP_UNKNOWN_TASK: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Tasks are forgotten when their ttlMs is over or their server thread ended. Call the tool again.',
  },
  LMCP_REQUEST_STATE: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Send requestState back as it came, with the same request, before it expires; or start the request anew.',
  },
  LMCP_BAD_ANSWER: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Answer each question in the shape its method and its requestedSchema ask for.',
  },
  LMCP_MISSING_CAPABILITY: {
    wire: -32021,
    http: 400,
    retry: false,
    hint: 'Declare the capability that `data.requiredCapabilities` names, or use a client that has it.',
  },
  LMCP_CLIENT_GONE: {
    wire: -31499,
    http: 499,
    retry: true,
    hint: 'The client went away, or its stream broke, before it answered. Call again.',
  },
  LMCP_NO_ANSWER: {
    wire: -31408,
    http: 504,
    retry: true,
    hint: 'Nobody answered the question in time. Call again when somebody is there to answer.',
  },
  LMCP_UNSUPPORTED_REVISION: {
    wire: -32022,
    http: 400,
    retry: false,
    hint: 'Use protocol revision 2026-07-28 or 2025-11-25.',
  },
  LMCP_HEADER_MISMATCH: {
    wire: -32020,
    http: 400,
    retry: false,
    hint: 'Make the Mcp-* headers say what the body says.',
  },
  LMCP_INTERNAL: {
    wire: -32603,
    http: 500,
    retry: true,
    hint: 'This is our fault, not yours. The daemon log has the details.',
  },
  LMCP_CANCELLED: { wire: -32800, http: 499, retry: true, hint: 'The request was cancelled by its sender.' },
  LMCP_TOO_LARGE: { wire: -32600, http: 413, retry: false, hint: 'Keep a message within 4 MiB.' },
  LMCP_METHOD_NOT_ALLOWED: {
    wire: -32600,
    http: 405,
    retry: false,
    hint: 'Send MCP messages by POST; with an Mcp-Session-Id, GET opens its stream and DELETE ends it.',
  },
  LMCP_NOT_ACCEPTABLE: {
    wire: -32600,
    http: 406,
    retry: false,
    hint: 'Send "Accept: application/json, text/event-stream".',
  },
  LMCP_MEDIA_TYPE: {
    wire: -32600,
    http: 415,
    retry: false,
    hint: 'Send "Content-Type: application/json".',
  },
  LMCP_NO_SUCH_PATH: {
    wire: -32600,
    http: 404,
    retry: false,
    hint: 'The endpoints are /mcp and /mcp/<server>.',
  },
  LMCP_ANSWER_TOO_LARGE: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'Ask for less: a smaller `limit`, fewer paths, or the next page by its cursor.',
  },
  LMCP_OVERLOADED: {
    wire: -31503,
    http: 503,
    retry: true,
    hint: 'Too much is waiting. Try again after the time in Retry-After.',
  },
  LMCP_RATE_LIMITED: {
    wire: -31429,
    http: 429,
    retry: true,
    hint: 'This client sends too much at once. Try again after the time in Retry-After; the limit is [limits] in the configuration.',
  },
  LMCP_SERVER_DOWN: {
    wire: -31502,
    http: 503,
    retry: true,
    hint: 'The server thread is being restarted. Try again at once.',
  },
  LMCP_UNAUTHORIZED: {
    wire: -31401,
    http: 401,
    retry: false,
    hint: 'Send "Authorization: Bearer TOKEN"; the token is in the file that `lmcp status` names.',
  },
  LMCP_FORBIDDEN_ORIGIN: {
    wire: -31403,
    http: 403,
    retry: false,
    hint: 'Only pages of this machine may call the daemon.',
  },
  LMCP_FORBIDDEN_HOST: {
    wire: -31403,
    http: 403,
    retry: false,
    hint: 'Use 127.0.0.1 or localhost as the host.',
  },
  LMCP_SESSION_UNKNOWN: {
    wire: -31404,
    http: 404,
    retry: false,
    hint: 'Initialize again: the daemon does not know this session.',
  },
  LMCP_UNKNOWN_SERVER: {
    wire: -32602,
    http: 404,
    retry: false,
    hint: 'Servers are listed by `lmcp status`.',
  },
  LMCP_NOT_A_REPOSITORY: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Run lmcp inside a git repository or give one with --repo PATH.',
  },
  LMCP_NO_COMMITS: {
    wire: -32602,
    http: 400,
    retry: true,
    hint: 'There is no history to learn from yet. Commit something first.',
  },
  LMCP_SHALLOW_CLONE: {
    wire: -32602,
    http: 400,
    retry: true,
    hint: 'Only part of the history is here. Run `git fetch --unshallow` to learn from all of it.',
  },
  LMCP_REPOSITORY_OWNER: {
    wire: -32602,
    http: 403,
    retry: false,
    hint: 'The repository belongs to another user. If you trust it: git config --global --add safe.directory PATH.',
  },
  LMCP_GIT_FAILED: {
    wire: -32603,
    http: 500,
    retry: true,
    hint: 'git ended with an error; its message is above.',
  },
  LMCP_GIT_TIMEOUT: {
    wire: -32603,
    http: 500,
    retry: true,
    hint: 'git did not answer in time. Look for a lock or a slow disk.',
  },
  LMCP_PATH_OUTSIDE: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Give paths inside the repository, relative to its root.',
  },
  LMCP_UNKNOWN_PREDICTION: {
    wire: -32602,
    http: 404,
    retry: false,
    hint: 'Use the prediction id that an answer carried; receipts expire.',
  },
  LMCP_DATA_VERSION: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'The data folder was written by another version. Use that version, or another folder with --data.',
  },
  LMCP_DATA_LOCKED: {
    wire: -32603,
    http: 500,
    retry: true,
    hint: 'Another daemon uses this data folder. `lmcp status` names it; `lmcp stop` ends it.',
  },
  LMCP_JOURNAL_CORRUPT: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'Run `lmcp fsck`: it names the first bad block and keeps the good prefix.',
  },
  LMCP_JOURNAL_KEY: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'The data folder is encrypted with another key, or with none. Start with the key it was made with.',
  },
  LMCP_DISK_FULL: {
    wire: -32603,
    http: 507,
    retry: true,
    hint: 'Free some space; nothing acknowledged is lost and reading goes on.',
  },
  LMCP_DISK: {
    wire: -32603,
    http: 500,
    retry: true,
    hint: 'The disk refused a write or a read; see the message above.',
  },
  LMCP_PORT_IN_USE: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'Choose another port with --port N, or --port 0 for a free one.',
  },
  LMCP_NO_DAEMON: { wire: -32603, http: 503, retry: true, hint: 'Start it with `lmcp start`.' },
  LMCP_BAD_EVENT: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Each line is one Event of proto/learning/v1/events.proto in ProtoJSON.',
  },
  LMCP_BAD_EXAMPLE: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Each line is {"x": {…}, "y": …}, or a question {"id", "x"} and later its label {"id", "y"}; CSV is RFC 4180 with a header. See docs/evaluate.md.',
  },
  LMCP_BAD_STATE: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'A snapshot could not be read; it will be rebuilt from the journal.',
  },
  LMCP_STALE_STATE: {
    wire: -32603,
    http: 409,
    retry: true,
    hint: 'Something was forgotten meanwhile; ask again once the learners are rebuilt.',
  },
  LMCP_BAD_FEATURES: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Give finite numbers of at most 1e100 by name, at most 4,096 of them, and a label of at most 1,024 characters.',
  },
  LMCP_ENVIRONMENT: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'This machine lacks what is named above. Install or update it, then run `lmcp doctor` again.',
  },
  LMCP_DAEMON_VERSION: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'Run `lmcp stop`: the next command starts a daemon of its own version.',
  },
  LMCP_NO_JOURNAL: {
    wire: -32602,
    http: 404,
    retry: true,
    hint: 'Nothing was recorded for this repository in this data folder yet: `lmcp learn` does it; see also --repo and --data.',
  },
  LMCP_NOT_EMPTY: {
    wire: -32602,
    http: 409,
    retry: false,
    hint: 'Name a folder that does not exist or is empty. Nothing was changed.',
  },
  LMCP_BAD_BACKUP: {
    wire: -32603,
    http: 500,
    retry: true,
    hint: 'What was copied is not what was meant. Take the backup again, or use another one; `lmcp fsck` checks the original.',
  },
  LMCP_NO_SANDBOX: {
    wire: -32603,
    http: 500,
    retry: false,
    hint: 'Install bubblewrap (Debian: apt-get install bubblewrap) and allow user namespaces; `lmcp doctor` checks it.',
  },
  LMCP_INTERACTIVE: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Run it in a terminal, or use the form without questions that the message names.',
  },
  LMCP_PREVIEW_SIZE: {
    wire: -32602,
    http: 413,
    retry: false,
    hint: 'Preview from a smaller folder, or on a machine where overlays can be mounted.',
  },
  LMCP_APPROVAL: {
    wire: -32602,
    http: 403,
    retry: false,
    hint: 'Approvals are for one run of one command in one folder, and expire. Ask for a new one with run_command.',
  },
  LMCP_USAGE: { wire: -32602, http: 400, retry: false, hint: 'See `lmcp help COMMAND`.' },
  LMCP_NEEDS_APPROVAL: {
    wire: -31403,
    http: 403,
    retry: false,
    hint: 'A person must agree outside the model: run the command on a terminal, or use a client that asks its user (elicitation).',
  },
  LMCP_UNKNOWN_LEARNER: {
    wire: -32602,
    http: 404,
    retry: false,
    hint: 'A learner is named by its task; `learning_report` and `lmcp status` list them.',
  },
  LMCP_UNKNOWN_VERSION: {
    wire: -32602,
    http: 404,
    retry: false,
    hint: 'A version is a snapshot id (6 digits or more), a tag, a branch, HEAD, HEAD~n or @sequence; `lmcp models log` lists them.',
  },
  LMCP_AMBIGUOUS_VERSION: {
    wire: -32602,
    http: 409,
    retry: false,
    hint: 'Give more digits of the snapshot id.',
  },
  LMCP_BAD_NAME: {
    wire: -32602,
    http: 400,
    retry: false,
    hint: 'Use at most 64 letters, digits, dots, slashes, dashes and underscores, a letter or digit first; not HEAD, no two dots in a row.',
  },
  LMCP_NAME_TAKEN: {
    wire: -32602,
    http: 409,
    retry: false,
    hint: 'Choose another name; to switch to a branch that exists, name it without a ref.',
  },
  LMCP_TOO_MANY_NAMES: {
    wire: -32602,
    http: 409,
    retry: false,
    hint: 'A learner has at most 200 tags and 100 branches: use the names there are, or @sequence, which needs none.',
  },
  LMCP_STALE_HOOK: {
    wire: -31603,
    http: 500,
    retry: false,
    hint: '`lmcp init` replaces it.',
  },
  LMCP_UNKNOWN_SERVICE: {
    wire: -32602,
    http: 404,
    retry: false,
    hint: 'The daemon is of another version than its client: `lmcp stop`, and the next use starts this one.',
  },
} as const satisfies Record<string, Row>;

/** A stable error code of the registry. */
export type ErrorCode = keyof typeof errors;

/**
 * Reads the bytes of `git log -z --raw --numstat` as they arrive and gives one record a commit.
 * It exists apart from the process so that every odd file name and message can be tested as bytes.
 * Invariant: however the bytes are cut into chunks, the records are the same.
 */

export type RawStatus = 'A' | 'M' | 'D' | 'R';

export interface LoggedFile {
  readonly path: string;
  readonly status: RawStatus;
  /** Set for renames only. */
  readonly previousPath: string | null;
  /** Lines; 0 for binary files. */
  added: number;
  deleted: number;
}

export interface LoggedCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  readonly committerName: string;
  readonly committerEmail: string;
  /** Committer time, seconds since the epoch. */
  readonly time: number;
  readonly message: string;
  readonly files: readonly LoggedFile[];
}

/** The format this parser reads: fields and the message each end with NUL, for git forbids NUL in all of them. */
export const logFormat = 'tformat:commit %H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%ct%x00%B';
const headerFields = 8;

function statusOf(letter: string): RawStatus {
  if (letter === 'A' || letter === 'C') return 'A';
  if (letter === 'D' || letter === 'R') return letter;
  return 'M';
}

/** Turns one commit's NUL-separated tokens into a record: header, raw entries, then numstat in the same order. */
function commitOf(tokens: readonly string[], messageCap: number): LoggedCommit {
  const [first = '', parents = '', an = '', ae = '', cn = '', ce = '', time = '', message = ''] = tokens;
  const files: LoggedFile[] = [];
  let counted = 0;
  let at = headerFields;
  while (at < tokens.length) {
    const token = (tokens[at] ?? '').replace(/^\n+/, '');
    if (token.startsWith(':')) {
      const letter = token.slice(token.lastIndexOf(' ') + 1, token.lastIndexOf(' ') + 2);
      const renamed = letter === 'R' || letter === 'C';
      const path = tokens[at + (renamed ? 2 : 1)] ?? '';
      const previousPath = letter === 'R' ? (tokens[at + 1] ?? '') : null;
      files.push({ path, status: statusOf(letter), previousPath, added: 0, deleted: 0 });
      at += renamed ? 3 : 2;
      continue;
    }
    const match = /^(\d+|-)\t(\d+|-)\t/.exec(token);
    if (match) {
      const file = files[counted++];
      if (file) {
        file.added = match[1] === '-' ? 0 : Number(match[1]);
        file.deleted = match[2] === '-' ? 0 : Number(match[2]);
      }
      at += match[0].length === token.length ? 3 : 1;
      continue;
    }
    at += 1;
  }
  return {
    sha: first.slice('commit '.length),
    parents: parents === '' ? [] : parents.split(' '),
    authorName: an,
    authorEmail: ae,
    committerName: cn,
    committerEmail: ce,
    time: Number(time) || 0,
    message: message.slice(0, messageCap).trimEnd(),
    files,
  };
}

/**
 * How many tokens an entry takes beyond its first, or 'header' when a new commit starts.
 * Known from the first token alone, so a file named "commit …" is never taken for a header.
 */
function entryLength(token: string): number | 'header' {
  const text = token.replace(/^\n+/, '');
  if (text.startsWith(':')) return /^[RC]/.test(text.slice(text.lastIndexOf(' ') + 1)) ? 3 : 2;
  const numstat = /^(\d+|-)\t(\d+|-)\t/.exec(text);
  if (numstat) return numstat[0].length === text.length ? 3 : 1;
  return text.startsWith('commit ') ? 'header' : 1;
}

export interface LogParser {
  /** Takes the next bytes; gives the commits that are complete by now. */
  push(chunk: Buffer): LoggedCommit[];
  /** Gives the last commit once git has ended. */
  end(): LoggedCommit[];
}

/** `messageCap`: characters of a message that are kept. */
export function createLogParser(messageCap = 16_384): LogParser {
  let rest: Buffer = Buffer.alloc(0);
  let tokens: string[] = [];
  let owed = 0;

  function take(token: string, out: LoggedCommit[]): void {
    if (owed > 0) {
      owed -= 1;
      tokens.push(token);
      return;
    }
    const length = entryLength(token);
    if (length === 'header') {
      if (tokens.length > 0) out.push(commitOf(tokens, messageCap));
      tokens = [token.replace(/^\n+/, '')];
      owed = headerFields - 1;
      return;
    }
    tokens.push(token);
    owed = length - 1;
  }

  return {
    push(chunk) {
      const out: LoggedCommit[] = [];
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let nul = bytes.indexOf(0, from); nul !== -1; nul = bytes.indexOf(0, from)) {
        take(bytes.toString('utf8', from, nul), out);
        from = nul + 1;
      }
      rest = bytes.subarray(from);
      return out;
    },
    end() {
      const out: LoggedCommit[] = [];
      if (rest.length > 0) take(rest.toString('utf8'), out);
      rest = Buffer.alloc(0);
      if (tokens.length > 0) out.push(commitOf(tokens, messageCap));
      tokens = [];
      return out;
    },
  };
}

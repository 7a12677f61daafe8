/**
 * Safer forms of deletions and overwriting: look first, move away, write beside.
 * They exist because a name is typed wrong more often than a deletion is meant wrong.
 * Invariant: operands stay as they were typed, quotes included.
 */
import type { Finding, Fix } from '../answer.js';
import { fixOf, type Typed, typed } from './words.js';

/** Wrappers that run on this machine and leave substitutions to this shell. */
const HERE =
  /^(?:sudo|doas|command|builtin|time|nohup|nice|ionice|stdbuf|timeout|\d+[smh]?|-[\w=]+|\w+=\S*)$/;

/** `rm -rf src` → moved to a directory of its own under /tmp. */
export function moveAway(source: string, finding: Finding): Fix | undefined {
  const words = typed(source, finding, /^rm$/, HERE);
  const [rm, ...rest] = words ?? [];
  const first = rest.findIndex(({ text }) => !text.startsWith('-'));
  if (!rm || first < 0) return undefined;
  const operands = rest.slice(first);
  // Options after the operands would be moved too.
  if (operands.some(({ text }) => text.startsWith('-'))) return undefined;
  return fixOf(
    source,
    [
      { start: rm.start, end: operands[0]?.start ?? rm.end, text: 'mv -- ' },
      end(operands, ' "$(mktemp -d)"'),
    ],
    'Moves it to a temporary directory, from where it can be had back.',
  );
}

const end = (words: readonly Typed[], text: string) => {
  const at = words.at(-1)?.end ?? 0;
  return { start: at, end: at, text };
};

/** `mv f /dev/null` → moved to a directory of its own under /tmp. */
export function moveElsewhere(source: string, finding: Finding): Fix | undefined {
  const to = typed(source, finding, /^mv$/, HERE)?.findLast(({ text }) => text === '/dev/null');
  return (
    to &&
    fixOf(
      source,
      [{ start: to.start, end: to.end, text: '"$(mktemp -d)"' }],
      'Moves it to a temporary directory, from where it can be had back.',
    )
  );
}

/** `find … -delete` → `-print`, `find … -exec rm {} +` → `-print`, `… | xargs rm` → `xargs echo rm`. */
export function listInstead(source: string, finding: Finding): Fix | undefined {
  const why = 'Lists what would be deleted; run the other form when the list is right.';
  const found = typed(source, finding, /^(?:g?find|bfs)$/);
  if (found) {
    const at = found.findIndex(({ text }) => /^-(?:delete|exec|execdir)$/.test(text));
    const action = found[at];
    if (!action) return undefined;
    if (action.text === '-delete') return fixOf(source, [{ ...action, text: '-print' }], why);
    const close = found.findIndex(({ text }, i) => i > at && /^(?:\\;|';'|";"|\+)$/.test(text));
    const last = found[close];
    return last && fixOf(source, [{ start: action.start, end: last.end, text: '-print' }], why);
  }
  const handed = typed(source, finding, /^xargs$/);
  const program = handed?.find(({ text }, i) => i > 0 && /^(?:\/bin\/)?(?:rm|unlink|shred)$/.test(text));
  return program && fixOf(source, [{ start: program.start, end: program.start, text: 'echo ' }], why);
}

/** `> f`, `: > f`, `truncate -s 0 f` → the old content stays under another name. */
export function setAside(source: string, finding: Finding): Fix | undefined {
  // The finding may be about the redirection alone.
  const lead = /(?:^|[;&|({\n]\s*|\b(?:then|do|else)\s+)((?::|true)\s+)?$/.exec(
    source.slice(0, finding.start),
  );
  if (!lead) return undefined;
  const start = finding.start - (lead[1]?.length ?? 0);
  const text = source.slice(start, finding.end);
  const m =
    /^(?:(?::|true)\s*)?>\|?\s*([\w./~-]+)$/.exec(text) ??
    /^truncate\s+(?:-s\s*0|--size[= ]0)\s+([\w./~-]+)$/.exec(text) ??
    /^cp\s+\/dev\/null\s+([\w./~-]+)$/.exec(text) ??
    /^cat\s+\/dev\/null\s*>\s*([\w./~-]+)$/.exec(text);
  return m
    ? {
        text: `mv -n -- ${m[1]} ${m[1]}.bak`,
        start,
        end: finding.end,
        why: 'Keeps the old content under another name.',
      }
    : undefined;
}

/** `sort f > f` → `sort f > f.new`. */
export function writeBeside(source: string, finding: Finding): Fix | undefined {
  const text = source.slice(finding.start, finding.end);
  const m = />\s*([\w./~-]+)\s*$/.exec(text);
  if (!m) return undefined;
  const at = finding.start + text.lastIndexOf(m[1] ?? '') + (m[1] ?? '').length;
  return { text: '.new', start: at, end: at, why: 'Writes beside it; move it over once it is right.' };
}

const SPAN = String.raw`(?:"[^"]*"|'[^']*'|[^|;&\n"'<>])*?`;
const PIPED = new RegExp(
  String.raw`(?:^|[;&\n]\s*)((?:sudo\s+)?(curl|wget)\b${SPAN})\s*\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:[\w/]*\/)?(?:(?:ba|z|da|k)?sh|python3?|node|perl|ruby)\b[^|;&\n]*$`,
);

/** `curl … | sh` → into a file, and read before anyone runs it. */
export function readFirst(source: string, finding: Finding): Fix | undefined {
  const before = source.slice(0, finding.end);
  const m = PIPED.exec(before);
  const fetch = m?.[1];
  if (m === null || fetch === undefined) return undefined;
  const start = m.index + m[0].indexOf(fetch);
  const bare = fetch
    .replace(/\s+(?:-qO\s*-|-O\s*-|--output-document=-)(?=\s|$)/, ' -q')
    .replace(/\s+-o\s*-(?=\s|$)/, '')
    .replace(/^sudo\s+/, '');
  const into = m[2] === 'wget' ? '-O script.sh' : '-o script.sh';
  return {
    text: `${bare} ${into} && sed -n 1,200p script.sh`,
    start,
    end: finding.end,
    why: 'Brings the script into a file to be read; run it when it is right.',
  };
}

/** `DELETE FROM t` without WHERE → how many rows that are. */
export function countRows(source: string, finding: Finding): Fix | undefined {
  const text = source.slice(finding.start, finding.end);
  const m = /\bDELETE\s+FROM\s+([\w.`]+)/i.exec(text);
  if (!m) return undefined;
  const start = finding.start + m.index;
  return {
    text: `SELECT count(*) FROM ${m[1]}`,
    start,
    end: start + m[0].length,
    why: 'Counts the rows; to delete some of them, say which with WHERE.',
  };
}

/**
 * A progress bar on a terminal, sparse lines elsewhere, nothing with --json.
 * It exists so that long work never looks hung, and never pollutes what a script reads.
 * Invariant: writes to stderr only.
 */
import { progress as clackProgress } from '@clack/prompts';

export interface Bar {
  /** `total` is null while unknown. */
  at(done: number, total: number | null, what: string): void;
  end(text: string): void;
}

const QUIET: Bar = { at: () => undefined, end: () => undefined };
/** Without a terminal a line is written this often, in milliseconds. */
const LINE_EVERY_MS = 2_000;

export function bar(json: boolean): Bar {
  if (json) return QUIET;
  return process.stderr.isTTY ? terminalBar() : lineBar();
}

function terminalBar(): Bar {
  let shown: ReturnType<typeof clackProgress> | undefined;
  let max = 0;
  let before = 0;
  return {
    at(done, total, what) {
      if (!shown || (total !== null && total !== max)) {
        max = total ?? 1;
        shown ??= clackProgress({ max, output: process.stderr, style: 'heavy' });
        if (before === 0) shown.start(what);
      }
      shown.advance(Math.max(0, done - before), label(done, total, what));
      before = done;
    },
    end(text) {
      if (shown) shown.stop(text);
      else process.stderr.write(`${text}\n`);
    },
  };
}

function lineBar(): Bar {
  let last = 0;
  return {
    at(done, total, what) {
      const now = Date.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      process.stderr.write(`${label(done, total, what)}\n`);
    },
    end: (text) => void process.stderr.write(`${text}\n`),
  };
}

export function label(done: number, total: number | null, what: string): string {
  if (total === null && done === 0) return `${what} …`;
  const share = total ? ` (${Math.min(100, Math.round((100 * done) / total))} %)` : '';
  return `${what}: ${done.toLocaleString('en')}${total ? ` of ${total.toLocaleString('en')}` : ''}${share}`;
}

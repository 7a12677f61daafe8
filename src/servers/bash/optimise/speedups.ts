/**
 * The gains of the rules, as `npm run bench -- bash-optimise gain --speedups` printed them: time of the old form over that of the new.
 * They are kept here so that an answer can show what a rewrite brings without measuring anything; of several forms the smallest counts.
 * Invariant: measured on our own files, on one machine: an order of magnitude, not a promise; gains below 1.2 are left out.
 */
import type { Speedup } from './rewrite.js';

export const speedups: Readonly<Record<string, Speedup>> = {
  'find-exec-echo': { ratio: 332, measuredOn: 'find tree -type f -exec echo {} \\; on 2000 files' },
  'find-exec-basename': { ratio: 344, measuredOn: 'find tree -type f -exec basename {} \\; on 2000 files' },
  'find-exec-dirname': { ratio: 298, measuredOn: 'find tree -type f -exec dirname {} \\; on 2000 files' },
  'find-exec-batch': { ratio: 51, measuredOn: 'find tree -type f -exec cat {} \\; on 2000 files' },
  'find-exec-delete': {
    ratio: 95,
    measuredOn: 'find gone -type f -exec rm -f {} \\; on 2000 files, made anew each round',
  },
  'xargs-one-by-one': { ratio: 39, measuredOn: 'find tree -type f -print0 | xargs -0 -n1 cat on 2000 files' },
  'find-grep': { ratio: 1.3, measuredOn: "find tree -type f | grep '\\.txt$' on 2000 files" },
  'for-ls': { ratio: 2.5, measuredOn: 'cd tree && for f in $(ls *.txt); do :; done on 2000 files' },
  'cat-into-reader': { ratio: 2.2, measuredOn: 'cat long.txt | tail -n 2 on a text of 200000 lines' },
  'cat-between': { ratio: 1.3, measuredOn: 'cat long.txt | cat | wc -c on a text of 200000 lines' },
  'sed-tr': { ratio: 3.4, measuredOn: "cat long.txt | sed 's/a/b/g' on a text of 200000 lines" },
  'grep-count': { ratio: 1.3, measuredOn: 'grep alpha long.txt | wc -l on a text of 200000 lines' },
  'grep-head': { ratio: 1.5, measuredOn: 'grep alpha long.txt | head -n 2 on a text of 200000 lines' },
  'line-by-number': { ratio: 2.3, measuredOn: 'tail -n +100 long.txt | head -n 1 on a text of 200000 lines' },
  'sed-early-quit': { ratio: 2.6, measuredOn: 'sed -n 100p long.txt on a text of 200000 lines' },
  'awk-early-exit': { ratio: 2.4, measuredOn: "awk 'NR==100' long.txt on a text of 200000 lines" },
  'for-seq': { ratio: 1.5, measuredOn: 'for n in $(seq 1 9); do :; done on a loop of 9 rounds' },
  'echo-into': {
    ratio: 1.3,
    measuredOn: 'for n in {1..100}; do echo word | md5sum; done on a loop of 100 rounds',
  },
  'cat-substitution': {
    ratio: 36,
    measuredOn: 'for n in {1..100}; do x=$(cat more.txt); done on a loop of 100 rounds',
  },
  'expr-arithmetic': {
    ratio: 42,
    measuredOn: 'for n in {1..100}; do x=$(expr $n + 1); done on a loop of 100 rounds',
  },
  'basename-expansion': {
    ratio: 33,
    measuredOn: 'f=a/b; for n in {1..100}; do x="$(basename "$f")"; done on a loop of 100 rounds',
  },
  'dirname-expansion': {
    ratio: 36,
    measuredOn: 'f=a/b; for n in {1..100}; do x="$(dirname "$f")"; done on a loop of 100 rounds',
  },
};

/**
 * Hostile and random input: the longest analysis, and whether anything unparsed was called safe.
 * It exists because a guard that can be stalled or confused is no guard.
 * Invariant: seeded; a shape's time is the least of several runs, so that a busy machine does not count against it.
 */
import { parse } from 'unbash';
import { analyze } from '../../src/servers/bash/analysis/analyze.js';
import { randoms } from '../rig/statistics.js';

const SEED = 20260521;
const RUNS = 7;

const SHAPES: Readonly<Record<string, string>> = {
  'nested substitutions': `${'$('.repeat(5000)}rm${')'.repeat(5000)}`,
  'nested to the limit': `${'echo $('.repeat(24)}rm${')'.repeat(24)}`,
  backticks: '`'.repeat(5000),
  'nested braces': `echo ${'{a,'.repeat(3000)}${'}'.repeat(3000)}`,
  'many braces': `rm ${'{1..9}'.repeat(200)}`,
  'doubling variable': `a=xxxxxxxx;${'a=$a$a$a$a;'.repeat(40)}$a`,
  'calls that double': `${Array.from({ length: 30 }, (_, i) => `f${i}(){ f${i + 1}; f${i + 1}; }`).join(';')};f0`,
  'nested loops': `${'for i in a b c d; do '.repeat(12)}rm $i;${'done;'.repeat(12)}`,
  evals: `eval ${'eval '.repeat(2000)}rm`,
  'long pipe': `${'cat | '.repeat(5000)}sh`,
  'many words': `rm ${'a '.repeat(16_000)}`,
  'many here-documents': 'cat <<E\nx\nE\n'.repeat(2000),
  'many redirections': `echo ${'>a '.repeat(8000)}`,
  'many stars': `${'*'.repeat(60)}b x`,
  'many dots': `rm -rf ${'../'.repeat(10_000)}`,
  'sed program': `sed '${'s/a/b/e;'.repeat(3000)}' x`,
  'awk program': `awk '${'system("rm");'.repeat(1500)}'`,
  'python program': `python3 -c '${'open("a","w");'.repeat(1500)}'`,
  'encoded script': `echo ${Buffer.from('rm x;'.repeat(3000)).toString('base64')} | base64 -d | sh`,
  'invisible characters': '\u200b'.repeat(20_000),
  megabyte: 'a b;'.repeat(250_000),
};

const TOKENS =
  `rm -rf / ~ * ls echo git push -f find . -exec {} \\; + xargs sh -c | || && & ; ( ) { } < > >> <<E <<< >& 2>&1 <( >( ' " \` $( \${ $(( )) $x \${x:-y} $@ \\ # ! = a=1 x=( [[ ]] E if then fi for in do done case esac ;; while f() eval sudo awk sed {a,b} {1..9} $'\\x41' [a-z] ?(x) python3 -e dd of=/dev/sda curl http://x tee tar docker exec kubectl delete trap alias export`.split(
    ' ',
  );

export interface Hostile {
  /** Milliseconds, least of several runs. */
  readonly shapes: Readonly<Record<string, number>>;
  readonly slowestShape: number;
  readonly random: number;
  readonly thrown: number;
  readonly unparsedCalledSafe: number;
  /** Milliseconds of the slowest random command, run again when it was slow. */
  readonly slowestRandom: number;
}

export function measureHostile(rounds: number): Hostile {
  const shapes: Record<string, number> = {};
  for (const [name, command] of Object.entries(SHAPES)) shapes[name] = least(command);
  const next = randoms(SEED);
  let [thrown, unparsedCalledSafe, slowestRandom] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const command = randomCommand(next);
    const from = process.hrtime.bigint();
    try {
      const { level } = analyze(command);
      const took = Number(process.hrtime.bigint() - from) / 1e6;
      if (level === 'safe' && parse(command).errors) unparsedCalledSafe += 1;
      if (took > slowestRandom) slowestRandom = Math.max(slowestRandom, Math.min(took, least(command)));
    } catch {
      thrown += 1;
    }
  }
  const slowestShape = Math.max(...Object.values(shapes));
  return { shapes, slowestShape, random: rounds, thrown, unparsedCalledSafe, slowestRandom };
}

function least(command: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run += 1) {
    const from = process.hrtime.bigint();
    analyze(command);
    best = Math.min(best, Number(process.hrtime.bigint() - from) / 1e6);
  }
  return best;
}

function randomCommand(next: () => number): string {
  const length = 1 + Math.floor(next() * 16);
  let command = '';
  for (let i = 0; i < length; i += 1)
    command +=
      (TOKENS[Math.floor(next() * TOKENS.length)] ?? '') + (next() < 0.75 ? ' ' : next() < 0.1 ? '\n' : '');
  return command;
}

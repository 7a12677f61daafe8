/**
 * Random and hostile input: nothing throws, nothing unparsed is safe, nothing grows without bound.
 * It exists because the guard must hold where a command was made to break it.
 * Invariant: the seed is fixed and printed with a failure; time is bounded far above what is measured in bench/bash.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own syntax in plain strings.
import { parse } from 'unbash';
import { describe, expect, it } from 'vitest';
import { analyze } from './analyze.js';

const SEED = 20260521;
const ROUNDS = 6000;
const TOKENS = [
  ...[
    'rm',
    '-rf',
    '/',
    '~',
    '*',
    'ls',
    'echo',
    'git',
    'push',
    '-f',
    'find',
    '.',
    '-exec',
    '{}',
    '\\;',
    '+',
    'xargs',
    'sh',
    '-c',
  ],
  ...[
    '|',
    '||',
    '&&',
    '&',
    ';',
    '\n',
    '(',
    ')',
    '{',
    '}',
    '<',
    '>',
    '>>',
    '<<E',
    '<<<',
    '>&',
    '2>&1',
    '<(',
    '>(',
  ],
  ...[
    "'",
    '"',
    '`',
    '$(',
    '${',
    '$((',
    '))',
    '$x',
    '${x:-y}',
    '$@',
    '\\',
    '#',
    '!',
    '=',
    'a=1',
    'x=(',
    '[[',
    ']]',
    'E',
  ],
  ...[
    'if',
    'then',
    'fi',
    'for',
    'in',
    'do',
    'done',
    'case',
    'esac',
    ';;',
    'while',
    'function',
    'f()',
    'eval',
    'sudo',
    'awk',
    'sed',
  ],
  ...[
    '\u200b',
    '\u202e',
    '\u0000',
    '\uE000',
    '\uD800',
    'é',
    '{a,b}',
    '{1..9}',
    "$'\\x41'",
    '[a-z]',
    '?(x)',
    'python3',
    '-e',
    'dd',
    'of=/dev/sda',
  ],
];

function random(seed: number): () => number {
  let x = seed | 0;
  return () => {
    x = (x + 0x6d2b79f5) | 0;
    let t = Math.imul(x ^ (x >>> 15), 1 | x);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('fuzz', () => {
  it(`never throws and never calls the unparsed safe (seed ${SEED})`, () => {
    const next = random(SEED);
    const wrong: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const length = 1 + Math.floor(next() * 14);
      let command = '';
      for (let i = 0; i < length; i += 1)
        command += (TOKENS[Math.floor(next() * TOKENS.length)] ?? '') + (next() < 0.7 ? ' ' : '');
      const { level, unanalysable, findings } = analyze(command);
      if (parse(command).errors && level === 'safe') wrong.push(command);
      for (const { start, end } of [...unanalysable, ...findings])
        if (start < 0 || end > command.length || start > end) wrong.push(command);
    }
    expect(wrong).toEqual([]);
  });

  const shapes: Readonly<Record<string, string>> = {
    substitutions: `${'$('.repeat(5000)}rm${')'.repeat(5000)}`,
    backticks: '`'.repeat(5000),
    braces: `echo ${'{a,'.repeat(3000)}${'}'.repeat(3000)}`,
    'many braces': `rm ${'{1..9}'.repeat(200)}`,
    doubling: `a=xxxxxxxx;${'a=$a$a$a$a;'.repeat(40)}$a`,
    calls: `${Array.from({ length: 30 }, (_, i) => `f${i}(){ f${i + 1}; f${i + 1}; }`).join(';')};f0`,
    loops: `${'for i in a b c d; do '.repeat(12)}rm $i;${'done;'.repeat(12)}`,
    evals: `eval ${'eval '.repeat(2000)}rm`,
    words: `rm ${'a '.repeat(16_000)}`,
    redirections: `echo ${'>a '.repeat(8000)}`,
    stars: `${'*'.repeat(60)}b x`,
    dots: `rm -rf ${'../'.repeat(10_000)}`,
    'sed program': `sed '${'s/a/b/e;'.repeat(3000)}' x`,
    'awk program': `awk '${'system("rm");'.repeat(1500)}'`,
    megabyte: 'a b;'.repeat(250_000),
  };

  it.each(Object.entries(shapes))('is done with %s at once, and does not call it safe', (_, command) => {
    const from = process.cpuUsage();
    const { level } = analyze(command);
    const { user, system } = process.cpuUsage(from);
    expect(level).not.toBe('safe');
    // A hundred times the bound that the bench measures: only runaway growth fails here.
    expect((user + system) / 1000).toBeLessThan(500);
  });
});

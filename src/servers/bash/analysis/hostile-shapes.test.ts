// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell text
/**
 * Texts made to exhaust an analysis: expansions that double, nesting, thousands of parts.
 * They exist because whoever writes the command also chooses how long judging it takes.
 * Invariant: each is answered, none throws, and what was not read to its end is never safe.
 */
import { parse } from 'unbash';
import { expect, it } from 'vitest';
import { analyze, MAX_LENGTH } from './index.js';

const SHAPES: Readonly<Record<string, string>> = {
  'a range of a million': 'echo {1..999999}',
  'ranges times ranges': 'echo {1..999}{1..999}{1..999}',
  'forty doublings by braces': `echo ${'{a,b}'.repeat(40)}`,
  'a value that doubles': `a=xxxxxxxxxx;${'a=$a$a;'.repeat(200)}rm $a`,
  'an array that doubles': `a=(x);${'a=("${a[@]}" "${a[@]}");'.repeat(60)}rm "${'${a[@]}'}"`,
  'parameters that double': `set -- x;${'set -- "$@" "$@";'.repeat(60)}rm "$@"`,
  'a replacement that grows': `a=x;${'a=${a//x/xxxxxxxxxx};'.repeat(60)}$a`,
  'functions that call two': `${Array.from({ length: 30 }, (_, i) => `f${i}(){ f${i + 1};f${i + 1}; };`).join('')}f0`,
  'aliases that call two': `${Array.from({ length: 30 }, (_, i) => `alias a${i}='a${i + 1};a${i + 1}'\n`).join('')}a0`,
  'thousands of pipes': `true${'|true'.repeat(6000)}`,
  'process substitutions': `cat ${'<(x) '.repeat(5000)}`,
  'nested substitutions': `echo ${'"$(echo '.repeat(20)}x${')"'.repeat(20)}`,
  'wrappers in wrappers': `${'sudo '.repeat(5000)}ls`,
  'here-documents': Array.from({ length: 1500 }, (_, i) => `cat <<E${i}\nx\nE${i}\n`).join(''),
  'a crontab of a thousand jobs': `(crontab -l; echo '${'* * * * * ls\n'.repeat(1000)}')|crontab -`,
  'open quotes beside other letters': `\u00e9 ${'"\\'.repeat(8000)}`,
  'an address a thousand times': `curl ${'http://a@b.com/c '.repeat(1900)}`,
  'a million letters': 'x'.repeat(1_000_000),
};

it.each(Object.entries(SHAPES))('answers %s', (_, command) => {
  const { level, unanalysable } = analyze(command);
  const read = command.length <= MAX_LENGTH && (parse(command).errors ?? []).length === 0;
  if (!read || unanalysable.length > 0) expect(level).not.toBe('safe');
  expect(level).toBeTypeOf('string');
});

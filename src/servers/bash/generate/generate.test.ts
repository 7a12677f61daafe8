/** Generation: reading requests, shapes of commands, the score, filling, and the whole on a handful of pairs. */
import { describe, expect, it } from 'vitest';
import {
  agreement,
  Bm25,
  decodeModel,
  encodeModel,
  Generator,
  outlineOf,
  parsePairs,
  type RawPair,
  readPairs,
  readRequest,
  shapeOf,
  trainModel,
} from './index.js';

const raw: RawPair[] = [
  { nl: 'find all txt files named "*.txt" under /srv/data', command: "find /srv/data -name '*.txt'" },
  { nl: 'find files named "*.log" in the folder /var/log', command: 'find /var/log -name "*.log"' },
  { nl: 'find files larger than 10 MB under /home', command: 'find /home -size +10M' },
  {
    nl: 'delete all files named "*.bak" in the current directory tree',
    command: "find . -name '*.bak' -delete",
  },
  { nl: 'count the lines of "data.csv"', command: 'wc -l data.csv' },
  { nl: 'count lines in file notes.txt', command: 'wc -l notes.txt' },
  { nl: 'search for the string "error" in the file app.log', command: 'grep error app.log' },
  { nl: 'search for "warning" in file sys.log', command: 'grep warning sys.log' },
  { nl: 'rename "a.txt" to "b.txt"', command: 'mv a.txt b.txt' },
  { nl: 'rename the file old.c to new.c', command: 'mv old.c new.c' },
  { nl: 'show disk usage of /var in human readable form', command: 'du -sh /var' },
];
const generator = new Generator(trainModel(raw));
const first = (text: string) => generator.generate(text)[0];

describe('readRequest', () => {
  it('masks values and keeps them with their kind', () => {
    const { slots, words } = readRequest(
      'Find "*.c" files over 10 MB in /srv/data changed 7 days ago by $USER',
    );
    expect(slots.map(({ kind, value }) => [kind, value])).toEqual([
      ['glob', '*.c'],
      ['size', '10 MB'],
      ['path', '/srv/data'],
      ['number', '7'],
      ['variable', '$USER'],
    ]);
    expect(words).toContain('<glob>');
    expect(words).not.toContain('srv');
  });

  it('reads an enumeration as words, and says what a value is for', () => {
    const { slots } = readRequest('find files/directories in "src" that hold the string "x y"');
    expect(slots.map(({ value, role }) => [value, role])).toEqual([
      ['src', 'place'],
      ['x y', 'search'],
    ]);
  });
});

describe('shapeOf', () => {
  it('sees programs behind wrappers, in pipes and in substitutions', () => {
    const shape = shapeOf('sudo find / -type f -exec rm -f {} \\; | tee "$(date +%F).log"');
    expect(shape?.programs.map(({ name, options }) => [name, [...options]])).toEqual([
      ['sudo', []],
      ['find', ['-type', '-type f', '-exec']],
      ['rm', ['-f']],
      ['tee', []],
      ['date', []],
    ]);
  });

  it('gives commands that differ in values one template', () => {
    expect(shapeOf("find . -name '*.c' -mtime -7")?.template).toBe(
      shapeOf('find /srv  -name x -mtime -30')?.template,
    );
    expect(shapeOf('find . -mtime -7')?.template).not.toBe(shapeOf('find . -mtime +7')?.template);
    expect(shapeOf('echo "a')).toBeNull();
  });
});

describe('agreement', () => {
  const score = (a: string, b: string) => {
    const [x, y] = [shapeOf(a), shapeOf(b)];
    return x && y ? agreement(outlineOf(x), outlineOf(y)) : Number.NaN;
  };

  it('follows the competition’s formula', () => {
    expect(score('ls -l -a', 'ls -la')).toBe(1);
    // One of two options in common: ½ (1 + (2·1 − 3) / 2) = ¼.
    expect(score('ls -l -a', 'ls -l -t')).toBe(0.25);
    expect(score('find . -type f', 'find . -type d')).toBe(1);
    expect(score('ls', 'cat f')).toBe(-1);
    expect(score('ls', 'ls | wc')).toBe(0);
  });
});

describe('Bm25', () => {
  it('prefers rare shared words', () => {
    const scores = new Bm25([
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'd'],
    ]).scores(['a', 'c']);
    expect([...scores.keys()].sort((x, y) => (scores[y] ?? 0) - (scores[x] ?? 0))[0]).toBe(1);
  });
});

describe('Generator', () => {
  it.each([
    ['find all files named "*.md" under /opt/docs', "find /opt/docs -name '*.md'"],
    ['find files larger than 3 GB under /data', 'find /data -type f -size +3G'],
    ['count the lines of "big.csv"', 'wc -l big.csv'],
    ['rename "one.txt" to "two.txt"', 'mv one.txt two.txt'],
  ])('%s', (text, command) => {
    expect(first(text)?.command).toBe(command);
  });

  it('quotes values that a shell would split or run', () => {
    expect(first('search for the string "a; rm -rf b" in the file app.log')?.command).toBe(
      "grep 'a; rm -rf b' app.log",
    );
  });

  it('puts own lines first that have the words asked for, and says where each candidate is from', () => {
    const line = (command: string) => ({ command, count: 5, failed: 0 });
    const history = () => [line('npm run unit:tests'), line('npm run deploy'), line('unit tests "')];
    const candidates = generator.generate('run the unit tests', { history });
    expect(candidates[0]).toMatchObject({ command: 'npm run unit:tests', source: 'history' });
    expect(candidates.some(({ command }) => command.includes('deploy'))).toBe(false);
    expect(candidates.every(({ command }) => shapeOf(command) !== null)).toBe(true);
  });

  it('does not put an own line first that lacks the value asked for', () => {
    const history = () => [{ command: './count-lines other.txt', count: 9, failed: 0 }];
    expect(generator.generate('count lines in file notes.txt', { history })[0]?.source).toBe('retrieval');
  });

  it('leaves out what has an option its program does not know', () => {
    const text = 'count the lines of "big.csv"';
    expect(first(text)?.command).toBe('wc -l big.csv');
    const without = generator.generate(text, { unknownOption: (command) => command.startsWith('wc') });
    expect(without.map(({ command }) => command)).not.toContain('wc -l big.csv');
    expect(without.length).toBeGreaterThan(0);
  });

  it('names several programs among five candidates', () => {
    const names = generator.generate('count lines').map(({ command }) => command.split(' ')[0]);
    expect(new Set(names).size).toBeGreaterThan(2);
  });

  it('trains to equal bytes, and answers alike from them', () => {
    const bytes = encodeModel(trainModel(raw));
    expect(Buffer.compare(bytes, encodeModel(trainModel(raw)))).toBe(0);
    const loaded = new Generator(decodeModel(bytes));
    for (const { nl } of raw) expect(loaded.generate(nl)).toEqual(generator.generate(nl));
  });

  it('reads pairs, leaves out what does not parse, and straightens quotes', () => {
    const lines = '{"nl":"a","command":"find . -name “x”"}\nnot json\n{"nl":"b","command":"echo \\"x"}\n';
    expect(readPairs(parsePairs(lines)).map(({ command }) => command)).toEqual(['find . -name "x"']);
  });
});

/**
 * Commands of our own that the rules fire on: patterns with values that go through the fixtures.
 * It exists so that an equivalence is tried on many forms; commands of data sets are never run.
 * Invariant: every instance only reads and writes below its working directory, and ends by itself.
 */

import { attacks } from './attacks.js';

function each(...lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  );
}

/** What writes into a pipe. */
const sources = ['cat data.txt', 'cat data.txt more.txt', 'printf "b\\na\\na"', 'cat more.txt data.txt'];
const tests = [
  '',
  '-type f',
  "-name '*.txt'",
  '-type d',
  "-type f -name '*.log'",
  '-mindepth 1',
  '-maxdepth 1',
  '-size +0 -type f',
];
const starts = ['.', 'tree', './tree', 'tree/sub', 'tree more.txt'];
const ends = ['', ' | wc -l', ' | sort'];

export const instances: readonly string[] = [
  ...attacks,
  ...each(['tree', '.'], ["-name '*.txt'", "-iname 'a*' -size +0"], ['rm', 'rm -f']).map(
    ([a, b, c]) => `find ${a} ${b} -exec ${c} {} \\;`,
  ),
  ...each(['data.txt', 'data.txt more.txt', '*.txt'], ends).map(
    ([a, b]) => `for f in ${a}; do cat "$f"; done${b}`,
  ),
  ...each(starts, tests.slice(0, 6), ['echo', 'basename', 'dirname']).map(
    ([a, b, c]) => `find ${a} ${b} -exec ${c} {} \\;`,
  ),
  ...each(sources, ['', '-r '], ends).map(([a, b, c]) => `${a} | sort ${b}| uniq${c}`),
  ...each(['data.txt', 'more.txt', 'data.txt more.txt'], ['', ' | wc -l', ' | head -n 3']).map(
    ([a, c]) => `sort ${a} | uniq${c}`,
  ),
  ...each(sources, ['-n', '-r', '-k2', '-k 2', '-nr'], ends.slice(0, 2)).map(
    ([a, b, c]) => `${a} | sort | sort ${b}${c}`,
  ),
  ...each(
    sources.slice(0, 3),
    ["'s/a/b/'", "'s/al/(&)/g'", "'s/^x/y/'", "'s/[0-9]*$//'"].filter((s) => !s.includes('&')),
    ["'s/b/c/g'", "'s/\\./-/'"],
    ends.slice(0, 2),
  ).map(([a, b, c, d]) => `${a} | sed ${b} | sed ${c}${d}`),
  ...each(["'s/a/b/'", "'s/e*/E/'"], ["'s/b/c/g'"], ends).map(
    ([b, c, d]) => `sed ${b} data.txt | sed ${c}${d}`,
  ),
  ...each(sources, ['3', '1', '200'], ['-n 5', '-2', '-n 1']).map(
    ([a, b, c]) => `${a} | head -n ${b} | head ${c}`,
  ),
  ...each(sources, ['1', '2', '39', '41', '500'], ['head -n 1', 'head -1']).map(
    ([a, b, c]) => `${a} | tail -n +${b} | ${c}`,
  ),
  ...each(['2', '5', '100'], ends).map(([b, c]) => `tail -n +${b} data.txt | head -n 1${c}`),
  ...each(sources, ['2', '40', '60'], ['5', '50', '100']).map(
    ([a, b, c]) => `${a} | head -n ${c} | tail -n +${b}`,
  ),
  ...each(sources, ends.slice(1)).map(([a, b]) => `${a} | cat${b}`),
  ...each(
    ['"a b  c"', "'x y'", 'word', '"$HOME"', '"a*b"', '"$(cat data.txt | tr -d \'\\0\')"', '"$UNSET"'],
    ['tr a-z A-Z', 'wc -c', 'sed s/a/b/', 'grep -c a', 'grep nothing', 'md5sum', "cut -d ' ' -f 2", 'base64'],
  ).map(([a, b]) => `echo ${a} | ${b}`),
  ...each(sources, [',', 'a', 'x', '7'], ['b', ';', '0'], ['']).map(
    ([a, b, c]) => `${a} | sed 's/${b}/${c}/g'`,
  ),
  ...each(['5', '1 3', '2 2', '0 12', '200'], ['echo $i', 'printf "%s," "$i"', 'i=x; echo $i']).map(
    ([a, b]) => `for i in $(seq ${a}); do ${b}; done`,
  ),
  ...each(
    ['data.txt', 'more.txt', '"more.txt"', 'tree/a.txt'],
    ['echo "$(cat F)"', 'x=$(cat F); echo "$x"', 'echo $(cat F)', 'printf "%s" "$(cat F)" | wc -c'],
  ).map(([a, b]) => (b ?? '').replace('F', a ?? '')),
  ...each(
    ['data.txt', 'more.txt'],
    ['-l', '-c'],
    ["awk '{print $1}'", "cut -d' ' -f1"],
    ['', ' | cat -A'],
  ).map(([a, b, c, d]) => `wc ${b} ${a} | ${c}${d}`),
  ...each(
    ['tree', '.'],
    ['-type f', "-type f -name '*.txt'"],
    ['chmod 640', 'touch -d 2020-01-01', 'cat', 'md5sum', 'grep -l alpha', 'grep -H x', 'rm -f', 'gzip -n'],
  ).map(([a, b, c]) => `find ${a} ${b} -exec ${c} {} \\;`),
  ...each(
    ['data.txt', 'more.txt'],
    ['grep alpha', 'wc -l', 'sort', 'head -n 3', 'tail -n 2', 'cut -c1-3', "awk '{print NF}'", 'md5sum'],
  ).map(([a, b]) => `cat ${a} | ${b}`),
  ...each(['alpha', '-i delta', '-v x', 'nothing'], ['data.txt', 'more.txt'], ['wc -l', 'head -n 2']).map(
    ([a, b, c]) => `grep ${a} ${b} | ${c}`,
  ),
  ...each(["-name '*.txt'", '-type f', '-type f -print'], ['wc -c', 'ls -d', 'cat']).map(
    ([a, b]) => `find tree ${a} | xargs ${b}`,
  ),
  ...each(['data.txt', 'more.txt', "'data.txt'"], ['5p', "'1p'", "'2,9p'", '40,60p', '"3,3p"'], ends).map(
    ([a, b, c]) => `sed -n ${b} ${a}${c}`,
  ),
  ...each(['data.txt', 'more.txt'], ["'NR==5'", "'NR == 1'", "'NR==39{print}'", "'NR==500'"], ends).map(
    ([a, b, c]) => `awk ${b} ${a}${c}`,
  ),
  ...each(sources, ['a', 'xyz', "'0-'", '" ,"'], ['b', "'a7'"], ends.slice(0, 2)).map(
    ([a, b, c, d]) => `${a} | tr -d ${b} | tr -d ${c}${d}`,
  ),
  ...each(sources, ["'a' 'b'", 'xy XY', "',' ';'"], ["'7' '8'", "e '%'"], ends.slice(0, 2)).map(
    ([a, b, c, d]) => `${a} | tr ${b} | tr ${c}${d}`,
  ),
  ...each(sources, ['sort -u | uniq', 'sort | sort -u'], ends).map(([a, b, c]) => `${a} | ${b}${c}`),
  ...each(
    ['alpha', "'a,b'", '"beta x"', 'nothing'],
    ["'{print $2}'", "'{ n++ } '", '"{print}"'],
    ['data.txt', 'more.txt'],
  ).map(([a, b, c]) => `grep ${a} ${c} | awk ${b}`),
  ...each(
    ['tree', '.', 'tree/sub more.txt'],
    ['', '-type f', "-name '*.txt'"],
    ['wc -l', "grep '\\.txt$'"],
  ).map(([a, b, c]) => `find ${a} ${b} | ${c}`),
  ...each(['cat', 'md5sum', 'chmod 600', 'rm -f', 'touch'], ['-print0 | xargs -0 -n1', '| xargs -n 1']).map(
    ([a, b]) => `find tree -type f ${b} ${a}`,
  ),
  ...each(['$x + 1', '7 - $x', '$x \\* 3', '"$x" + "$y"', '1 + 2']).map(
    ([a]) => `x=5; y=12; z=$(expr ${a}); echo "$z"`,
  ),
  ...each(['a/b/c.txt', 'c.txt', './x', 'a.b/c d']).map(([a]) => `f='${a}'; echo "$(basename "$f")"`),
  ...each(['a/b/c.txt', './x', 'a.b/c d']).map(([a]) => `f='${a}'; echo "$(dirname "$f")"`),
  ...each(sources, ['sed -n 5p', "sed -n '2,9p'", "awk 'NR==3'"], ends).map(([a, b, c]) => `${a} | ${b}${c}`),
  ...each(
    ['-type f', "-type f -name '*.txt'"],
    ['grep x', 'grep -in ALPHA', 'grep -c x', 'sed -i s/x/y/', "sed -i.bak -E 's/(x)/<\\1>/g'", 'ls'],
  ).map(([a, b]) => `find tree ${a} -exec ${b} {} \\;`),
  "cd tree && ls | grep '\\.txt$'",
  'cd tree && ls | grep ^a',
  'for f in $(ls tree/sub/*.txt); do echo "$f"; done',
  'cd tree/sub/deep && for f in `ls`; do wc -c "$f"; done',
];

/**
 * Executable tasks of the InterCode kind: a request, and what a right command prints or leaves behind.
 * They exist because a string metric cannot say whether a command works. Requests and checks are our own, written before
 * any answer was looked at, and never tuned on.
 * Invariant: a check looks at output and files alone, whatever command made them.
 */
import { files } from './fixture.js';

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Path → contents; folders end in a slash and are empty, links are `→ target`; modes below `mode:`. */
  readonly tree: ReadonlyMap<string, string>;
  /** The same before. */
  readonly before: ReadonlyMap<string, string>;
}

export interface Task {
  readonly request: string;
  readonly right: (outcome: Outcome) => boolean;
}

/** Lines without `./` before paths, blanks around and empty lines. */
function linesOf(stdout: string): string[] {
  return stdout
    .split('\n')
    .map((line) => line.trim().replace(/^(?:\.\/)+(?=.)/, ''))
    .filter((line) => line !== '');
}

const sameTree = ({ tree, before }: Outcome) =>
  tree.size === before.size && [...before].every(([path, text]) => tree.get(path) === text);

/** Prints just these lines, in any order, and changes nothing. */
const prints = (request: string, ...lines: readonly string[]): Task => ({
  request,
  right: (outcome) =>
    sameTree(outcome) && JSON.stringify(linesOf(outcome.stdout).sort()) === JSON.stringify([...lines].sort()),
});

/** Prints just these lines in this order, and changes nothing. */
const printsInOrder = (request: string, ...lines: readonly string[]): Task => ({
  request,
  right: (outcome) => sameTree(outcome) && JSON.stringify(linesOf(outcome.stdout)) === JSON.stringify(lines),
});

/** Prints one number, perhaps with a name behind it, and changes nothing. */
const counts = (request: string, number: number): Task => ({
  request,
  right: (outcome) => {
    const lines = linesOf(outcome.stdout);
    return sameTree(outcome) && lines.length === 1 && Number.parseInt(lines[0] ?? '', 10) === number;
  },
});

/** Leaves the tree as it was but for this: path → new contents, or null where it must be gone. */
const changes = (request: string, expected: Readonly<Record<string, string | null>>): Task => ({
  request,
  right: ({ tree, before }) => {
    const wanted = new Map(before);
    for (const [path, text] of Object.entries(expected))
      if (text === null) wanted.delete(path);
      else wanted.set(path, text);
    return tree.size === wanted.size && [...wanted].every(([path, text]) => tree.get(path) === text);
  },
});

const text = (path: string) => files[path] ?? '';
/** A file that is gone takes its mode along. */
const gone = (...paths: readonly string[]) =>
  Object.fromEntries(paths.flatMap((path) => [[path, null] as const, [`mode:${path}`, null] as const]));
const made = (path: string, contents: string, mode = '644') => ({ [path]: contents, [`mode:${path}`]: mode });

export const tasks: readonly Task[] = [
  prints(
    'find all files named "*.c" in the current directory tree',
    'src/main.c',
    'src/util.c',
    'src/lib/parse.c',
  ),
  prints('list all markdown files (*.md) under docs', 'docs/guide.md', 'docs/intro.md'),
  prints('find all empty files below the current directory', 'empty.txt'),
  prints('find empty directories', 'hollow'),
  prints('find all symbolic links in this directory tree', 'shortcut'),
  prints('find regular files larger than 50 KB', 'images/large.jpg'),
  prints('find all log files that were modified more than 10 days ago', 'logs/old.log'),
  prints('search for files named "util.h"', 'src/util.h'),
  prints('find the directories named "archive"', 'logs/archive'),
  prints('list the names of files under src that contain the word TODO', 'src/lib/parse.c', 'src/main.py'),
  prints('print the lines that contain "ERROR" in logs/app.log', 'ERROR disk full', 'ERROR timeout'),
  counts('count the lines in notes.txt', 4),
  counts('how many lines of logs/app.log contain "ERROR"?', 2),
  counts('count the number of files in the images directory', 2),
  counts('count the words in docs/intro.md', 4),
  counts('count all regular files in the directory src and its subdirectories', 5),
  counts('print the number of lines in words.txt that equal "apple"', 2),
  printsInOrder('sort the lines of words.txt', 'apple', 'apple', 'banana', 'fig', 'pear'),
  printsInOrder('sort the file numbers.txt numerically', '2', '9', '10', '33'),
  printsInOrder('print the unique lines of words.txt in sorted order', 'apple', 'banana', 'fig', 'pear'),
  printsInOrder('print the first 2 lines of notes.txt', 'alpha', 'beta'),
  printsInOrder('show the last line of data.csv', 'Cy,29,Rome'),
  printsInOrder('print the third line of words.txt', 'fig'),
  printsInOrder('print lines 2 to 3 of logs/app.log', 'ERROR disk full', 'INFO retry'),
  printsInOrder('print the second column of data.csv, a comma separated file', 'age', '36', '41', '29'),
  printsInOrder('print data.csv without its first line', 'Ada,36,London', 'Bob,41,Paris', 'Cy,29,Rome'),
  printsInOrder('print the lines of notes.txt in reverse order', 'beta', 'gamma', 'beta', 'alpha'),
  printsInOrder('display the content of docs/guide.md', '# Guide', 'See the manual.'),
  printsInOrder('print the contents of notes.txt in upper case', 'ALPHA', 'BETA', 'GAMMA', 'BETA'),
  printsInOrder(
    'print words.txt with every "apple" replaced by "plum"',
    'pear',
    'plum',
    'fig',
    'plum',
    'banana',
  ),
  printsInOrder('print the decompressed content of letter.txt.gz', 'dear reader'),
  printsInOrder(
    'print the lines of logs/app.log that do not contain "INFO"',
    'ERROR disk full',
    'ERROR timeout',
    'WARN slow',
  ),
  printsInOrder('print the base name of the path /usr/share/doc/readme.txt', 'readme.txt'),
  printsInOrder('print the directory part of the path /usr/share/doc/readme.txt', '/usr/share/doc'),
  printsInOrder('print the numbers from 1 to 5, one per line', '1', '2', '3', '4', '5'),
  printsInOrder('show where the symbolic link "shortcut" points to', 'notes.txt'),
  printsInOrder('show the line number and the text of each line containing "gamma" in notes.txt', '3:gamma'),
  changes('delete all files ending in ".tmp" in the folder tmp', gone('tmp/one.tmp', 'tmp/two.tmp')),
  changes('delete the file empty.txt', gone('empty.txt')),
  changes('remove the empty directory hollow', { 'hollow/': null }),
  changes('create a directory named "build"', { 'build/': '' }),
  changes('create the directory "out/a/b" with its parent directories', {
    'out/': '',
    'out/a/': '',
    'out/a/b/': '',
  }),
  changes('create an empty file called "new.txt"', made('new.txt', '')),
  changes('copy notes.txt to backup.txt', made('backup.txt', text('notes.txt'))),
  changes('rename the file "words.txt" to "fruit.txt"', {
    ...gone('words.txt'),
    ...made('fruit.txt', text('words.txt')),
  }),
  changes('move the file data.csv into the docs directory', {
    ...gone('data.csv'),
    ...made('docs/data.csv', text('data.csv')),
  }),
  changes('make run.sh executable for everyone', { 'mode:run.sh': '755' }),
  changes('replace "beta" with "delta" in the file notes.txt in place', {
    'notes.txt': 'alpha\ndelta\ngamma\ndelta\n',
  }),
  changes('append the line "omega" to notes.txt', { 'notes.txt': `${text('notes.txt')}omega\n` }),
  changes('create a symbolic link named "guide" to docs/guide.md', { guide: '→ docs/guide.md' }),
  changes('set the permissions of notes.txt to 600', { 'mode:notes.txt': '600' }),
  changes('copy the whole directory docs to "manual"', {
    'manual/': '',
    ...made('manual/guide.md', text('docs/guide.md')),
    ...made('manual/intro.md', text('docs/intro.md')),
  }),
];

/** Composition: requests whose every clause must show in the command, and requests it must leave alone. */
import { describe, expect, it } from 'vitest';
import { compose } from './index.js';

const first = (text: string) => {
  const made = compose(text);
  return made && made.left === 0 ? (made.forms[0]?.command ?? null) : null;
};

describe('compose', () => {
  it.each([
    ['List all seed files in the seeds folder, including its subfolders', "find seeds -name '*.seed'"],
    ['find files larger than 20 kilobytes in the photos directory', 'find photos -type f -size +20k'],
    ['List the .bak files under cache older than 30 days', "find cache -type f -name '*.bak' -mtime +30"],
    ['Find files in seeds at most 2 levels deep', 'find seeds -maxdepth 2 -type f'],
    ['find all empty directories', 'find . -type d -empty'],
    ['Delete all .bak files in cache and its subdirectories', "find cache -name '*.bak' -delete"],
    ['set permissions to 640 for all files under seeds', 'find seeds -type f -exec chmod 640 {} +'],
    ['How many python files are there in code?', "find code -name '*.py' | wc -l"],
    ['count the words in journal.md', 'wc -w journal.md'],
    ['show lines 2 to 4 of plants.txt', "sed -n '2,4p' plants.txt"],
    ['Show the last 3 lines of plants.txt', 'tail -n 3 plants.txt'],
    ['Show the lines of plants.txt that do not contain tulip', 'grep -v tulip plants.txt'],
    ['count the lines that contain "frost" in reports/jan.out', 'grep -c frost reports/jan.out'],
    ['Search for "frost" in all files under seeds, ignoring case', 'grep -ri frost seeds'],
    ['Search recursively for garden in html files', "grep -r --include='*.html' garden ."],
    ['Sort prices.tsv by the second column numerically', "sort -n -t $'\\t' -k 2,2 prices.tsv"],
    ['print the 3rd field of beds.csv, separated by semicolons', "cut -d ';' -f 3 beds.csv"],
    ['Replace a.example by b.example in setup.conf', "sed -i 's/a\\.example/b.example/g' setup.conf"],
    ['delete blank lines from setup.conf', "sed -i '/^$/d' setup.conf"],
    ['Save the sorted contents of plants.txt to sorted.txt', 'sort plants.txt > sorted.txt'],
    ['move all .out files from reports into backup', 'mv reports/*.out backup'],
    ['Create a symbolic link named latest pointing to reports', 'ln -s reports latest'],
    ['Compress the seeds folder into seeds.tar.gz', 'tar -czf seeds.tar.gz seeds'],
    ['Change the permissions of journal.md to 600', 'chmod 600 journal.md'],
  ])('%s', (text, command) => {
    expect(first(text)).toBe(command);
  });

  it('quotes what a shell would split or run', () => {
    expect(first('count the lines that contain "a; rm -rf b" in notes.txt')).toBe(
      "grep -c 'a; rm -rf b' notes.txt",
    );
    expect(first('Find files named "it is $(date)"')).toBe("find . -name 'it is $(date)'");
  });

  it('offers the same search by either program', () => {
    expect(compose('List the names of files in reports that contain frost')?.forms).toEqual([
      { command: 'grep -rl frost reports', program: 'grep' },
      { command: 'find reports -type f -exec grep -l frost {} +', program: 'find' },
    ]);
  });

  it('counts what it does not understand', () => {
    expect(compose('find all python files and mail them to the chief gardener')?.left).toBeGreaterThan(1);
    expect(compose('play some music')).toBeNull();
    expect(compose(`find all python files${' in the folder'.repeat(40)}`)).toBeNull();
  });
});

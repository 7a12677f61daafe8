/** Commands that wait for a person are refused; the same programs in batch use are not. */
import { expect, it } from 'vitest';
import { interactiveIn } from './interactive.js';

it.each([
  ['vim a.txt', 'vim'],
  ['sudo nano /etc/hosts', 'nano'],
  ['(cd a && /usr/bin/vi b)', 'vi'],
  ['python3', 'python3'],
  ['python3 > log', 'python3'],
  ['top', 'top'],
  ['psql mydb', 'psql'],
  ['python3 x.py', undefined],
  ['python3 -c "print(1)"', undefined],
  ['python3 < x.py', undefined],
  ['python3 <<E\nprint(1)\nE', undefined],
  ['echo 1 | python3', undefined],
  ['git log | less', undefined],
  ['top -bn1', undefined],
  ['psql -c "select 1"', undefined],
  ['echo vim', undefined],
  ['grep -r vim .', undefined],
])('%s', (command, name) => {
  expect(interactiveIn(command)?.name).toBe(name);
});

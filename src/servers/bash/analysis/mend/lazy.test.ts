/**
 * Fixes that are worked out late, read in every way an answer is passed on.
 * It exists because an accessor is easily lost on the way: by a copy, a message, a text.
 * Invariant: each way shows what reading the property shows.
 */
import { expect, it } from 'vitest';
import { analyze } from '../index.js';

const COMMAND = 'git push --force origin main';

it.each([
  ['a text', (row: object) => JSON.parse(JSON.stringify(row))],
  ['a copy', (row: object) => ({ ...row })],
  ['a message', (row: object) => structuredClone(row)],
])('keeps the fix and the fixed command in %s', (_, passed) => {
  const analysis = analyze(COMMAND);
  const { findings, fixedCommand } = passed(analysis);
  expect(fixedCommand).toBe('git push --force-with-lease origin main');
  expect(findings[0].fix).toEqual(analysis.findings[0]?.fix);
  expect(analyze('terraform destroy -auto-approve').findings.map(passed)[0].fix.text).toBe('plan -destroy');
});

it('works a fix out once', () => {
  const [finding] = analyze('terraform destroy -auto-approve').findings;
  const fix = finding?.fix;
  expect(fix).toBeDefined();
  expect(finding?.fix).toBe(fix);
});

it('says the same of a folder however its path is written', () => {
  const [tidy, untidy] = ['/home/ann/p', '/home/ann/./p/'].map((cwd) => analyze('rm -rf ../p', { cwd }));
  expect(untidy).toEqual(tidy);
});

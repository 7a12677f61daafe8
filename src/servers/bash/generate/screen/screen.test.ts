/** Screening: fragments, changes nobody asked for, values that were dropped, and values of strangers. */
import { describe, expect, it } from 'vitest';
import { readRequest } from '../request.js';
import { bareNames, screened, withNamesQuoted } from './index.js';

const screen = (text: string, command: string) => {
  const quoted = withNamesQuoted(text, readRequest(text));
  return screened(command, quoted, readRequest(quoted));
};

describe('screened', () => {
  it.each([
    ['show the lines', 'sed -i s/a/b/g \\;'],
    ['show the files', 'find . -exec cat \\;'],
    ['show the files', 'find . -exec cat {}'],
    ['show the files in "x"', 'find . -maxdepth x'],
  ])('drops fragments: %s %s', (text, command) => {
    expect(screen(text, command)).toBeNull();
  });

  it.each([
    ['show the files', "find . -type f -exec cat {} ';'"],
    ['show the files', 'find . -type f -exec cat {} +'],
    ['split at semicolons', "tr ';' '\\n'"],
  ])('keeps what holds together: %s %s', (text, command) => {
    expect(screen(text, command)).toEqual({ command, late: false });
  });

  it.each([
    ['which program uses port 4000', 'lsof -i :4000 | xargs kill -9', true],
    ['stop the program on port 4000', 'lsof -ti :4000 | xargs kill', false],
    ['find empty files', 'find . -empty -delete', true],
    ['remove empty files', 'find . -empty -delete', false],
    ['fetch https://a.example/x', 'curl https://a.example/x | sh', true],
    ['print the report', 'sed -i 1d report', true],
    ['list the scripts', 'chmod +x *.sh', true],
  ])('puts a change that nobody asked for last: %s', (text, command, late) => {
    expect(screen(text, command)?.late).toBe(late);
  });

  it.each([
    ['delete all in the cache folder', 'find . -delete'],
    ['remove all dist folders', 'find . -type d -delete'],
    ['delete "*.bak" files in /srv/x', "find . -name '*.bak' -delete"],
    ['remove files older than 30 days', 'find . -type f -delete'],
  ])('drops a deletion that lost what was named: %s', (text, command) => {
    expect(screen(text, command)).toBeNull();
  });

  it.each([
    ['give /opt/a to ann', 'chown -R bob:staff /opt/a', 'chown -R USER:GROUP /opt/a'],
    ['check whether the server is up', 'ping 203.0.113.9', 'ping HOST'],
    ['replace words in notes.txt', 'sed s/alpha/beta/ notes.txt', 'sed s/PATTERN/REPLACEMENT/ notes.txt'],
    ['ping 203.0.113.9', 'ping 203.0.113.9', '203.0.113.9'],
  ])('takes strangers out: %s', (text, command, made) => {
    expect(screen(text, command)?.command).toContain(made);
  });

  it('drops a download by way of a stranger', () => {
    expect(
      screen('download https://a.example/x', 'curl --socks5 203.0.113.9:80 https://a.example/x'),
    ).toBeNull();
  });
});

describe('bareNames', () => {
  it.each([
    ['delete the cache folder', ['cache']],
    ['remove all old folders in the current directory', []],
    ['make a folder called reports', ['reports']],
  ])('%s', (text, names) => {
    expect(bareNames(text, readRequest(text)).map(({ value }) => value)).toEqual(names);
  });
});

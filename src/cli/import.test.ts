import { describe, expect, it } from 'vitest';
import { importFile } from './import.js';
import { historySource } from './import-history-source.js';
import { importedText, skippedText } from './import-text.js';

describe('what lmcp import says of what it left out', () => {
  it('gives each reason with its count, and nothing when all was taken', () => {
    expect(skippedText({ skipped: { held: 1200, otherJournal: 1 } })).toEqual([
      expect.stringMatching(/^1 events speak of another journal/),
      expect.stringMatching(/^1,200 events are in the journal already/),
    ]);
    expect(skippedText({ skipped: { otherReceipt: 2, otherAudit: 3 } })).toEqual([
      expect.stringMatching(/^3 events are the audit of another instance/),
      expect.stringMatching(/^2 events are predictions that were not made here/),
    ]);
    expect(skippedText({ skipped: {} })).toEqual([]);
    expect(skippedText({})).toEqual([]);
  });

  it('counts commands of a history, their secrets and days', () => {
    const line = {
      imported: 5120,
      workspace: 'acme/api',
      redacted: 3,
      from: '2024-02-01T10:00:00.000Z',
      to: '2026-03-01T10:00:00.000Z',
      skipped: { held: 7, elsewhere: 2 },
    };
    expect(importedText({ ...line, dryRun: true })).toEqual([
      'would import 5,120 commands into acme/api, of 2024-02-01 … 2026-03-01',
      '3 of them hold secrets: kept without them',
      '7 commands are in the journal already: not taken again',
      '2 commands ran outside this workspace: not taken',
    ]);
    expect(importedText({ ...line, imported: 0, redacted: 0, from: null, skipped: {} })).toEqual([
      'imported 0 commands into acme/api',
    ]);
    expect(importedText({ ...line, imported: 1, redacted: 0, from: null, skipped: {} })).toEqual([
      'imported 1 command into acme/api',
    ]);
    expect(importedText({ imported: 2, workspace: 'w' })).toEqual(['imported 2 events into w']);
  });
});

describe('the history that lmcp import reads', () => {
  const at = (shell?: string, historyFile?: string) => ({ home: '/home/ann', shell, historyFile });

  it.each([
    [
      'the login shell’s usual file',
      undefined,
      undefined,
      at('/usr/bin/zsh'),
      'zsh',
      '/home/ann/.zsh_history',
    ],
    ['bash, where nothing is known', undefined, undefined, at(), 'bash', '/home/ann/.bash_history'],
    [
      'the named shell’s usual file',
      undefined,
      'fish',
      at('/bin/bash'),
      'fish',
      '/home/ann/.local/share/fish/fish_history',
    ],
    ['$HISTFILE of the login shell', undefined, undefined, at('/bin/bash', '/h/x'), 'bash', '/h/x'],
    [
      'not $HISTFILE for another shell',
      undefined,
      'zsh',
      at('/bin/bash', '/h/x'),
      'zsh',
      '/home/ann/.zsh_history',
    ],
    [
      'a file, its shell by its name',
      '/old/.zsh_history',
      undefined,
      at('/bin/bash'),
      'zsh',
      '/old/.zsh_history',
    ],
    ['a file of the shell that is named', '/old/zsh.txt', 'bash', at('/bin/zsh'), 'bash', '/old/zsh.txt'],
  ])('is %s', (_, file, shell, surroundings, expected, path) => {
    expect(historySource(file, shell, surroundings)).toEqual({ shell: expected, file: path });
  });

  it('is asked for where it cannot be known', () => {
    expect(() => historySource(undefined, 'atuin', at())).toThrow(/atuin history list/);
    expect(() => historySource(undefined, 'tcsh', at())).toThrow(/bash, zsh, fish, atuin/);
  });
});

describe('lmcp import', () => {
  it.each([
    ['csv', 'x.csv', {}, /jsonl and history/],
    ['jsonl', undefined, {}, /Name the file/],
    ['jsonl', 'x.jsonl', { dryRun: true }, /--dry-run/],
    ['history', '/no/such/file', {}, /There is no file/],
  ])('refuses what it cannot do before a daemon is started: %s %s', async (format, file, flags, message) => {
    await expect(importFile(format, file, flags)).rejects.toMatchObject({
      code: 'LMCP_USAGE',
      message: expect.stringMatching(message),
    });
  });
});

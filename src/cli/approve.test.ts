/** The text before a yes hides nothing. */
import { expect, it } from 'vitest';
import { approve } from './approve.js';
import { approvalText } from './approve-text.js';

it('shows control and bidirectional characters by their codes', () => {
  const text = approvalText(
    {
      request: 'r',
      workspace: 'w',
      network: true,
      command: 'ls\r\u001b[2Krm -rf /\u202Egnp',
      cwd: '/p\nLevel safe',
      folder: '/p',
      reason: 'dangerous: deletes',
      expiresAt: 61_000,
      analysis: {
        level: 'dangerous',
        effects: [{ kind: 'delete', target: '/', reversible: false }],
        findings: [{ message: 'Deletes everything.' }],
        fixedCommand: 'ls',
      },
    },
    1_000,
  );
  expect(text.split('\n')).toEqual([
    'Command   ls\\u{d}\\u{1b}[2Krm -rf /\\u{202e}gnp',
    'Folder    /p\\u{a}Level safe',
    'Writable  /p',
    'Level     dangerous: deletes',
    '          Deletes everything.',
    'Effect    delete / (cannot be undone)',
    'Network   it may reach the network',
    'Safer     ls',
    'Expires   in 60 s',
  ]);
});

it('approves nothing without a terminal', async () => {
  const kept = process.stdin.isTTY;
  process.stdin.isTTY = false;
  try {
    await expect(approve('r', {})).rejects.toMatchObject({ code: 'LMCP_USAGE' });
  } finally {
    process.stdin.isTTY = kept;
  }
});

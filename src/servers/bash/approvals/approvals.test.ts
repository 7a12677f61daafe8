/** Approvals: bound, single use, expiring, from outside the model's channel; the guard's three answers. */
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../analysis/answer.js';
import { analysisDigest } from './analysis-digest.js';
import { guard } from './guard.js';
import { PendingApprovals } from './pending-approvals.js';

const analysis = (level: Analysis['level']): Analysis => ({
  level,
  effects: [
    { kind: 'delete', target: '/p/build', reversible: false },
    { kind: 'write', target: '/p/x', reversible: true },
  ],
  findings: [
    {
      code: 'recursive-delete',
      level,
      start: 0,
      end: 12,
      message: 'Deletes build.',
      fix: { text: 'x', start: 0, end: 1, why: 'y' },
    },
  ],
  fixedCommand: 'rm -r ./build',
  unanalysable: [],
});
const digest = analysisDigest(analysis('dangerous'));
const bound = { command: 'rm -r build', cwd: '/p', digest, network: false };
const question = {
  ...bound,
  request: 'r1',
  secret: 's1',
  workspace: 'w',
  reason: 'dangerous',
  analysis: analysis('dangerous'),
};
const grant = { request: 'r1', by: 'me', channel: 'terminal' };

describe('PendingApprovals', () => {
  it('lets one run through, once', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    expect(approvals.find('r1', 1)).toMatchObject({ command: 'rm -r build' });
    expect(approvals.grant(grant, 1)).toBe(true);
    expect(approvals.open(1)).toEqual([]);
    expect(approvals.take('r1', bound, 2)).toEqual({ by: 'me', channel: 'terminal' });
    expect(() => approvals.take('r1', bound, 3)).toThrow(/was used/);
  });

  it('does nothing before it is granted, and keeps the question', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    expect(() => approvals.take('r1', bound, 1)).toThrow(/not granted/);
    expect(approvals.find('r1', 1)).toBeDefined();
  });

  it.each([
    ['command', { ...bound, command: 'rm -r build ' }],
    ['folder', { ...bound, cwd: '/q' }],
    ['access to the network', { ...bound, network: true }],
    ['analysis', { ...bound, digest: analysisDigest(analysis('blocked')) }],
  ])('holds for no other %s, and is used up by the attempt', (what, other) => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    approvals.grant(grant, 1);
    expect(() => approvals.take('r1', other, 2)).toThrow(new RegExp(`another ${what}`));
    expect(() => approvals.take('r1', bound, 3)).toThrow(/not known/);
  });

  it('expires, granted or not', () => {
    const approvals = new PendingApprovals({ expiresInMs: 100 });
    approvals.ask(question, 0);
    approvals.grant(grant, 99);
    expect(() => approvals.take('r1', bound, 100)).toThrow(/expired/);
    approvals.ask({ ...question, request: 'r2' }, 200);
    expect(approvals.grant({ ...grant, request: 'r2' }, 300)).toBe(false);
  });

  it('takes no word from the model, from an unknown channel, or for what was not asked', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    for (const channel of ['model', 'tool', '', 'Terminal'])
      expect(approvals.grant({ ...grant, channel }, 1)).toBe(false);
    expect(approvals.grant({ ...grant, request: 'r9' }, 1)).toBe(false);
    expect(() => approvals.take('r1', bound, 2)).toThrow(/not granted/);
  });

  it('asks the same question once, but again after it was answered', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    expect(approvals.ask({ ...question, request: 'r2' }, 1).request).toBe('r1');
    approvals.grant(grant, 2);
    expect(approvals.ask({ ...question, request: 'r3' }, 3).request).toBe('r3');
  });

  it('is over after a no', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    expect(approvals.refuse('r1', 1)).toBe(true);
    expect(approvals.refuse('r1', 1)).toBe(false);
    expect(approvals.grant(grant, 1)).toBe(false);
    expect(() => approvals.take('r1', bound, 2)).toThrow(/not known/);
  });

  it('takes no no for what was granted', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    approvals.grant(grant, 1);
    expect(approvals.refuse('r1', 1)).toBe(false);
    expect(approvals.take('r1', bound, 2)).toMatchObject({ channel: 'terminal' });
  });

  it('asks each workspace by itself', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    expect(approvals.ask({ ...question, workspace: 'other', request: 'r2' }, 1).request).toBe('r2');
  });

  it('stays small', () => {
    const approvals = new PendingApprovals();
    for (let i = 0; i < 1000; i += 1) approvals.ask({ ...question, request: `r${i}`, command: `rm ${i}` }, i);
    expect(approvals.open(1000)).toHaveLength(256);
    expect(approvals.find('r999', 1000)).toBeDefined();
  });
});

describe('analysisDigest', () => {
  it('does not depend on the order of effects, but on each of them', () => {
    const one = analysis('dangerous');
    expect(analysisDigest({ ...one, effects: [...one.effects].reverse() })).toBe(analysisDigest(one));
    expect(analysisDigest({ ...one, effects: one.effects.slice(1) })).not.toBe(analysisDigest(one));
    expect(analysisDigest(analysis('caution'))).not.toBe(analysisDigest(one));
  });
});

describe('guard', () => {
  it.each([
    ['safe', 'default', 'none'],
    ['caution', 'default', 'none'],
    ['unknown', 'default', 'none'],
    ['unknown', 'bypassPermissions', 'none'],
    ['dangerous', 'default', 'ask'],
    ['dangerous', 'acceptEdits', 'ask'],
    ['dangerous', 'bypassPermissions', 'deny'],
    ['dangerous', 'dontAsk', 'deny'],
    ['blocked', 'default', 'deny'],
  ] as const)('%s in mode %s: %s', (level, permissionMode, decision) => {
    const answer = guard(analysis(level), { permissionMode });
    expect(answer.decision).toBe(decision);
    if (decision !== 'none') expect(answer.reason).toMatch(/Deletes build\. Safer: rm -r \.\/build/);
  });
});

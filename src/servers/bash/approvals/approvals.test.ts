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
const bound = { command: 'rm -r build', cwd: '/p', folder: '/p', digest, network: false };
const question = {
  ...bound,
  request: 'r1',
  secret: 's1',
  workspace: 'w',
  session: 's',
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
    ['folder', { ...bound, folder: '/q' }],
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

  it('stays small, and lets nobody push out what another session asked or what was granted', () => {
    const approvals = new PendingApprovals();
    approvals.ask(question, 0);
    approvals.ask({ ...question, session: 't', request: 'granted', command: 'rm g' }, 0);
    approvals.grant({ ...grant, request: 'granted' }, 0);
    for (let i = 0; i < 1000; i += 1)
      approvals.ask({ ...question, session: 't', request: `t${i}`, command: `rm ${i}` }, i);
    expect(approvals.open(1000)).toHaveLength(16);
    expect(approvals.find('t999', 1000)).toBeDefined();
    expect(approvals.find('r1', 1000)).toBeDefined();
    expect(approvals.take('granted', { ...bound, command: 'rm g' }, 1000)).toMatchObject({ by: 'me' });
  });

  it('is bounded in bytes over all sessions', () => {
    const approvals = new PendingApprovals();
    const effects = Array.from({ length: 3000 }, (_, i) => ({
      kind: 'delete' as const,
      target: `${i}-${'x'.repeat(80)}`,
      reversible: false,
    }));
    const large = { ...question, analysis: { ...question.analysis, effects } };
    let held = 0;
    expect(() => {
      for (; held < 300; held += 1) {
        const its = { request: `r${held}`, session: `s${held}`, command: `rm ${held}` };
        approvals.ask({ ...large, ...its }, held);
      }
    }).toThrow(/Too many/);
    expect(held).toBeLessThan(20);
    expect(JSON.stringify(approvals.open(300)).length).toBeLessThan(10_000);
  });

  it('asks nobody to read what is too long', () => {
    const approvals = new PendingApprovals();
    const long = `rm ${'x'.repeat(16 * 1024)}`;
    expect(() => approvals.ask({ ...question, command: long }, 0)).toThrow(/too long to be read/);
    const command = `rm ${'x'.repeat(16 * 1024 - 3)}`;
    approvals.ask({ ...question, command }, 0);
    expect(approvals.open(1)[0]?.command).toHaveLength(201);
    expect(approvals.find('r1', 1)?.command).toBe(command);
  });
});

describe('analysisDigest', () => {
  it('does not depend on the order of effects, but on each of them', () => {
    const one = analysis('dangerous');
    expect(analysisDigest({ ...one, effects: [...one.effects].reverse() })).toBe(analysisDigest(one));
    expect(analysisDigest({ ...one, effects: one.effects.slice(1) })).not.toBe(analysisDigest(one));
    expect(analysisDigest(one, ['s.sh 1'])).not.toBe(analysisDigest(one, ['s.sh 2']));
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

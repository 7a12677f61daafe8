/** Steps read from events: every kind, every bound, and that a cut name keeps nothing of what was cut. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { EventSchema } from '../../proto/index.js';
import { type ActionLabel, actionOf, nameOf } from './action.js';
import { NextActionLearner } from './next-action.js';

type Data = MessageInitShape<typeof EventSchema>['data'];

function eventOf(data: Data, source = 'x') {
  return create(EventSchema, { workspace: 'w', source, ...(data ? { data } : {}) });
}

/** 64 hexadecimal digits of a number, repeated to a length; no engine shares parts of it. */
function text(i: number, length: number): string {
  return Buffer.alloc(length, i.toString(16).padStart(64, '0'), 'latin1').toString('latin1');
}

describe('actionOf', () => {
  it('reads where a call and a command were made', () => {
    const call = { session: 's', server: 'agent', tool: 'Read', subject: 'a.ts', branch: 'main', cwd: 'src' };
    expect(actionOf(eventOf({ case: 'interactionFinished', value: call }), 'tool+subject')).toMatchObject({
      label: 'Read a.ts',
      branch: 'main',
      cwd: 'src',
      server: 'agent',
    });
    const command = { session: 's', command: ' git status ', cwd: 'docs', branch: 'side' };
    expect(actionOf(eventOf({ case: 'commandFinished', value: command }), 'verb')).toMatchObject({
      label: 'git',
      subject: '',
      whole: 'git status',
      branch: 'side',
      cwd: 'docs',
    });
    expect(actionOf(eventOf({ case: 'commandFinished', value: command }), 'tool')).toBeUndefined();
  });

  it.each(['tool', 'tool+subject', 'verb', 'line'] as const)('cuts every text of a step (%s)', (label) => {
    const huge = text(7, 10 * 2 ** 20);
    const place = { session: huge, branch: huge, cwd: huge };
    const data: Data = label.startsWith('tool')
      ? { case: 'interactionFinished', value: { ...place, server: huge, tool: huge, subject: huge } }
      : { case: 'commandFinished', value: { ...place, command: huge } };
    const action = actionOf(eventOf(data, huge), label);
    const texts = Object.values(action ?? {}).filter((value) => typeof value === 'string');
    expect(texts.length).toBeGreaterThan(6);
    for (const found of texts) expect(found.length).toBeLessThanOrEqual(512);
  });

  it('keeps nothing alive of the long texts that it cut', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const size = 2 ** 18;
    const kept = [];
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 160; i++) {
      const [session, subject, line] = [text(i, size), text(i + 1000, size), text(i + 2000, size)];
      const call = { session, tool: 'Read', subject, branch: session };
      kept.push(actionOf(eventOf({ case: 'interactionFinished', value: call }), 'tool+subject'));
      kept.push(actionOf(eventOf({ case: 'commandFinished', value: { session, command: line } }), 'verb'));
    }
    // Names are put together when they are first looked up.
    const names = new Map(kept.map((action) => [action?.session, action?.branch]));
    collect();
    expect(names.size).toBe(160);
    // All of the 480 texts are 120 MiB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 2 ** 20);
  });
});

describe('nameOf', () => {
  it('leaves names alone, and keeps long ones apart by their start and their length', () => {
    expect(nameOf('a'.repeat(256))).toBe('a'.repeat(256));
    const names = [text(1, 5000), text(2, 5000), text(1, 5001), `x${text(1, 4999)}`].map(nameOf);
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect([name.length < 256, nameOf(name)]).toEqual([true, name]);
  });
});

describe('a learner on huge texts', () => {
  it.each(['tool+subject', 'line'] as const)('stays small and answers (%s)', (label: ActionLabel) => {
    const learner = new NextActionLearner({ task: 't', label });
    const huge = text(3, 10 * 2 ** 20);
    for (let i = 1; i <= 40; i++) {
      const session = `${i % 3}${huge}`;
      const place = { session, branch: huge, cwd: huge };
      const event =
        label === 'line'
          ? eventOf({ case: 'commandFinished', value: { ...place, command: `c${i % 2} ${huge}` } })
          : eventOf({
              case: 'interactionFinished',
              value: { ...place, server: huge, tool: `t${i % 2}`, subject: huge },
            });
      learner.learnOne({ sequence: i, event });
    }
    expect(learner.forecast({ session: `0${huge}` }).ranked.length).toBeGreaterThan(1);
    expect(learner.snapshot().length).toBeLessThan(200_000);
  });
});

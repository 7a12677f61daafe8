/** How our hook gets into an agent's settings, stays there once, and is known again. */
import { describe, expect, it } from 'vitest';
import { isHookCommand, shellWords } from './hook-command.js';
import {
  claudeHooks,
  cursorHooks,
  hookFiles,
  installedHooks,
  mergeHooks,
  withdrawHooks,
} from './hook-settings.js';

const command = [
  '/usr/bin/node',
  '/opt/lmcp/dist/src/hook/hook.cjs',
  '--socket',
  '/run/l/s',
  '--version',
  '1',
];
const newer = command.with(-1, '2');
const clients = ['claude', 'cursor', 'vscode'] as const;
const merge = (client: (typeof clients)[number], before?: string, words = command) =>
  mergeHooks(client, words, () => before);

describe('hooks in settings', () => {
  it.each(clients)('are created, then left alone (%s)', (client) => {
    const first = merge(client);
    expect(first.change).toBe('created');
    expect(installedHooks(first.text)).toHaveLength(client === 'cursor' ? 2 : 3);
    expect(merge(client, first.text)).toEqual({ ...first, change: 'unchanged' });
  });

  it('are those that the settings printed by hand hold', () => {
    expect(JSON.parse(merge('claude').text)).toEqual({ hooks: claudeHooks(command) });
    expect(JSON.parse(merge('cursor').text)).toEqual({ version: 1, hooks: cursorHooks(command) });
  });

  it('stand beside those of others, in their order', () => {
    const other = { matcher: 'Edit', hooks: [{ type: 'command', command: 'prettier' }] };
    const before = { permissions: { allow: ['Bash(ls)'] }, hooks: { Stop: [other], PreToolUse: [other] } };
    const { text, change } = merge('claude', JSON.stringify(before));
    expect(change).toBe('updated');
    const ours = claudeHooks(command);
    expect(JSON.parse(text)).toEqual({
      permissions: before.permissions,
      hooks: { ...ours, Stop: [other], PreToolUse: [other, ...(ours.PreToolUse ?? [])] },
    });
  });

  it.each(clients)('take the place of a stale entry of ours (%s)', (client) => {
    const stale = JSON.parse(merge(client).text);
    for (const entries of Object.values(stale.hooks))
      (entries as unknown[]).push({ command: 'mine', hooks: [] });
    const { text, change } = merge(client, JSON.stringify(stale), newer);
    expect(change).toBe('updated');
    expect(installedHooks(text).every((line) => line === shellWords(newer))).toBe(true);
    for (const entries of Object.values(JSON.parse(text).hooks) as { command?: string }[][])
      expect(entries.map((entry) => entry.command === 'mine')).toEqual([false, true]);
  });

  it('leave what somebody put beside ours into the same entry', () => {
    const settings = JSON.parse(merge('claude').text);
    settings.hooks.PreToolUse[0].hooks.push({ type: 'command', command: 'audit' });
    const { text } = merge('claude', JSON.stringify(settings), newer);
    expect(JSON.parse(text).hooks.PreToolUse).toEqual([
      ...(claudeHooks(newer).PreToolUse ?? []),
      { matcher: 'Bash', hooks: [{ type: 'command', command: 'audit' }] },
    ]);
    expect(merge('claude', text, newer).change).toBe('unchanged');
  });

  it('are taken out of the file that a team shares, and nothing else is', () => {
    expect(Object.values(hookFiles)).not.toContain('.claude/settings.json');
    const other = { matcher: 'Edit', hooks: [{ type: 'command', command: 'prettier' }] };
    const before = { model: 'x', hooks: { Stop: [], PreToolUse: [other], Notification: {} } };
    const { text } = merge(
      'claude',
      JSON.stringify({ ...before, hooks: { ...before.hooks, Notification: [] } }),
    );
    const holding = text.replace('"Notification": []', '"Notification": {}');
    expect(installedHooks(holding)).toHaveLength(3);
    const withdrawn = withdrawHooks((path) => (path === '.claude/settings.json' ? holding : undefined));
    expect(withdrawn).toMatchObject({ path: '.claude/settings.json', change: 'removed' });
    expect(JSON.parse(withdrawn?.text ?? '')).toEqual(before);
    expect(withdrawHooks(() => withdrawn?.text)).toBeUndefined();
    const alone = withdrawHooks(() => merge('claude', '{ "model": "x" }').text);
    expect(JSON.parse(alone?.text ?? '')).toEqual({ model: 'x' });
    for (const none of [undefined, '', '{ // no\n}', '{"hooks":[]}', '[]'])
      expect(withdrawHooks(() => none)).toBeUndefined();
  });

  it.each([
    ['comments', '{ // no\n}'],
    ['a list of hooks', '{ "hooks": [] }'],
    ['an event that is no list', '{ "hooks": { "PreToolUse": {} } }'],
  ])('leave alone a file with %s', (_, before) => {
    expect(() => merge('claude', before)).toThrow(/left as it is/);
  });

  it('are found in whatever a file holds', () => {
    for (const text of ['', '{', '[]', '{"hooks":[1]}', '{"hooks":{"a":1,"b":[null,1,{"hooks":[1,{}]}]}}'])
      expect(installedHooks(text)).toEqual([]);
  });

  it('are known by their command, however it is quoted', () => {
    const quoted = shellWords(command.with(1, "/opt/my lmcp's/hook/hook.cjs"));
    expect(quoted).toContain(`'/opt/my lmcp'\\''s/hook/hook.cjs' --socket`);
    expect([shellWords(command), quoted].every(isHookCommand)).toBe(true);
    expect(['node hook.cjs --socket x', 'echo /hook/hook.cjs', 7, undefined].some(isHookCommand)).toBe(false);
  });
});

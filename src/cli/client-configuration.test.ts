import { describe, expect, it } from 'vitest';
import { clients, mergeConfiguration } from './client-configuration.js';

describe('client configuration', () => {
  it.each(clients)('creates, then leaves alone (%s)', (client) => {
    const first = mergeConfiguration(client, () => undefined);
    expect(first.change).toBe('created');
    expect(first.text).toContain('stdio');
    const second = mergeConfiguration(client, () => first.text);
    expect(second).toEqual({ ...first, change: 'unchanged' });
  });

  it('keeps what others wrote', () => {
    const before = JSON.stringify({ inputs: [1], mcpServers: { other: { command: 'x' } } });
    const merged = mergeConfiguration('claude', () => before);
    expect(merged.change).toBe('updated');
    expect(JSON.parse(merged.text)).toMatchObject({
      inputs: [1],
      mcpServers: { other: { command: 'x' }, lmcp: {} },
    });
  });

  it('never overwrites what it cannot parse', () => {
    expect(() => mergeConfiguration('vscode', () => '{ // comment\n}')).toThrow(/left as it is/);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
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

  it.each([
    ['a list', '{ "mcpServers": [] }'],
    ['null', '{ "mcpServers": null }'],
    ['text', '{ "mcpServers": "none" }'],
  ])('refuses %s where the servers belong', (_, before) => {
    expect(() => mergeConfiguration('claude', () => before)).toThrow(/"mcpServers".*left as it is/);
  });

  it.each([
    ['four blanks', '{\n    "a": {\n        "b": 1\n    }\n}\n', '\n    "mcpServers"', '}\n'],
    ['tabs and no newline at the end', '{\n\t"a": 1\n}', '\n\t"mcpServers"', '\n}'],
    ['carriage returns', '{\r\n  "a": 1\r\n}\r\n', '\r\n  "mcpServers"', '}\r\n'],
  ])('keeps %s', (_, before, inside, end) => {
    const { text } = mergeConfiguration('claude', () => before);
    expect(text.startsWith(before.slice(0, before.indexOf('1') + 1))).toBe(true);
    expect(text).toContain(inside);
    expect(text.endsWith(end)).toBe(true);
  });

  it('tolerates a byte order mark and takes an empty file for none', () => {
    const marked = mergeConfiguration('claude', () => '\uFEFF{ "a": 1 }\n');
    expect(marked.change).toBe('updated');
    expect(marked.text.startsWith('\uFEFF{')).toBe(true);
    expect(mergeConfiguration('claude', () => ' \n').change).toBe('created');
    expect(mergeConfiguration('claude', () => '').text).toBe(
      mergeConfiguration('claude', () => undefined).text,
    );
  });

  it('says when an entry holds a path of this machine', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lmcp-bin-'));
    vi.stubEnv('PATH', folder);
    expect(mergeConfiguration('claude', () => undefined).local).toBe(true);
    writeFileSync(join(folder, 'lmcp'), '', { mode: 0o755 });
    expect(mergeConfiguration('claude', () => undefined).local).toBe(false);
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
});

/** Declarations, views and the catalogue: what is checked and built at start. */
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contractInfo, contractServer } from './contract-server.js';
import { createEndpoint, defineServer, defineTool, type Forward, type ToolContext } from './index.js';

const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
const forward: Forward = async () => Buffer.from('');

function tool(name: string, combined = false) {
  return defineTool({
    name,
    title: name,
    description: name,
    input: z.object({
      n: z.int(),
      path: z.string().default('.'),
      inner: z.object({ a: z.number() }).optional(),
    }),
    output: z.object({ list: z.array(z.object({ p: z.number().nullable() })) }),
    annotations,
    combined,
    run: async (_args, _context: ToolContext<null>) => ({ structured: { list: [] }, text: '' }),
  });
}

function server(name: string, tools: ReturnType<typeof tool>[]) {
  return defineServer<null>({ name, title: name, instructions: `About ${name}.`, tools });
}

const endpoint = (...servers: ReturnType<typeof server>[]) =>
  createEndpoint({ servers, info: contractInfo, forward });

describe('defineServer', () => {
  it.each(['', 'with space', 'a/b', 'x'.repeat(129), 'ü'])('refuses the tool name %j', (name) => {
    expect(() => server('s', [tool(name)])).toThrow(/malformed/);
  });
  it.each(['', 'Upper', 'a/b', '-a'])('refuses the server name %j', (name) => {
    expect(() => server(name, [])).toThrow(/malformed/);
  });
  it('refuses a tool declared twice', () => {
    expect(() => server('s', [tool('a'), tool('a')])).toThrow(/twice/);
  });

  it('derives schemas that are valid 2020-12, closed, and without noise', () => {
    const [listing] = server('s', [tool('a')]).catalogue.tools;
    const ajv = new Ajv2020.default({ strict: true });
    const input = ajv.compile(listing!.inputSchema);
    expect(input({ n: 1 })).toBe(true);
    expect(input({ n: 1, unknown: 2 })).toBe(false);
    const output = ajv.compile(listing!.outputSchema);
    expect(output({ list: [{ p: null }] })).toBe(true);
    expect(output({ list: [{ p: null, more: 1 }] })).toBe(false);
    expect(JSON.stringify(listing)).not.toMatch(/\$schema|9007199254740991|~standard/);
  });

  it('gives the same bytes for the same declaration', () => {
    const bytes = () => JSON.stringify(server('s', [tool('b'), tool('a')]).catalogue);
    expect(bytes()).toBe(bytes());
    expect(JSON.parse(bytes()).tools.map((t: { name: string }) => t.name)).toEqual(['b', 'a']);
  });
});

describe('createEndpoint', () => {
  it('offers the combined tools of all servers in order, and each server by its own', () => {
    const both = endpoint(
      server('one', [tool('a', true), tool('b')]),
      server('two', [tool('c'), tool('d', true)]),
    );
    expect(both.servers).toEqual(['one', 'two']);
    expect(both.view()?.surface.tools.map(({ name }) => name)).toEqual(['a', 'd']);
    expect(both.view()?.surface.toolOwner('d')).toBe('two');
    expect(both.view()?.surface.toolOwner('c')).toBeUndefined();
    expect(both.view('two')?.surface.tools.map(({ name }) => name)).toEqual(['c', 'd']);
    expect(both.view('three')).toBeUndefined();
    expect(both.view()?.stateless.discover.toString()).toContain('one: About one.\\ntwo: About two.');
  });

  it('works from stored catalogues alone', () => {
    const stored = JSON.parse(JSON.stringify({ catalogue: contractServer.catalogue }));
    const view = createEndpoint({ servers: [stored], info: contractInfo, forward }).view();
    expect(view?.surface.tools.map(({ name }) => name)).toEqual(['echo', 'count']);
  });

  it('refuses a server given twice, a name offered twice, and more than 20 combined tools', () => {
    expect(() => endpoint(server('s', []), server('s', []))).toThrow(/twice/);
    expect(() => endpoint(server('s', [tool('a', true)]), server('t', [tool('a', true)]))).toThrow(
      /two servers/,
    );
    const many = (count: number) => Array.from({ length: count }, (_, i) => tool(`t${i}`, true));
    expect(() => endpoint(server('s', many(20)))).not.toThrow();
    expect(() => endpoint(server('s', many(21)))).toThrow(/21 tools/);
  });
});

it('says whose view it is when a workspace is resolved', async () => {
  const asked: unknown[] = [];
  const { view } = createEndpoint({
    servers: [server('one', [tool('a')])],
    info: contractInfo,
    forward,
    resolveWorkspace: async (...said) => {
      asked.push(said);
      return 'w';
    },
  });
  expect([await view('one')?.resolveWorkspace('/x'), await view()?.resolveWorkspace('/y')]).toEqual([
    'w',
    'w',
  ]);
  expect(asked).toEqual([
    ['/x', 'one'],
    ['/y', undefined],
  ]);
  expect(
    await endpoint(server('one', [tool('a')]))
      .view('one')
      ?.resolveWorkspace('/x'),
  ).toBe('/x');
});

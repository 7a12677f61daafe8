/**
 * The layer test: imports point one way, as docs/architecture.md draws it.
 * It reads the sources with oxc's parser, type-only imports included, and fails on the first arrow that points back.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', 'src');
const leaves = ['proto', 'errors'];
const may: Record<string, string[]> = {
  proto: [],
  errors: [],
  protocol: [],
  journal: [],
  learning: [],
  runtime: ['protocol', 'journal', 'learning'],
  servers: ['runtime', 'protocol', 'journal', 'learning'],
  evaluate: ['servers', 'runtime', 'protocol', 'journal', 'learning'],
  orchestrator: ['servers', 'runtime', 'protocol', 'journal', 'learning'],
  sharing: ['servers', 'runtime', 'protocol', 'journal', 'learning'],
  gateway: ['servers', 'runtime', 'protocol', 'journal', 'learning'],
  cli: [
    'gateway',
    'evaluate',
    'orchestrator',
    'sharing',
    'servers',
    'runtime',
    'protocol',
    'journal',
    'learning',
  ],
};
const publicFaceOnly = new Set([
  'protocol',
  'journal',
  'learning',
  'runtime',
  'errors',
  'proto',
  'gateway',
  'evaluate',
]);

/** Single files that the bridge may import: it starts with every agent and must not load whole rooms. */
const narrowFaces = [
  'runtime/paths.ts',
  'runtime/process-identity.ts',
  'gateway/daemon-file.ts',
  'protocol/transports/bridge.ts',
];

interface Arrow {
  from: string;
  to: string;
  /** The specifier as written. */
  written: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'gen' ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function arrows(): Arrow[] {
  return sources(root).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const { module } = parseSync(path, text);
    const written = [
      ...module.staticImports.map((i) => i.moduleRequest.value),
      ...module.staticExports.flatMap((e) =>
        e.entries.flatMap((x) => (x.moduleRequest ? [x.moduleRequest.value] : [])),
      ),
      ...module.dynamicImports.map((d) => text.slice(d.moduleRequest.start + 1, d.moduleRequest.end - 1)),
    ];
    const from = relative(root, path);
    return [...new Set(written)].map((w) => ({
      from,
      to: w.startsWith('.') ? normalize(join(dirname(from), w)).replace(/\.js$/, '.ts') : w,
      written: w,
    }));
  });
}

const all = arrows();
const inside = all.filter((a) => a.written.startsWith('.'));
const room = (path: string) => path.split('/')[0] ?? '';
const isTest = (path: string) => path.endsWith('.test.ts');

describe('layers', () => {
  it('reads the sources at all', () => {
    expect(inside.length).toBeGreaterThan(5);
  });

  it('lets imports point one way only', () => {
    const wrong = inside.filter(({ from, to }) => {
      const [a, b] = [room(from), room(to)];
      return a !== b && !leaves.includes(b) && !(may[a] ?? []).includes(b);
    });
    expect(wrong).toEqual([]);
  });

  it('goes through the public face of another room', () => {
    const wrong = inside.filter(
      ({ from, to }) =>
        room(from) !== room(to) &&
        publicFaceOnly.has(room(to)) &&
        !isTest(from) &&
        !narrowFaces.includes(to) &&
        !/^[^/]+\/index\.ts$/.test(to),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps servers strangers to each other', () => {
    const server = (path: string) => /^servers\/([^/]+)\//.exec(path)?.[1];
    const wrong = inside.filter(({ from, to }) => server(from) && server(to) && server(from) !== server(to));
    expect(wrong).toEqual([]);
  });

  it('keeps learning pure: no Node module in it', () => {
    const wrong = all.filter(
      ({ from, to }) => room(from) === 'learning' && !isTest(from) && to.startsWith('node:'),
    );
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of inside) next.set(from, [...(next.get(from) ?? []), to]);
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of next.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });
});

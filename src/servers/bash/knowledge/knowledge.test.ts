/**
 * The tables as a whole: how many programs, no handler missing, every option's meaning well-formed.
 * It exists because a misspelt handler would silently make a program harmless.
 * Invariant: walks every entry with all its subcommands.
 */
import { describe, expect, it } from 'vitest';
import { handler } from '../analysis/commands/index.js';
import { compile } from './compile.js';
import { commandNames, commandSpec } from './index.js';
import type { Spec } from './spec.js';

function* entries(spec: Spec, name: string): Generator<readonly [string, Spec]> {
  yield [name, spec];
  for (const [names, sub] of Object.entries(spec.sub ?? {}))
    yield* entries(sub, `${name} ${names.split(' ')[0]}`);
}

function* all(): Generator<readonly [string, Spec]> {
  for (const name of commandNames()) {
    const spec = commandSpec(name);
    if (spec) yield* entries(spec, name);
  }
}

describe('the knowledge base', () => {
  it('knows at least 400 programs', () => {
    expect([...commandNames()].length).toBeGreaterThanOrEqual(400);
  });

  it('names only handlers that exist', () => {
    const missing = [...all()].filter(([, { run }]) => run !== undefined && handler(run) === undefined);
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('gives every wrapper its handler', () => {
    const odd = [...all()].filter(([, { wraps, run }]) => wraps !== undefined && run !== 'wrapper');
    expect(odd.map(([name]) => name)).toEqual([]);
  });

  it('states effects by their names', () => {
    const kinds = /^(?:read|write|delete|network|privilege|process|history|exec)!?$/;
    const odd = [...all()].filter(([, { does }]) => does?.split(' ').some((kind) => !kinds.test(kind)));
    expect(odd.map(([name]) => name)).toEqual([]);
  });

  it('compiles every entry', () => {
    for (const [, spec] of all()) expect(compile(spec).spec).toBe(spec);
  });
});

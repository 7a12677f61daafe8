/** What doctor says of the guard: by file, also where an agent cannot read that file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mergeConfiguration } from './client-configuration.js';
import { mergeHooks } from './hook-settings.js';
import { hookState } from './hook-state.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-state-'));
  vi.stubEnv('HOME', folder);
  mkdirSync(join(folder, '.claude'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const broken = '{\n  "permissions": {},\n  "hooks": {,\n}\n';

describe('the shell guard', () => {
  it('is not installed where no file names it', () => {
    expect(hookState(folder, undefined)).toMatch(/^not installed in \.claude\/settings\.json, .*`lmcp init`/);
  });

  it('is told of a file that no agent can read, with its line', () => {
    const file = join(folder, '.claude', 'settings.local.json');
    writeFileSync(file, broken);
    expect(() => hookState(folder, undefined)).toThrow(`${file} is broken, line 3: it is no JSON`);
  });

  it('is not written into a broken file: its line is named, and what to do', () => {
    const read = () => broken;
    expect(() => mergeHooks('claude', ['x'], read)).toThrow(
      /settings\.local\.json: line 3: it is no JSON; it was left as it is\. Mend it and run this again/,
    );
    expect(() => mergeConfiguration('claude', read)).toThrow(/\.mcp\.json, line 3: it is no JSON.*Mend it/);
    expect(() => mergeHooks('claude', ['x'], () => '{\n// note\n}')).toThrow(/line 2: .* no comments/);
    expect(() => mergeHooks('claude', ['x'], () => '{\n"a": 1')).toThrow(/line 2:/);
  });
});

import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from './replace-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('replacing a file', () => {
  it('makes it with its folder', () => {
    replaceFile(join(folder, 'a/b.json'), 'x');
    expect(readFileSync(join(folder, 'a/b.json'), 'utf8')).toBe('x');
  });

  it('keeps the mode, and a symbolic link', () => {
    writeFileSync(join(folder, 'real'), 'old', { mode: 0o600 });
    symlinkSync('real', join(folder, 'link'));
    replaceFile(join(folder, 'link'), 'new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['link', 'real']);
  });

  it('leaves nothing behind when it fails', () => {
    mkdirSync(join(folder, 'taken/full'), { recursive: true });
    expect(() => replaceFile(join(folder, 'taken'), 'x')).toThrow(
      expect.objectContaining({ code: 'LMCP_DISK' }),
    );
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dataFolder, makePrivate, privacyFault, socketPath } from './paths.js';

const made: string[] = [];
function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lmcp-paths-')));
  made.push(folder);
  return folder;
}
const mode = (path: string) => statSync(path).mode & 0o777;
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the data folder', () => {
  it('has one name through a symbolic link, made yet or not', () => {
    const folder = scratch();
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(dataFolder(join(folder, 'link'))).toBe(join(folder, 'real'));
    expect(dataFolder(join(folder, 'link/new/deep'))).toBe(join(folder, 'real/new/deep'));
    expect(dataFolder(undefined, { LMCP_DATA: join(folder, 'link') })).toBe(join(folder, 'real'));
    expect(dataFolder(undefined, { XDG_DATA_HOME: join(folder, 'link') })).toBe(join(folder, 'real/lmcp'));
  });
});

describe('a private folder', () => {
  it('is made for its owner alone', () => {
    const folder = join(scratch(), 'a', 'b');
    makePrivate(folder);
    expect(mode(folder)).toBe(0o700);
  });

  it('is closed when it was open, and only told about by the look that changes nothing', () => {
    const folder = scratch();
    chmodSync(folder, 0o755);
    expect(privacyFault(folder)).toContain('0700');
    expect(mode(folder)).toBe(0o755);
    makePrivate(folder);
    expect(mode(folder)).toBe(0o700);
    expect(privacyFault(folder)).toBeUndefined();
  });

  it("is refused when it is another user's, and left as it was", () => {
    const folder = scratch();
    chmodSync(folder, 0o755);
    vi.spyOn(process, 'getuid').mockReturnValue(statSync(folder).uid + 1);
    expect(() => makePrivate(folder)).toThrow(
      expect.objectContaining({ code: 'LMCP_DISK', message: expect.stringContaining('another user') }),
    );
    expect(mode(folder)).toBe(0o755);
  });

  it('is refused when all users share it, and when a file is in the way', () => {
    const folder = scratch();
    chmodSync(folder, 0o1777);
    expect(() => makePrivate(folder)).toThrow(/shared by all users/);
    expect(() => makePrivate('/dev/null/x')).toThrow(
      expect.objectContaining({ code: 'LMCP_DISK', message: expect.stringContaining('ENOTDIR') }),
    );
  });
});

describe('the socket', () => {
  it('lies in the runtime folder', () => {
    const folder = scratch();
    expect(dirname(socketPath('/data', { XDG_RUNTIME_DIR: folder }))).toBe(join(folder, 'lmcp'));
    expect(mode(join(folder, 'lmcp'))).toBe(0o700);
  });

  it('falls back to a short private folder, always the same, when its path would be too long or not ours', () => {
    const long = join(scratch(), 'x'.repeat(120));
    mkdirSync(long);
    const path = socketPath('/data', { XDG_RUNTIME_DIR: long });
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect(socketPath('/data', { XDG_RUNTIME_DIR: long })).toBe(path);
    expect(mode(dirname(path))).toBe(0o700);
    expect(dirname(socketPath('/data', { XDG_RUNTIME_DIR: join(long, 'absent') }))).toBe(dirname(path));
  });
});

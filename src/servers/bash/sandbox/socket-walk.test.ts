/** Sockets are found by looking, upper folders first, no further than was said. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { socketsBelow } from './socket-walk.js';

it('finds sockets within its bounds, and follows no link', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-walk-'));
  const servers = await Promise.all(
    ['top', 'a/one', 'a/b/two', 'node_modules/three'].map(async (name) => {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(join(folder, name), resolve));
      return server;
    }),
  );
  symlinkSync(folder, join(folder, 'a/loop'));
  writeFileSync(join(folder, 'a/file'), '');
  const names = async (depth: number, most = 1000) =>
    (await socketsBelow({ folder, depth, most })).map((path) => path.slice(folder.length + 1)).sort();
  try {
    expect(await names(5)).toEqual(['a/b/two', 'a/one', 'top']);
    expect(await names(1)).toEqual(['a/one', 'top']);
    expect(await names(5, 3)).toEqual(['top']);
  } finally {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

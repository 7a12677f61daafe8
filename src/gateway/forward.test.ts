/** Where a call goes: into the workspace its client named; to the open server into none, and then nothing is looked up. */
import { expect, it } from 'vitest';
import type { CallContext, CallRequest, CallSink } from '../protocol/index.js';
import { forwardTo, openWorkspaceOf } from './forward.js';
import type { Known } from './workspaces.js';

const repository: Known = { id: 'github.com/a/b', root: '/home/a/b' };
const sink: CallSink = { notify: () => undefined, ask: () => Promise.reject(new Error('nobody to ask')) };
const { signal } = new AbortController();

function rig(openServer: string | undefined) {
  const looked: (string | undefined)[] = [];
  const carried: CallContext[] = [];
  const forward = forwardTo({
    threads: {
      forward: async ({ context }) => {
        carried.push(context);
        return new Uint8Array();
      },
    },
    workspaces: {
      known: (hint) => {
        looked.push(hint);
        return repository;
      },
      resolve: async () => repository,
    },
    info: { name: 'n', title: 't', version: '1' },
    openServer,
  });
  const call = (server: string, workspace: string): CallRequest => ({
    server,
    revision: '2026-07-28',
    body: new Uint8Array(),
    expect: { method: 'tools/call', name: 't' },
    context: { workspace, session: 's', transport: 'http' },
  });
  return { looked, carried, call, forward };
}

it('calls of the open server reach one workspace without a root, whatever they name, and no folder is looked at', async () => {
  const { forward, call, looked, carried } = rig('open');
  for (const hint of ['/home/a/b', 'github.com/a/b', '', '/nowhere'])
    await forward(call('open', hint), sink, signal);
  expect(looked).toEqual([]);
  expect(new Set(carried.map(({ workspace }) => workspace))).toEqual(new Set([openWorkspaceOf('open')]));
  expect(carried.every((context) => !('root' in context))).toBe(true);
});

it.each(['open', undefined])(
  'calls of the other servers reach the named one (open server: %s)',
  async (open) => {
    const { forward, call, looked, carried } = rig(open);
    await forward(call('other', '/home/a/b'), sink, signal);
    expect(looked).toEqual(['/home/a/b']);
    expect(carried).toEqual([expect.objectContaining({ workspace: repository.id, root: repository.root })]);
  },
);

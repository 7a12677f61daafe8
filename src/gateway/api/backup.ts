/**
 * The daemon's part of an online backup: what each open journal holds on disk at this moment, and copies of their stores.
 * It exists because only the journal thread knows which bytes are acknowledged; the command copies the segments itself.
 * Invariant: writers are not held up; a store's copy never knows of more than the prefix told after it.
 */
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LmcpError } from '../../errors/index.js';
import { workspaceFolder } from '../../runtime/index.js';
import type { ApiRequest } from './api-request.js';

/** `?views=` an absolute, existing folder: each store's copy goes into `<views>/<workspace's folder>/views`. */
export async function backUp({ options, url, line, signal }: ApiRequest): Promise<undefined> {
  const views = url.searchParams.get('views');
  if (!views?.startsWith('/') || !statSync(views, { throwIfNoEntry: false })?.isDirectory())
    throw new LmcpError('LMCP_USAGE', 'backup needs ?views= with an absolute folder that exists.');
  const { workspaces } = (await options.threads.status()).journal;
  for (const { id } of workspaces) {
    if (signal.aborted) return undefined;
    const folder = basename(workspaceFolder('/', id));
    const to = join(views, folder, 'views');
    await mkdir(to, { recursive: true, mode: 0o700 });
    line({ id, folder, ...(await options.threads.journal.backUp(id, to)) });
  }
  line({ done: true });
  return undefined;
}

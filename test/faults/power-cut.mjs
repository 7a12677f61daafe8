/**
 * Loaded into a daemon by `--import`: puts a page cache of its own under the journal's files, which dies with the process.
 * It exists because `kill -9` keeps the kernel's page cache; with this a kill loses what was not synced, as a power cut does.
 * Invariant: the disk holds what was synced, under names whose folder was synced, and at times a torn part of the rest; the LMDB
 * files are not its business. Touches nothing but the module that is the journal's way to the disk.
 */
import { register } from 'node:module';

register(
  `data:text/javascript,${encodeURIComponent(`
    const driver = ${JSON.stringify(new URL('./power-cut-files.mjs', import.meta.url).href)};
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      const own = context.parentURL !== undefined && context.parentURL.startsWith(driver);
      return found.url.endsWith('/journal/files/node-files.js') && !own ? { ...found, url: driver + '?real=' + encodeURIComponent(found.url) } : found;
    }
  `)}`,
);

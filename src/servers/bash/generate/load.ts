/**
 * Loads the compiled model once for a thread, when the first request comes.
 * It exists so that a thread that is never asked for a command holds none of it.
 * Invariant: one load at a time; a load that failed is tried again by the next request.
 */
import { readFile } from 'node:fs/promises';
import { LmcpError } from '../../../errors/index.js';
import { Generator } from './generate.js';
import { decodeModel } from './model.js';

/** Where the build puts it: beside this file's compiled form. */
export const modelFile = new URL('commands.model', import.meta.url);

let loading: Promise<Generator> | undefined;

/** @throws LMCP_INTERNAL when the build left no model or one of another version. */
export function loadGenerator(file: URL = modelFile): Promise<Generator> {
  loading ??= readFile(file)
    .then(
      (bytes) => new Generator(decodeModel(bytes)),
      (cause: unknown) => {
        throw new LmcpError('LMCP_INTERNAL', 'The model of commands is missing: run "npm run build".', {
          cause,
        });
      },
    )
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

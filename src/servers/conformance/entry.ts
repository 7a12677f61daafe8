/**
 * The conformance server as the gateway lists it.
 * It exists apart from the catalogue of `servers/index.ts`, because only `lmcp start --conformance` adds it.
 * Invariant: importing it starts nothing.
 */
import type { CatalogueEntry } from '../../runtime/index.js';
import { server } from './server.js';

export const conformance: CatalogueEntry = {
  name: server.surface.name,
  surface: server.surface,
  module: new URL('./server.js', import.meta.url),
  tasks: [],
};

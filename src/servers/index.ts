/**
 * The servers of this package: what the gateway lists, and the module each server's thread loads.
 * It exists so that a new domain is one line here and one folder beside this file.
 * Invariant: importing this file makes no learner, starts no adapter and loads no native module.
 */
import type { CatalogueEntry } from '../runtime/index.js';
import { server as bash } from './bash/server.js';
import { server as development } from './development/server.js';
import { server as learning } from './learning/server.js';

export const catalogue: readonly CatalogueEntry[] = [
  {
    name: development.surface.name,
    surface: development.surface,
    module: new URL('./development/server.js', import.meta.url),
    tasks: ['co-change'],
  },
  {
    name: learning.surface.name,
    surface: learning.surface,
    module: new URL('./learning/server.js', import.meta.url),
    tasks: ['next-action'],
  },
  {
    name: bash.surface.name,
    surface: bash.surface,
    module: new URL('./bash/server.js', import.meta.url),
    tasks: ['generate-command', 'next-command', 'next-command-verb'],
  },
];

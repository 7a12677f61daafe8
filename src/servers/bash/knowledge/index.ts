/**
 * The knowledge base: which programs there are and what they do.
 * It exists as data of our own, so that a new program is a line and not code.
 * Invariant: one entry a name; of two tables the later one wins.
 */
import { archives } from './archives.js';
import { clouds } from './cloud.js';
import { clusters } from './clusters.js';
import { byName } from './compile.js';
import { containers } from './containers.js';
import { databases } from './databases.js';
import { disks } from './disks.js';
import { files } from './files.js';
import { languages } from './languages.js';
import { network } from './network.js';
import { packages } from './packages.js';
import { platforms } from './platforms.js';
import { runners } from './runners.js';
import { services } from './services.js';
import { shells, wrappers } from './shells.js';
import type { Spec } from './spec.js';
import { system } from './system.js';
import { systemPackages } from './system-packages.js';
import { text } from './text.js';
import { versionControl } from './version-control.js';

const SPECS = byName(
  languages,
  databases,
  clouds,
  platforms,
  services,
  containers,
  clusters,
  systemPackages,
  packages,
  archives,
  disks,
  system,
  network,
  versionControl,
  text,
  files,
  wrappers,
  runners,
  shells,
);

export function commandSpec(name: string): Spec | undefined {
  return SPECS.get(name);
}

/** All names that have an entry. */
export function commandNames(): IterableIterator<string> {
  return SPECS.keys();
}

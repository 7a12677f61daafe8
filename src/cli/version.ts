/**
 * The package's version, from its own package.json, wherever the code was compiled to.
 * It exists so that the number has one home.
 * Invariant: a string; the package does not run without its package.json.
 */
import { readFileSync } from 'node:fs';

export function packageVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (isPackage(found)) return found.version;
    } catch {
      // Not here: sources and compiled code lie at different depths.
    }
  }
  throw new Error('package.json of learning-mcp not found');
}

function isPackage(value: unknown): value is { version: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    value.name === 'learning-mcp' &&
    'version' in value
  );
}

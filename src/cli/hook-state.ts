/**
 * Whether an agent's shell is guarded in a repository: which settings name our hook, and whether they name this one.
 * It exists for `lmcp doctor`: a hook that runs nothing looks to an agent like one that found nothing.
 * Invariant: reads only.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { hookFault } from './hook-command.js';
import { installedHooks } from './hook-settings.js';
import { jsonFault, readJsonText } from './json-text.js';

/** Where clients look, in a repository or the home. */
const FILES = ['.claude/settings.json', '.claude/settings.local.json', '.cursor/hooks.json'];

/** @throws LMCP_STALE_HOOK when a settings file is broken, or names a hook that is gone or asks another daemon */
export function hookState(start: string, data: string | undefined): string {
  const found: string[] = [];
  for (const folder of new Set([...upwards(start), homedir()]))
    for (const file of FILES) {
      const path = join(folder, file);
      const text = textOf(path);
      // An agent that cannot read its settings runs none of their hooks.
      if (!readJsonText(text))
        throw new LmcpError(
          'LMCP_STALE_HOOK',
          `${path} is broken, ${jsonFault(text)}: no hook in it runs. Mend it first.`,
        );
      const lines = installedHooks(text);
      if (lines.length === 0) continue;
      const fault = lines.map((line) => hookFault(line, data)).find((it) => it !== undefined);
      if (fault !== undefined)
        throw new LmcpError('LMCP_STALE_HOOK', `The hook in ${path} is stale: ${fault}.`);
      found.push(path);
    }
  return found.length > 0
    ? `agents' commands are checked by ${found.join(', ')}`
    : `not installed in ${FILES.join(', ')}: no agent is stopped (\`lmcp init\` installs it)`;
}

function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

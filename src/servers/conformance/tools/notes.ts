/**
 * Tools that tell what they do while they do it, and tools that change what is listed.
 * They exist because the public conformance suite asks for them by name.
 * Invariant: a change is told, nothing changes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { plainTool } from './plain-tool.js';

/** Between two notes, in milliseconds. */
const pause = 50;

function telling(name: string, title: string, tell: (context: ToolContext<Services>) => Promise<string>) {
  return plainTool(name, title, async (context) => ({ structured: {}, text: await tell(context) }));
}

export const noteTools = [
  telling('test_tool_with_logging', 'Logs three messages', async ({ log }) => {
    for (const message of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      log('info', message);
      await delay(pause);
    }
    return 'Tool with logging executed successfully';
  }),
  telling('test_logging_tool', 'Logs one message, to who asked for messages', async ({ log }) => {
    log('info', 'Diagnostic message');
    return 'Logging evaluated';
  }),
  telling('test_tool_with_progress', 'Tells its progress three times', async ({ progress }) => {
    for (const done of [0, 50, 100]) {
      progress(done, 100, `Completed step ${done} of 100`);
      await delay(pause);
    }
    return 'Done.';
  }),
  telling('test_trigger_tool_change', 'Tells that the list of tools changed', async ({ services }) => {
    services.changed('tools');
    return 'Told.';
  }),
  telling('test_trigger_prompt_change', 'Tells that the list of prompts changed', async ({ services }) => {
    services.changed('prompts');
    return 'Told.';
  }),
];

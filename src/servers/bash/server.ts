/**
 * The bash server: its tools, learners and queries at a glance.
 * It exists as the command line's second pair of eyes: what a command does, what is safer, what comes next.
 * Invariant: importing this file starts no process, loads no pairs and makes no learner.
 */
import { defineServer } from '../../protocol/index.js';
import type { DomainServer, Services } from '../../runtime/index.js';
import { CommandLinesLearner } from './predict/index.js';
import { analyzeCommand } from './tools/analyze-command.js';

export const server: DomainServer = {
  surface: defineServer<Services>({
    name: 'bash',
    title: 'Bash',
    instructions:
      'Reads shell commands as the shell does. Before you run one that deletes, overwrites, needs privileges or comes from elsewhere, ask analyze_command; preview_command shows what it would change.',
    tools: [analyzeCommand],
  }),
  learners: [() => new CommandLinesLearner()],
  adapters: [],
  queries: {},
};

/**
 * The bash server: its tools, learners and queries at a glance.
 * It exists as the command line's second pair of eyes: what a command does, what is safer, what comes next.
 * Invariant: importing this file starts no process, loads no pairs and makes no learner.
 */
import { defineServer } from '../../protocol/index.js';
import type { DomainServer, Services } from '../../runtime/index.js';
import { AcceptanceLearner } from './generate/index.js';
import { hookQuery } from './hook/index.js';
import { CommandLinesLearner, nextCommandLearner } from './predict/index.js';
import { saferCommand } from './prompts/safer-command.js';
import { analyzeCommand } from './tools/analyze-command.js';
import { approvalQueries } from './tools/approval-queries.js';
import { generateCommand } from './tools/generate-command.js';
import { optimizeCommand } from './tools/optimize-command.js';
import { predictCommand } from './tools/predict-command.js';
import { previewCommand } from './tools/preview-command.js';
import { runCommand } from './tools/run-command.js';
import { searchHistory } from './tools/search-history.js';

export const server: DomainServer = {
  surface: defineServer<Services>({
    name: 'bash',
    title: 'Bash',
    instructions:
      'Reads shell commands as the shell does. Before you run one that deletes, overwrites, needs privileges or comes from elsewhere, ask analyze_command; preview_command shows what it would change.',
    tools: [
      analyzeCommand,
      generateCommand,
      optimizeCommand,
      previewCommand,
      runCommand,
      predictCommand,
      searchHistory,
    ],
    prompts: [saferCommand],
  }),
  learners: [
    () => new AcceptanceLearner(),
    () => new CommandLinesLearner(),
    () => nextCommandLearner('verb'),
  ],
  adapters: [],
  queries: { hook: hookQuery, ...approvalQueries },
};

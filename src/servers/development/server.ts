/**
 * The development server: its tools, learners and adapters at a glance.
 * It exists so that a coding agent can ask this repository's own past what belongs to a change.
 * Invariant: importing this file loads no parser and starts no process; adapters start in the server's thread only.
 */
import { defineServer } from '../../protocol/index.js';
import type { DomainServer, Services } from '../../runtime/index.js';
import { gitAdapter } from './adapters/git/adapter.js';
import { CoChangeLearner } from './learners/co-change.js';
import { relatedFilesTool } from './tools/related-files.js';

export const server: DomainServer = {
  surface: defineServer<Services>({
    name: 'development',
    title: 'Development',
    instructions:
      'Knows how this repository changes, learned from its git history. Before you call an edit done, ask related_files with the paths you changed: it names tests, docs and counterparts that usually go along, with evidence. Tell learning.give_feedback when an answer was right or wrong.',
    tools: [relatedFilesTool],
  }),
  learners: [() => new CoChangeLearner()],
  adapters: [gitAdapter],
  queries: {
    /** A file worth asking about: the one most often seen in commits that is still there. */
    example: async (_, { workspace }) => workspace.learner<CoChangeLearner>('co-change').busiest() ?? null,
  },
};

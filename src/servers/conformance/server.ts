/**
 * The conformance server: everything the public MCP conformance suite asks a server to have, and nothing of ours.
 * It exists so that the whole protocol core is judged from outside; `lmcp start --conformance` alone lists it.
 * Invariant: touches no workspace, learns nothing, is recorded nowhere, is part of no combined view: anybody may call it.
 */
import { defineServer } from '../../protocol/index.js';
import type { DomainServer, Services } from '../../runtime/index.js';
import { prompts } from './prompts.js';
import { resources, resourceTemplates } from './resources.js';
import { contentTools } from './tools/content.js';
import { noteTools } from './tools/notes.js';
import { questionTools } from './tools/questions.js';
import { schemaTools } from './tools/schemas.js';
import { taskTools } from './tools/tasks.js';

export const server: DomainServer = {
  surface: defineServer<Services>({
    name: 'conformance',
    title: 'Conformance',
    instructions: 'Fixtures of the public MCP conformance suite.',
    tools: [...contentTools, ...noteTools, ...questionTools, ...schemaTools, ...taskTools],
    resources,
    resourceTemplates,
    prompts,
    logging: true,
    changing: ['tools', 'prompts', 'resources'],
  }),
  learners: [],
  adapters: [],
  unrecorded: true,
  queries: {},
};

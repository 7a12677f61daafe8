/**
 * Tools whose input schemas use what zod does not say: all of JSON Schema 2020-12, and arguments mirrored into headers.
 * They exist because the public conformance suite asks for the first by name, and for any tool of the second kind.
 * Invariant: the schema that is shown and the one that validates accept the same plain calls.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { annotations } from '../fixtures.js';

const fullSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

export const schemaTools = [
  defineTool({
    name: 'json_schema_2020_12_tool',
    title: 'A schema with every keyword',
    description: 'Shows that nothing of its schema is lost on the way.',
    input: z.object({
      name: z.string().optional(),
      address: z.object({ street: z.string().optional(), city: z.string().optional() }).optional(),
      contactMethod: z.enum(['phone', 'email']).optional(),
      phone: z.string().optional(),
      email: z.string().optional(),
    }),
    inputSchema: fullSchema,
    output: z.object({}),
    annotations,
    run: async (args, _context: ToolContext<Services>) => ({ structured: {}, text: JSON.stringify(args) }),
  }),
  defineTool({
    name: 'test_mirrored_argument',
    title: 'An argument that is a header too',
    description: 'Its region travels in the header Mcp-Param-Region as well.',
    input: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
    output: z.object({}),
    annotations,
    run: async ({ region }, _context: ToolContext<Services>) => ({ structured: {}, text: region }),
  }),
];

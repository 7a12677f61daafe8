/**
 * Resources and a template that the public conformance suite asks for by address.
 * They exist to be read.
 * Invariant: constant.
 */
import { defineResource, defineResourceTemplate } from '../../protocol/index.js';
import type { Services } from '../../runtime/index.js';
import { image } from './fixtures.js';

const cache = { ttlMs: 300_000, scope: 'public' } as const;

export const resources = [
  defineResource<Services>({
    uri: 'test://static-text',
    name: 'static-text',
    title: 'Text',
    description: 'A text that does not change.',
    mimeType: 'text/plain',
    cache,
    read: async () => ({ text: 'This is the content of the static text resource.' }),
  }),
  defineResource<Services>({
    uri: 'test://static-binary',
    name: 'static-binary',
    title: 'Bytes',
    description: 'An image of one pixel.',
    mimeType: 'image/png',
    cache,
    read: async () => ({ blob: Buffer.from(image, 'base64') }),
  }),
  defineResource<Services>({
    uri: 'test://watched-resource',
    name: 'watched-resource',
    title: 'Watched text',
    description: 'A text whose changes can be subscribed to.',
    mimeType: 'text/plain',
    subscribe: true,
    read: async () => ({ text: 'Watched resource content' }),
  }),
];

export const resourceTemplates = [
  defineResourceTemplate<Services>({
    uriTemplate: 'test://template/{id}/data',
    name: 'template',
    title: 'Data by id',
    description: 'Repeats the id of its address.',
    mimeType: 'application/json',
    cache,
    read: async ({ id }) => ({
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    }),
    complete: async ({ value }) => ['123', '456'].filter((id) => id.startsWith(value)),
  }),
];

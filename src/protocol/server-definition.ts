/**
 * What a server is: its tools, resources and prompts, and what clients are told about it.
 * It exists apart from `defineServer`, because the catalogue is derived from it.
 * Invariant: types only.
 */
import type { Prompt } from './prompt.js';
import type { Resource, ResourceTemplate } from './resource.js';
import type { Tool } from './tool.js';

/** Lists that may change while a server runs; clients that listen are told (see Endpoint.changed). */
export type ChangingList = 'tools' | 'prompts' | 'resources';

/** A server: its tools, resources and prompts, and what clients are told about it. */
export interface ServerDefinition<Services> {
  /** Path segment of its endpoint: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  readonly instructions: string;
  readonly tools: readonly Tool<Services>[];
  readonly resources?: readonly Resource<Services>[];
  readonly resourceTemplates?: readonly ResourceTemplate<Services>[];
  readonly prompts?: readonly Prompt<Services>[];
  /** Whether its handlers call `log`. */
  readonly logging?: boolean;
  readonly changing?: readonly ChangingList[];
}

/**
 * What a resource and a resource template are: an address, a description and the function that reads.
 * It exists so that data can be read by its address, where a tool would need a name and arguments.
 * Invariant: reading changes nothing; a template's variables are strings without a slash, decoded.
 */
import type { Icon, ResourceContents } from './content.js';
import type { RequestContext } from './request-context.js';

/** What a read gives: text or bytes; the URI and the MIME type are filled in by the declaration. */
export type ResourceBody = { readonly text: string } | { readonly blob: Uint8Array };

/** How long a client may keep what it read, and for whom. */
export interface CacheHint {
  /** Milliseconds. */
  readonly ttlMs: number;
  readonly scope: 'public' | 'private';
}

interface Described {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly icons?: readonly Icon[];
  /** Not to be kept, and private, when not given. */
  readonly cache?: CacheHint;
  /** Whether the combined endpoint lists it too. */
  readonly combined?: boolean;
  /** Whether clients may ask to be told of its changes; the server then tells of each by `changed`. */
  readonly subscribe?: boolean;
}

export interface Resource<Services> extends Described {
  readonly uri: string;
  /** @throws LmcpError for what the user can act on. */
  read(context: RequestContext<Services>): Promise<ResourceBody | readonly ResourceContents[]>;
}

export interface ResourceTemplate<Services> extends Described {
  /** RFC 6570, level 1: `{name}` stands for one segment. */
  readonly uriTemplate: string;
  /** @throws LMCP_UNKNOWN_RESOURCE when there is nothing at this address. */
  read(
    variables: Readonly<Record<string, string>>,
    context: RequestContext<Services>,
  ): Promise<ResourceBody | readonly ResourceContents[]>;
  /** Values a variable may take, best first. */
  complete?(argument: CompletionArgument, context: RequestContext<Services>): Promise<readonly string[]>;
}

/** What is being typed, and what was chosen before it. */
export interface CompletionArgument {
  readonly name: string;
  readonly value: string;
  readonly chosen: Readonly<Record<string, string>>;
}

/**
 * The gateway half: what there is, who runs it, and every answer that needs no server thread.
 * It exists so that lists and discovery cost one copy of prebuilt bytes, and a call is routed without being parsed.
 * Invariant: after createEndpoint nothing changes; a view lists the same things in the same order for everyone.
 */
import { LmcpError } from '../errors/index.js';
import type { Forward } from './call.js';
import type { Catalogue } from './catalogue.js';
import { defaultPageSize } from './lists.js';
import { type HandshakeAnswers, handshakeAnswers } from './revisions/2025-11-25.js';
import { type ServerInfo, type StatelessAnswers, statelessAnswers } from './revisions/2026-07-28.js';
import { type Change, Subscriptions } from './subscriptions.js';
import { type Surface, surfaceOf } from './surface.js';

export type { ServerInfo } from './revisions/2026-07-28.js';

/** Most tools the combined view may list: each costs every agent context. */
const combinedLimit = 20;

export interface EndpointOptions {
  /** In the order their tools are listed; servers of `defineServer`, or catalogues that were stored. */
  readonly servers: readonly { readonly catalogue: Catalogue }[];
  readonly info: ServerInfo;
  /** Carries a call to the thread that runs it. */
  readonly forward: Forward;
  /**
   * The id of what a client of that server (undefined: of the combined view) calls its workspace; the same text when not given.
   * @throws LmcpError to refuse.
   */
  readonly resolveWorkspace?: (hint: string, server: string | undefined) => Promise<string>;
  /** Calls one connection or session may have running at once; 256 when not given. */
  readonly maxInFlight?: number;
  /** Subscriptions at once; 4,096 when not given. */
  readonly maxSubscriptions?: number;
  /** Items of one page of a list. */
  readonly pageSize?: number;
}

/** What one path of the endpoint offers: all servers' combined tools, or one server's. */
export interface View {
  /** The server's name; undefined for the combined view. */
  readonly server: string | undefined;
  readonly info: ServerInfo;
  readonly surface: Surface;
  readonly stateless: StatelessAnswers;
  readonly handshake: HandshakeAnswers;
  readonly subscriptions: Subscriptions;
  readonly maxInFlight: number;
  readonly forward: Forward;
  resolveWorkspace(hint: string): Promise<string>;
}

export interface Endpoint {
  readonly info: ServerInfo;
  /** Names of the servers, in their order. */
  readonly servers: readonly string[];
  /** The combined view, or a server's; undefined when there is no such server. */
  view(server?: string): View | undefined;
  /** Tells who listens that a list or a resource of a server changed. */
  changed(change: Change): void;
  /** Ends all subscriptions in order. */
  close(): void;
}

/**
 * Builds all views, once.
 *
 * @throws LMCP_INTERNAL when a name is given twice or the combined view would list more than 20 tools.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const catalogues = options.servers.map(({ catalogue }) => catalogue);
  const subscriptions = new Subscriptions(options.maxSubscriptions ?? 4096);
  const views = new Map<string, View>();
  for (const catalogue of catalogues) {
    if (views.has(catalogue.name)) throw declared(`server "${catalogue.name}" is given twice`);
    const { name, title, instructions } = catalogue;
    const info = { ...options.info, title: `${options.info.title}: ${title}` };
    const surface = surfaceOf([catalogue], () => true);
    views.set(name, viewOf({ ...options, info }, { server: name, instructions, surface, subscriptions }));
  }
  const surface = surfaceOf(catalogues, (catalogue, name) => catalogue.combined.includes(name));
  if (surface.tools.length > combinedLimit)
    throw declared(`the combined view would list ${surface.tools.length} tools, more than ${combinedLimit}`);
  const instructions = catalogues.map(({ title, instructions }) => `${title}: ${instructions}`).join('\n');
  const combined = viewOf(options, { server: undefined, instructions, surface, subscriptions });
  return {
    info: options.info,
    servers: catalogues.map(({ name }) => name),
    view: (server) => (server === undefined ? combined : views.get(server)),
    changed: (change) => subscriptions.publish(change),
    close: () => subscriptions.close(),
  };
}

interface About extends Pick<View, 'server' | 'surface' | 'subscriptions'> {
  readonly instructions: string;
}

function viewOf(options: EndpointOptions, about: About): View {
  const { info } = options;
  const contents = { ...about, info, pageSize: options.pageSize ?? defaultPageSize };
  return {
    server: about.server,
    info,
    surface: about.surface,
    stateless: statelessAnswers(contents),
    handshake: handshakeAnswers(contents),
    subscriptions: about.subscriptions,
    maxInFlight: options.maxInFlight ?? 256,
    forward: options.forward,
    resolveWorkspace: async (hint) => options.resolveWorkspace?.(hint, about.server) ?? hint,
  };
}

function declared(what: string): LmcpError {
  return new LmcpError('LMCP_INTERNAL', `Declaration error: ${what}.`);
}

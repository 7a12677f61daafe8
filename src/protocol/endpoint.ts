/**
 * The gateway half: which tools there are, who runs them, and every answer that needs no server thread.
 * It exists so that lists and discovery cost one copy of prebuilt bytes, and a call is routed without being parsed.
 * Invariant: after createEndpoint nothing changes; a view lists the same tools in the same order for everyone.
 */
import { LmcpError } from '../errors/index.js';
import type { Forward } from './call.js';
import type { Catalogue, ToolListing } from './catalogue.js';
import { type HandshakeAnswers, handshakeAnswers } from './revisions/2025-11-25.js';
import { type ServerInfo, type StatelessAnswers, statelessAnswers } from './revisions/2026-07-28.js';

export type { ServerInfo } from './revisions/2026-07-28.js';

/** Most tools the combined view may list: each costs every agent context. */
const combinedLimit = 20;

export interface EndpointOptions {
  /** In the order their tools are listed; servers of `defineServer`, or catalogues that were stored. */
  readonly servers: readonly { readonly catalogue: Catalogue }[];
  readonly info: ServerInfo;
  /** Carries a call to the thread that runs it. */
  readonly forward: Forward;
  /** Calls one connection or session may have running at once; 256 when not given. */
  readonly maxInFlight?: number;
}

/** What one path of the endpoint offers: all servers' combined tools, or one server's. */
export interface View {
  /** The server's name; undefined for the combined view. */
  readonly server: string | undefined;
  readonly tools: readonly ToolListing[];
  readonly stateless: StatelessAnswers;
  readonly handshake: HandshakeAnswers;
  readonly maxInFlight: number;
  readonly forward: Forward;
  /** The server that runs a tool; undefined when this view does not offer it. */
  owner(tool: string): string | undefined;
}

export interface Endpoint {
  readonly info: ServerInfo;
  /** Names of the servers, in their order. */
  readonly servers: readonly string[];
  /** The combined view, or a server's; undefined when there is no such server. */
  view(server?: string): View | undefined;
}

/**
 * Builds all views, once.
 *
 * @throws LMCP_INTERNAL when a name is given twice or the combined view would list more than 20 tools.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const catalogues = options.servers.map(({ catalogue }) => catalogue);
  const views = new Map<string, View>();
  for (const catalogue of catalogues) {
    if (views.has(catalogue.name)) throw declared(`server "${catalogue.name}" is given twice`);
    const info = { ...options.info, title: `${options.info.title}: ${catalogue.title}` };
    const offers = catalogue.tools.map((tool) => ({ tool, server: catalogue.name }));
    views.set(
      catalogue.name,
      viewOf({ ...options, info }, offers, { server: catalogue.name, instructions: catalogue.instructions }),
    );
  }
  const offers = catalogues.flatMap((catalogue) =>
    catalogue.tools
      .filter((tool) => catalogue.combined.includes(tool.name))
      .map((tool) => ({ tool, server: catalogue.name })),
  );
  if (offers.length > combinedLimit)
    throw declared(`the combined view would list ${offers.length} tools, more than ${combinedLimit}`);
  const instructions = catalogues.map(({ title, instructions }) => `${title}: ${instructions}`).join('\n');
  const combined = viewOf(options, offers, { server: undefined, instructions });
  return {
    info: options.info,
    servers: catalogues.map(({ name }) => name),
    view: (server) => (server === undefined ? combined : views.get(server)),
  };
}

interface Offer {
  readonly tool: ToolListing;
  readonly server: string;
}

function viewOf(
  options: EndpointOptions,
  offers: readonly Offer[],
  about: { server: string | undefined; instructions: string },
): View {
  const owners = new Map<string, string>();
  for (const { tool, server } of offers) {
    if (owners.has(tool.name)) throw declared(`tool "${tool.name}" is offered by two servers`);
    owners.set(tool.name, server);
  }
  const tools = offers.map(({ tool }) => tool);
  return {
    server: about.server,
    tools,
    stateless: statelessAnswers(options.info, about.instructions, tools),
    handshake: handshakeAnswers(options.info, about.instructions, tools),
    maxInFlight: options.maxInFlight ?? 256,
    forward: options.forward,
    owner: (tool) => owners.get(tool),
  };
}

function declared(what: string): LmcpError {
  return new LmcpError('LMCP_INTERNAL', `Declaration error: ${what}.`);
}

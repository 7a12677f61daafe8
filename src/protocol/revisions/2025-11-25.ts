/**
 * Revision 2025-11-25: a handshake opens a session, which every later request belongs to.
 * It exists so that what this revision answers stands in one file.
 * Invariant: whatever version a client asks for in initialize, this one is offered (lifecycle, Version Negotiation).
 */
import { serverCapabilities } from '../capabilities.js';
import { prebuilt } from '../jsonrpc.js';
import type { Pages } from '../lists.js';
import { listsOf, type ViewContents } from './2026-07-28.js';

export const handshake = '2025-11-25';

/** Versions that clients of this era may name in a header while they initialize. */
export const handshakeVersions: ReadonlySet<string> = new Set([
  handshake,
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
]);

/** Fixed answers of one view, complete up to the id. */
export interface HandshakeAnswers {
  readonly initialize: Buffer;
  /** ping, logging/setLevel, resources/subscribe: a result without members. */
  readonly empty: Buffer;
  readonly lists: ReadonlyMap<string, Pages>;
}

export function handshakeAnswers({ info, instructions, surface, pageSize }: ViewContents): HandshakeAnswers {
  return {
    initialize: prebuilt({
      protocolVersion: handshake,
      capabilities: serverCapabilities(surface, false),
      serverInfo: info,
      instructions,
    }),
    empty: prebuilt({}),
    lists: listsOf(surface, { size: pageSize }),
  };
}

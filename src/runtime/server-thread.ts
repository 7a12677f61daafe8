/**
 * Entry of a server thread: loads the domain, links it to the gateway and to the journal.
 * It exists so that a domain has a heap, an event loop and a memory limit of its own.
 * Invariant: knows its domain only by the module's address; the layer below stays free of the layer above.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ServerInfo } from '../protocol/index.js';
import { CaptureBudget } from './capture-budget.js';
import type { DomainServer } from './domain-server.js';
import { JournalClient } from './journal-client.js';
import type { GatewayMethods, JournalMethods, NoMethods, ServerMethods } from './messages.js';
import { Peer } from './peer.js';
import { portLink } from './port-link.js';
import { serverService } from './server-service.js';

export interface ServerThreadData {
  /** File URL of the module that exports `server: DomainServer`. */
  readonly module: string;
  readonly journal: MessagePort;
  readonly captureMemory: SharedArrayBuffer;
  readonly captureLimit: number;
  readonly info: ServerInfo;
}

const data = workerData as ServerThreadData;
if (!parentPort) throw new Error('server-thread runs as a worker only');

const { server } = (await import(data.module)) as { server: DomainServer };
const now = () => Date.now();
const line = new Peer<JournalMethods, NoMethods>(portLink(data.journal), {});
const journal = new JournalClient(() => line);
const budget = new CaptureBudget(data.captureMemory, data.captureLimit, now);
const gateway: Peer<GatewayMethods, ServerMethods> = new Peer<GatewayMethods, ServerMethods>(
  portLink(parentPort),
  serverService({ server, info: data.info, journal, budget, now, gateway: () => gateway }),
);

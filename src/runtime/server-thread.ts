/**
 * Entry of a server thread: loads the domain, links it to the gateway and to the journal.
 * It exists so that a domain has a heap, an event loop and a memory limit of its own.
 * Invariant: knows its domain only by the module's address; the layer below stays free of the layer above.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ServerInfo } from '../protocol/index.js';
import { callCoding } from './call-codec.js';
import { CaptureBudget } from './capture-budget.js';
import type { DomainServer } from './domain-server.js';
import { JournalClient } from './journal-client.js';
import { memoryKeeper } from './memory-keeper.js';
import type { GatewayMethods, JournalMethods, NoMethods, ServerMethods } from './messages.js';
import { callCounter, type ThreadMetrics, watchThread } from './metrics/index.js';
import { Peer } from './peer.js';
import { portLink } from './port-link.js';
import { Pulse } from './pulse.js';
import { type RingEnd, ringLink, spinHere } from './ring-link.js';
import { serverService } from './server-service.js';

export interface ServerThreadData {
  readonly line: RingEnd;
  readonly pulse: SharedArrayBuffer;
  readonly limitBytes: number;
  /** File URL of the module that exports `server: DomainServer`. */
  readonly module: string;
  readonly journal: MessagePort;
  readonly captureMemory: SharedArrayBuffer;
  readonly captureLimit: number;
  readonly info: ServerInfo;
  readonly stateKey: Uint8Array;
  readonly dataFolder: string;
  readonly metrics: ThreadMetrics;
}

const data = workerData as ServerThreadData;
if (!parentPort) throw new Error('server-thread runs as a worker only');

const { server } = (await import(data.module)) as { server: DomainServer };
const { recorder } = watchThread(data.metrics);
const tools = server.surface.catalogue.tools.map(({ name }) => name);
const counted = data.metrics.enabled ? { onCall: callCounter(recorder, tools) } : {};
const pulse = new Pulse(data.pulse);
const now = () => Date.now();
const line = new Peer<JournalMethods, NoMethods>(portLink(data.journal), {});
const journal = new JournalClient(() => line);
const budget = new CaptureBudget(data.captureMemory, data.captureLimit, now);
const gateway: Peer<GatewayMethods, ServerMethods> = new Peer<GatewayMethods, ServerMethods>(
  ringLink(data.line, { keepAlive: true, fair: true, spin: spinHere }),
  serverService({
    server,
    info: data.info,
    stateKey: data.stateKey,
    dataFolder: data.dataFolder,
    journal,
    budget,
    now,
    ...counted,
    slowly: (work) => pulse.slowly(work),
    beat: (letGo) => memoryKeeper({ pulse, limitBytes: data.limitBytes, letGo }),
    gateway: () => gateway,
  }),
  callCoding(),
);

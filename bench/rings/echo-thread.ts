/**
 * The other thread of the ring bench: gives back what it gets, or says when it came.
 * It exists so that both carriers are answered by the same code.
 * Invariant: nothing but the carrier differs.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Link } from '../../src/runtime/link.js';
import { answer, type Methods, Peer } from '../../src/runtime/peer.js';
import { portLink } from '../../src/runtime/port-link.js';
import { ringLink } from '../../src/runtime/ring-link.js';
import type { EchoThreadData } from './carriers.js';

export type EchoMethods = { echo: { ask: unknown; answer: null } };

if (!parentPort) throw new Error('echo-thread runs as a worker only');
const { links, peers } = workerData as EchoThreadData;

/** Frames of 8 bytes ask for the time of their arrival; one of 9 bytes for an answer once all before it are here. */
function serve(link: Link): void {
  const now = new BigUint64Array(1);
  const head = new Uint8Array(now.buffer);
  link.onFrame((frame) => {
    now[0] = process.hrtime.bigint();
    if (frame.length <= 9) link.send(head);
  });
}

serve(ringLink(links.ring, { keepAlive: true }));
serve(portLink(links.port));
for (const link of [ringLink(peers.ring), portLink(peers.port)])
  new Peer<Methods, EchoMethods>(link, { echo: (_, { body }) => answer(null, body) });
parentPort.postMessage('up');

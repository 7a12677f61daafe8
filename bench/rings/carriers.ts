/**
 * A ring and a message port to the same other thread.
 * It exists so that the two are measured in turns, in one run.
 * Invariant: both lead to threads that run the same code.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Link } from '../../src/runtime/link.js';
import { Peer } from '../../src/runtime/peer.js';
import { portLink } from '../../src/runtime/port-link.js';
import { type RingEnd, ringEnds, ringLink } from '../../src/runtime/ring-link.js';
import type { EchoMethods } from './echo-thread.js';

interface Pair {
  readonly ring: RingEnd;
  readonly port: MessagePort;
}

export interface EchoThreadData {
  readonly links: Pair;
  readonly peers: Pair;
}

export type EchoPeer = Peer<EchoMethods, Record<never, never>>;

export interface Carrier {
  readonly name: 'ring' | 'port';
  readonly link: Link;
  readonly peer: EchoPeer;
}

export async function carriers(): Promise<{ both: readonly Carrier[]; end: () => Promise<number> }> {
  const rings = [ringEnds(), ringEnds()] as const;
  const ports = [new MessageChannel(), new MessageChannel()] as const;
  const pair = (at: 0 | 1): Pair => ({ ring: rings[at][1], port: ports[at].port2 });
  const data: EchoThreadData = { links: pair(0), peers: pair(1) };
  const worker = new Worker(new URL('./echo-thread.js', import.meta.url), {
    workerData: data,
    transferList: [rings[0][1].port, rings[1][1].port, ports[0].port2, ports[1].port2],
  });
  await new Promise((resolve) => worker.once('message', resolve));
  const peer = (link: Link): EchoPeer => new Peer(link, {});
  return {
    both: [
      { name: 'ring', link: ringLink(rings[0][0]), peer: peer(ringLink(rings[1][0])) },
      { name: 'port', link: portLink(ports[0].port1), peer: peer(portLink(ports[1].port1)) },
    ],
    end: () => worker.terminate(),
  };
}

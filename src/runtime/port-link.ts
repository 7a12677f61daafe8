/**
 * A link over a MessagePort or a Worker: each frame is one message, its bytes moved by transfer.
 * It exists for lines that are seldom used, where a ring would only hold memory, and as the floor a ring is measured against.
 * Invariant: the receiver says how many bytes it took, so that the sender knows how far it is behind.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import { noBytes } from './frame.js';
import { Backlog, type FrameHandler, joined, type Link } from './link.js';

/** Taken bytes are told in strides of so many. */
const STRIDE = 1 << 18;

/** Wraps one end of a MessageChannel, a Worker (from its parent) or the parent's port (from a Worker). */
export function portLink(port: MessagePort | Worker): Link {
  const closers: (() => void)[] = [];
  const sent = new Backlog();
  let receive: FrameHandler = () => undefined;
  let taken = 0;
  let open = true;
  const closed = () => {
    if (!open) return;
    open = false;
    for (const handler of closers) handler();
  };
  const onMessage = (message: unknown) => {
    if (!open) return;
    if (typeof message === 'number') sent.take(message);
    if (!(message instanceof Uint8Array)) return;
    receive(message, false);
    taken += message.length;
    if (taken < STRIDE) return;
    port.postMessage(taken);
    taken = 0;
  };
  let listening = false;
  const listen = () => {
    if (!listening) port.on('message', onMessage);
    listening = true;
  };
  port.on('close', closed);
  port.on('exit', closed);
  return {
    send(head, body = noBytes) {
      if (!open) return true;
      const frame = joined(head, body);
      const goOn = sent.add(frame.length);
      port.postMessage(frame, [frame.buffer]);
      return goOn;
    },
    onFrame(handler) {
      receive = handler;
      listen();
    },
    onDrain(handler) {
      sent.onDrain(handler);
      listen();
    },
    onClose(handler) {
      closers.push(handler);
    },
    get backlog() {
      return sent.bytes;
    },
    close() {
      if ('close' in port) port.close();
      closed();
    },
  };
}

/**
 * A link over a MessagePort or a Worker: frames move by transfer, without a copy.
 * It exists as the first carrier between threads; rings come behind the same interface.
 * Invariant: a frame's buffer is detached on the sender's side; a view into a shared or pooled buffer is copied first.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Link } from './link.js';

/** Wraps one end of a MessageChannel, a Worker (from its parent) or the parent's port (from a Worker). */
export function portLink(port: MessagePort | Worker): Link {
  const closers: (() => void)[] = [];
  let open = true;
  const closed = () => {
    if (!open) return;
    open = false;
    for (const handler of closers) handler();
  };
  port.on('close', closed);
  port.on('exit', closed);
  return {
    send(frame) {
      if (!open) return;
      const whole = frame.byteOffset === 0 && frame.byteLength === frame.buffer.byteLength;
      const own = whole && frame.buffer instanceof ArrayBuffer ? frame : new Uint8Array(frame);
      port.postMessage(own, [own.buffer as ArrayBuffer]);
    },
    onFrame(handler) {
      port.on('message', (message: unknown) => {
        if (message instanceof Uint8Array) handler(message);
      });
    },
    onClose(handler) {
      closers.push(handler);
    },
    close() {
      if ('close' in port) port.close();
      closed();
    },
  };
}

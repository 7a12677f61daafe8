/**
 * Orders to a server that listens on a socket of this machine: `… | socat stdio /run/haproxy.sock`.
 * It exists because a socket in the file system is a control panel, not a connection.
 * Invariant: only orders that are seen count.
 */
import { type Call, DANGEROUS, type Machine } from '../machine.js';

/** `… | socat stdio /run/haproxy.sock`: orders to a server that listens on a file. */
export function judgeSocketOrders(machine: Machine, call: Call): void {
  const orders = call.stdin.text;
  if (orders === undefined || !call.fields.some(({ text }) => /(?:^|:)\/\S*\.(?:sock|socket)\b/.test(text)))
    return;
  if (
    /^\s*(?:shutdown|disable|clear|flush|drop|del(?:ete)?|stop|quit|system_powerdown|kill)\b/im.test(orders)
  )
    machine.find(
      DANGEROUS,
      'socket-order',
      'Orders a running server to stop or to drop what it serves.',
      call,
    );
}

/**
 * What a request does to the server, by its method and its address.
 * It exists because `DELETE /index` and `POST /_delete_by_query` lose data without a program that is named for it.
 * Invariant: only the method and the path count; what a body asks for is not read here.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { ANSWERS, isApprovalAddress, selfApproval } from '../effects/own-guard.js';
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { readArguments } from '../run/arguments.js';
import type { Stream } from '../stream.js';
import { shown } from '../words/field.js';

/** `http DELETE :9200/index`. */
export function runHttpie(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  const [method, address] = operands;
  if (method && address && !options.some(({ meaning }) => meaning === 'help'))
    judgeMethod(machine, call, method.text.toUpperCase(), shown(address.text));
  const data = operands.some(({ text }) => /^[\w-]+(?::?=)(?!=)/.test(text));
  if (
    operands.some(({ text }) => isApprovalAddress(text)) &&
    (/^(?:POST|PUT|PATCH)$/i.test(method?.text ?? '') || data || call.stdin.text)
  )
    selfApproval(machine, ANSWERS, call);
  return apply(machine, call, spec);
}

/** `DELETE`, and addresses that are verbs: `_delete_by_query`, `…/doDelete`. */
export function judgeMethod(machine: Machine, call: Call, method: string, address: string): void {
  if (
    /^(?:POST|PUT|PATCH)$/.test(method) &&
    /\/(?:_close|_shutdown|_cluster\/(?:settings|reroute)|_forcemerge)(?:$|[?/])/.test(address)
  )
    machine.find(
      DANGEROUS,
      'cluster-settings',
      `Takes data off line or changes the whole cluster at ${address}.`,
      call,
    );
  const deletes =
    method === 'DELETE' ||
    (method === 'POST' &&
      /(?:\/_delete_by_query|\/do(?:Delete|WipeOutWorkspace)|\/delete[-_]\w+|\/delete)(?:$|[?/])/.test(
        address,
      ));
  if (!deletes) return;
  machine.effect('delete', address, false);
  machine.find(DANGEROUS, 'http-delete', `Deletes ${address || 'something'} on the server.`, call);
}

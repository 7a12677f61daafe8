/**
 * `go run`, `java X.java`, `crystal eval`: programs given as source text, compiled and run at once.
 * It exists because a file that the line has just written is as good as an inline program.
 * Invariant: a source that is not seen is the developer's own; one from the network is nobody's.
 */
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import type { Call, Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import type { Stream } from '../stream.js';
import { literal, NETWORK } from '../words/field.js';
import { judgeCode } from './code.js';
import { remoteCode } from './shell.js';

export function runSourceFile(machine: Machine, call: Call, spec: Spec): Stream {
  const out = apply(machine, call, spec.run === 'source-file' ? { ...spec, run: 'none' } : spec);
  const at = call.fields.findIndex(({ text }) => text === 'eval' || text === '-e');
  const code = at >= 0 ? call.fields[at + 1] : undefined;
  if (code) judgeCode(machine, code, call);
  if (machine.files === undefined) return out;
  for (const field of call.fields) {
    if (!/\.(?:go|java|v|cr|dart|swift|rs|zig|kts?|scala|groovy|c|cs|jar)$|^\/dev\/fd\//.test(field.text))
      continue;
    const stream = read(machine, field, call);
    if ((stream.taint & NETWORK) !== 0) remoteCode(machine, call);
    else if (stream.text !== undefined) judgeCode(machine, literal(stream.text, call.start, call.end), call);
  }
  return out;
}

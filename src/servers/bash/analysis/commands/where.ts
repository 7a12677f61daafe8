/**
 * `pwd`, `which`: output that says where one is and where a program lies.
 * It exists because `rm -rf "$(pwd)/build"` and `$(which rm) -rf ~` are known without running anything.
 * Invariant: only what the tables and the line itself tell is said; the disk is not looked at.
 */
import { commandSpec } from '../../knowledge/index.js';
import type { Call, Machine } from '../machine.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { isKnown } from '../words/field.js';

/** `$(pwd)`. */
export function runPwd({ cwd }: Machine): Stream {
  return isKnown(cwd) ? { ...NOTHING, text: `${cwd}\n` } : UNKNOWN_STREAM;
}

/** `$(which rm)`: where the system keeps its programs. */
export function runWhich(_machine: Machine, { fields }: Call): Stream {
  const names = fields.filter(({ text }) => !text.startsWith('-'));
  const [only] = names;
  return names.length === 1 && only && isKnown(only.text) && commandSpec(only.text) !== undefined
    ? { ...NOTHING, text: `/usr/bin/${only.text}\n` }
    : UNKNOWN_STREAM;
}

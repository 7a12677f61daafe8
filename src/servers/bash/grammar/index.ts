/**
 * The grammar of programs: which subcommands, flags and operands they take.
 * It exists as the public face of the precompiled completion specs; generation, analysis and tools import this file only.
 * Invariant: pure and synchronous; no file is read and no script of a spec is run.
 */
export {
  type CheckedCommand,
  checkFlags,
  type GivenFlag,
  type GivenOperand,
  knownFlags,
  nearestFlag,
  type UnknownFlag,
} from './check.js';
export { flagFindings } from './findings.js';
export type { FlagShape, OperandKind, OperandShape } from './notation.js';
export { hasRecord as knowsProgram, programs } from './records.js';

/**
 * A policy file's text as settings and rules, or what is wrong with it and where.
 * It exists so that a mistake in the file is told by line and key, not found out by a command that ran.
 * Invariant: a file is taken as a whole or not at all; unknown keys are mistakes.
 */
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { LEVELS, type Level } from '../analysis/index.js';

/** More is no policy that people read, in bytes. */
export const MAX_POLICY_BYTES = 65_536;

const level = z.enum(LEVELS as readonly [Level, ...Level[]]);
const kind = z.enum(['read', 'write', 'delete', 'network', 'privilege', 'process', 'history', 'exec']);
const one = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema.transform((it) => [it]), z.array(schema).min(1).max(64)]);
const text = z.string().min(1).max(512);

const rule = z
  .strictObject({
    name: z.string().min(1).max(80),
    /** The command's words: program, subcommands, options, operands. */
    command: z.union([text, z.array(text).min(1).max(64)]).optional(),
    code: one(text).optional(),
    effect: one(kind).optional(),
    target: one(text).optional(),
    host: one(text).optional(),
    atLeast: level.optional(),
    atMost: level.optional(),
    reason: z.string().min(1).max(300).optional(),
  })
  .refine(
    ({ atLeast, atMost }) => (atLeast === undefined) !== (atMost === undefined),
    'needs either atLeast or atMost',
  )
  .refine(
    ({ command, code, effect, target, host }) => command ?? code ?? effect ?? target ?? host,
    'needs at least one of command, code, effect, target, host',
  );

const schema = z.strictObject({
  guard: z.strictObject({ ask: z.array(level).optional(), deny: z.array(level).optional() }).optional(),
  run: z
    .strictObject({
      unsandboxed: z.boolean().optional(),
      approvalFrom: z.enum(['caution', 'unknown', 'dangerous']).optional(),
      network: z.boolean().optional(),
    })
    .optional(),
  /** Repositories whose own file may loosen as this one: absolute root → SHA-256 of that file. */
  trust: z
    .record(
      z.string().startsWith('/', 'a root is absolute'),
      z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256'),
    )
    .optional(),
  rule: z.array(rule).max(256).optional(),
});

export type PolicyText = z.output<typeof schema>;
export type RuleText = z.output<typeof rule>;

/** What is wrong with a file. */
export interface PolicyFault {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Such as `rule[0].atLeast`; empty where the text is no TOML. */
  readonly key: string;
  /** One sentence that names path, line and key. */
  readonly message: string;
}

export type ReadPolicy = { readonly policy: PolicyText } | { readonly fault: PolicyFault };

export function parsePolicy(path: string, source: string): ReadPolicy {
  if (Buffer.byteLength(source) > MAX_POLICY_BYTES)
    return { fault: faultAt(path, 1, '', `is larger than ${MAX_POLICY_BYTES} bytes`) };
  let raw: unknown;
  try {
    raw = parse(source);
  } catch (error) {
    const line = error instanceof TomlError ? error.line : 1;
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { fault: faultAt(path, line, '', why) };
  }
  const read = schema.safeParse(raw);
  if (read.success) return { policy: read.data };
  const [issue] = read.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const keys = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])];
  const why = unknown === undefined ? (issue?.message ?? 'is not understood') : 'is no key of a policy';
  return { fault: faultAt(path, lineOf(source, keys), shownKey(keys), why) };
}

export function faultAt(path: string, line: number, key: string, why: string): PolicyFault {
  const at = key === '' ? '' : ` ${key}:`;
  return { path, line, key, message: `${path}:${line}:${at} ${why}. The strict default stays in force.` };
}

function shownKey(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (all, key) =>
      typeof key === 'number' ? `${all}[${key}]` : all === '' ? String(key) : `${all}.${String(key)}`,
    '',
  );
}

/** The line a key stands on: its table's header, then the key below it. */
export function lineOf(source: string, keys: readonly PropertyKey[]): number {
  const lines = source.split('\n');
  const [table, ...rest] = keys.map(String);
  if (table === undefined) return 1;
  const index = typeof keys[1] === 'number' ? keys[1] : 0;
  const name = typeof keys[1] === 'number' ? rest[1] : rest[0];
  let seen = -1;
  let header = -1;
  for (const [at, line] of lines.entries()) {
    const opened = /^\s*\[\[?\s*"?([\w.-]+)"?\s*\]/.exec(line)?.[1];
    if (opened === undefined) continue;
    if (header >= 0) break;
    if (opened === table) seen += 1;
    if (opened === table && seen === index) header = at;
  }
  const from = Math.max(header, 0);
  const wanted = name ?? table;
  const at = lines.findIndex(
    (line, i) => i >= from && new RegExp(`^\\s*"?${escaped(wanted)}"?\\s*=`).test(line),
  );
  return (at >= 0 ? at : from) + 1;
}

const escaped = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/**
 * Clients of databases: statements on the command line and on standard input.
 * It exists because `-e "DROP TABLE x"` is a deletion in another language.
 * Invariant: a statement that removes rows is dangerous unless a WHERE narrows it; reading is free.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';

export function runDatabase(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ name, meaning }) => name === 'help' || name === 'version' || meaning === 'help'))
    return NOTHING;
  if (spec.does?.includes('network') && !options.some(({ name }) => name === 'l' || name === 'list'))
    machine.effect('network', call.name);
  const embedded = call.name.startsWith('sqlite') || call.name === 'duckdb';
  const statements = options.flatMap(({ meaning, value }) =>
    meaning === 'use:program' && value ? [value] : [],
  );
  // Unquoted statements are split over operands: psql -c DROP TABLE users.
  const [only] = statements;
  if (only && /^(?:DROP|TRUNCATE|DELETE)$/i.test(only.text))
    judgeStatements(machine, [only, ...operands].map(({ text }) => text).join(' '), only);
  for (const field of statements) judgeStatements(machine, field.text, field);
  for (const field of embedded ? operands.slice(1) : []) judgeStatements(machine, field.text, field);
  for (const { name, value } of options)
    if ((name === 'f' || name === 'file') && value) {
      const { text } = read(machine, value, call);
      if (text !== undefined) judgeStatements(machine, text, value);
    }
  if (call.stdin.text !== undefined && call.stdin !== NOTHING)
    judgeStatements(machine, call.stdin.text, call);
  else if (statements.length === 0 && call.stdin !== UNKNOWN_STREAM && call.stdin !== NOTHING)
    machine.find(CAUTION, 'sql-unseen', 'Runs statements that were not read.', call);
  return UNKNOWN_STREAM;
}

/** Longer texts are not read. */
const MAX_PROGRAM = 8192;
const DROPS =
  /\b(?:DROP\s+(?:DATABASE|TABLE|SCHEMA|USER|ROLE|INDEX|VIEW|COLUMN|KEYSPACE|MATERIALIZED|FUNCTION|TABLESPACE|COLLECTION)|TRUNCATE(?:\s+TABLE)?\s+\w|ALTER\s+TABLE\s+\S+\s+DROP|DETACH\s+DELETE|REVOKE\s+ALL)/i;
const SHELLS =
  /(?:^|\n)\s*\\!\s*(.+)|(?:^|\n)\s*\.(?:shell|system)\s+(.+)|(?:^|\n)\s*system\s+(.+)|\bCOPY\b.*\b(?:FROM|TO)\s+PROGRAM\s+'([^']*)'|\\copy\b.*\bprogram\s+'([^']*)'/gi;

export function judgeStatements(machine: Machine, text: string, span: Span): void {
  if (text.length > MAX_PROGRAM) {
    machine.cannot('a long program', span);
    return;
  }
  for (const m of text.matchAll(SHELLS)) {
    const command = m[1] ?? m[2] ?? m[3] ?? m[4] ?? m[5];
    if (command !== undefined) machine.run.text(machine, command, UNKNOWN_STREAM, span);
  }
  const sql = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replaceAll(/'[^']*'/g, "''");
  if (
    !/\b(?:DROP|TRUNCATE|DELETE|UPDATE|INSERT|ALTER|CREATE|GRANT|REVOKE|REPLACE|MERGE|remove|drop\w*|deleteMany|deleteOne)\b/i.test(
      sql,
    )
  )
    return;
  const dropped = DROPS.exec(sql);
  if (dropped) {
    machine.effect('delete', dropped[0].replaceAll(/\s+/g, ' '), false);
    const temporary = /DROP\s+(?:TABLE|VIEW)\s+(?:IF\s+EXISTS\s+)?(?:tmp|temp|pg_temp)[\w.]*/i.test(sql);
    machine.find(
      temporary ? CAUTION : DANGEROUS,
      'sql-drop',
      `Drops data for good (${dropped[0].trim()}).`,
      span,
    );
    return;
  }
  for (const statement of sql.split(';')) {
    if (/^\s*(?:EXPLAIN\b(?!\s+ANALY[SZ]E)|SELECT\b|SHOW\b|DESCRIBE\b)/i.test(statement)) continue;
    if (/\bDELETE\s+FROM\b/i.test(statement) || /^\s*DELETE\s+\w/i.test(statement)) {
      const narrowed = /\bWHERE\b(?!\s+(?:1\s*=\s*1|true|1)\b)/i.test(statement);
      machine.effect('delete', 'rows', false);
      machine.find(
        narrowed ? CAUTION : DANGEROUS,
        narrowed ? 'sql-delete' : 'sql-delete-all',
        narrowed ? 'Deletes rows.' : 'Deletes every row of a table.',
        span,
      );
    } else if (/\bUPDATE\b[\s\S]*\bSET\b/i.test(statement)) {
      const narrowed = /\bWHERE\b/i.test(statement);
      machine.effect('write', 'rows', narrowed);
      machine.find(
        narrowed ? CAUTION : DANGEROUS,
        narrowed ? 'sql-update' : 'sql-update-all',
        narrowed ? 'Changes rows.' : 'Changes every row of a table.',
        span,
      );
    } else if (/\b(?:INSERT|CREATE|ALTER|GRANT|REVOKE|REPLACE|MERGE)\b/i.test(statement)) {
      machine.effect('write', 'database');
      machine.find(CAUTION, 'sql-write', 'Changes the database.', span);
    }
  }
  documents(machine, sql, span);
}

/** MongoDB's shell. */
function documents(machine: Machine, code: string, span: Span): void {
  if (
    /\.(?:dropDatabase|drop|dropIndexes|dropUser|dropAllUsersFromDatabase)\s*\(/.test(code) ||
    /\.(?:deleteMany|remove)\s*\(\s*(?:\{\s*\}\s*)?\)/.test(code)
  ) {
    machine.effect('delete', 'collection', false);
    machine.find(DANGEROUS, 'sql-drop', 'Drops data for good.', span);
  } else if (/\.(?:deleteOne|deleteMany|findOneAndDelete|remove)\s*\(/.test(code)) {
    machine.effect('delete', 'documents', false);
    machine.find(CAUTION, 'sql-delete', 'Deletes documents.', span);
  }
}

const KEYS_DELETE = /^(?:DEL|UNLINK|HDEL|SREM|ZREM|LREM|LTRIM|XTRIM|XDEL|EXPIRE|GETDEL)$/i;
const SERVER = /^(?:FLUSHALL|FLUSHDB|SHUTDOWN|SWAPDB|FAILOVER|DEBUG|MIGRATE)$/i;

export function runRedis(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec), true);
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  machine.effect('network', 'redis');
  const { next } = readArguments(call.fields, 0, compile(spec), true);
  const words = [...operands, ...call.fields.slice(next)].map(({ text }) => text);
  const lines =
    call.stdin.text === undefined ? [] : call.stdin.text.split('\n').map((line) => line.trim().split(/\s+/));
  for (const line of [words, ...lines]) {
    const [first = '', second = ''] = line;
    if (
      SERVER.test(first) ||
      (/^CONFIG$/i.test(first) &&
        /^(?:SET|REWRITE)$/i.test(second) &&
        /dir|dbfilename/i.test(line[2] ?? '')) ||
      (/^(?:SCRIPT|FUNCTION|ACL|CLUSTER)$/i.test(first) && /^(?:FLUSH|KILL|RESET|DELUSER)$/i.test(second))
    ) {
      machine.effect('delete', 'database', false);
      machine.find(
        DANGEROUS,
        'redis-flush',
        `${first.toUpperCase()} removes data of the whole server.`,
        call,
      );
    } else if (/^EVAL(?:SHA)?$/i.test(first) && /\b(?:flushall|flushdb|shutdown)\b/i.test(second)) {
      machine.effect('delete', 'database', false);
      machine.find(DANGEROUS, 'redis-flush', 'Runs a script that removes data of the whole server.', call);
    } else if (KEYS_DELETE.test(first)) {
      machine.effect('delete', line.slice(1).join(' '), false);
      const unseen = line === words && call.fields.some(({ selection }) => selection !== undefined);
      machine.find(
        unseen ? DANGEROUS : CAUTION,
        'redis-delete',
        unseen ? 'Deletes every key that another command lists.' : 'Deletes keys.',
        call,
      );
    } else if (/^(?:SET|HSET|LPUSH|RPUSH|SADD|ZADD|INCR|MSET|RENAME|CONFIG|EVAL)$/i.test(first))
      machine.effect('write', 'database');
  }
  return UNKNOWN_STREAM;
}

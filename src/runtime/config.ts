/**
 * The configuration: one TOML file, every value with a default, unknown keys refused by name.
 * It exists so that limits have one place; command-line options override it.
 * Invariant: what is read is frozen; a daemon never sees half a configuration.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';

const schema = z.strictObject({
  gateway: z
    .strictObject({
      /** TCP port on the loopback interface; 0 takes a free one. */
      port: z.int().min(0).max(65_535).default(7357),
      /** The daemon ends after so many minutes without a request or a connected bridge; 0: never. */
      idleMinutes: z.number().min(0).default(30),
    })
    .prefault({}),
  capture: z
    .strictObject({
      /** Receipts and interactions an instance writes each second before it samples. */
      eventsPerSecond: z.int().min(1).default(2_000),
    })
    .prefault({}),
  /** Limits in MiB, one thread each, of its heap and what it holds beside it (Buffers, WebAssembly) together. The laptop profile: 1/12 of 4/2/2/1 GB and 3 GB. */
  memory: z
    .strictObject({
      development: z.int().min(64).default(341),
      devops: z.int().min(64).default(170),
      quality: z.int().min(64).default(170),
      bash: z.int().min(64).default(85),
      learning: z.int().min(64).default(256),
      journal: z.int().min(64).default(128),
      pool: z.int().min(64).default(512),
    })
    .prefault({}),
  supervisor: z
    .strictObject({
      /** A server thread with work that is silent for so long while it uses its processor is started anew; 0: no silence counts. */
      hangMs: z.int().min(0).default(250),
      /** Its patience with one that starts, opens a repository, or waits without using the processor; 0: without end. */
      slowMs: z
        .int()
        .min(0)
        .refine((ms) => ms === 0 || ms >= 1_000, 'must be 0 or at least 1000')
        .default(10_000),
    })
    .prefault({}),
  pool: z
    .strictObject({
      /** Threads for slow work; they end after half a minute without any. */
      threads: z.int().min(1).max(64).default(2),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** HTTP requests a second of one client (its session, else its connection); 0: no limit. */
      requestsPerSecond: z.number().min(0).default(1_000),
      /** HTTP requests that a client may send at once after a rest. */
      burst: z.int().min(1).default(2_000),
      /** Calls in flight in one server's thread. */
      window: z.int().min(1).default(256),
      /** Of them, calls of one session: what keeps room for the others. */
      sessionWindow: z.int().min(1).default(64),
      /** Calls that may wait for one server; what comes beyond is refused with a hint when to try again. */
      waiting: z.int().min(0).default(8_192),
    })
    .prefault({}),
  monitor: z
    .strictObject({
      /** Time and count every call, for /metrics, `lmcp status` and the status page. */
      enabled: z.boolean().default(true),
    })
    .prefault({}),
  journal: z
    .strictObject({
      /** Encrypt the journal's blocks with the key in the data folder. */
      encrypt: z.boolean().default(false),
    })
    .prefault({}),
});

export type Config = z.output<typeof schema>;

/** All defaults. */
export function defaultConfig(): Config {
  return schema.parse({});
}

/** Reads the file; a missing one means defaults. @throws LMCP_USAGE naming the key that is wrong. */
export function readConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return defaultConfig();
    throw new LmcpError('LMCP_DISK', `The configuration ${path} cannot be read.`, { cause: error });
  }
  return parseConfig(text, path);
}

/** Parses TOML text. @throws LMCP_USAGE */
export function parseConfig(text: string, name: string): Config {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new LmcpError(
      'LMCP_USAGE',
      `${name} is not TOML: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
    );
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'top level'}: ${issue.message}`,
  );
  throw new LmcpError('LMCP_USAGE', `${name}: ${issues.join('; ')}`);
}

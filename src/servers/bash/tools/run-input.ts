/**
 * What preview_command and run_command take alike: the command, its time, and how much of its output is kept.
 * It exists so that both refuse the same commands.
 * Invariant: what passes can be handed to bash as one argument (execve(2): no null byte, 128 KiB).
 */
import { z } from 'zod';
import { DEFAULT_LIMITS, type Limits } from '../sandbox/index.js';

/** MAX_ARG_STRLEN of Linux with its ending null byte. */
const MOST_BYTES = 128 * 1024 - 1;

export const commandText = z
  .string()
  .min(1)
  .max(MOST_BYTES)
  .refine((text) => !text.includes('\0') && Buffer.byteLength(text) <= MOST_BYTES, {
    message: `must have no null character and at most ${MOST_BYTES} bytes`,
  });

export const timeoutMs = z.int().min(100).max(600_000).default(DEFAULT_LIMITS.timeoutMs);

/** Of the output, head and tail go into the answer: escaped as JSON a byte may take six. */
export const TOOL_LIMITS: Partial<Limits> = { outputBytes: 24 * 1024 };

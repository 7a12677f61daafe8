/**
 * What happens when something was thrown that nobody caught: it is logged, and an uncaught error ends the daemon in order.
 * It exists so that a daemon never vanishes without a line, and never leaves its lock and its file behind.
 * Invariant: an unheard rejection is logged and survived; after an uncaught error the state is not trusted.
 */
import type { Log } from './logging.js';

const GRACE_MS = 10_000;

export function lastWords(log: Log, stop: () => Promise<void>): void {
  process.on('unhandledRejection', (error) => log('error', `unheard rejection: ${told(error)}`));
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    // A reader of our output that went away is no reason to end.
    if (error.code === 'EPIPE') return;
    log('error', `uncaught: ${told(error)}`);
    process.exitCode = 1;
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    void stop();
  });
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

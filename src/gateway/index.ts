/**
 * The gateway: the one thread that speaks to the network, and the composition of an instance.
 * It exists to authenticate, route and report; it runs no domain code and never waits for a disk on a request's way.
 * Invariant: loopback only, a token on every request, one daemon a data folder.
 */
export { type Daemon, type DaemonOptions, type Log, startDaemon } from './daemon.js';
export { type DaemonFile, findDaemon, readDaemonFile } from './daemon-file.js';
export { checkDataFormat } from './data-format.js';
export { openLog } from './logging.js';

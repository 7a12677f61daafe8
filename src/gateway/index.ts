/**
 * The gateway: the one thread that speaks to the network, and the composition of an instance.
 * It exists to authenticate, route and report; tools, learners and journals live in other threads.
 * Invariant: loopback only; HTTP needs the token, the socket is the user's own (0600); one daemon a data folder.
 */
export type { FiguresView, ServerView, ThreadView } from './api/figures-view.js';
export { type Daemon, type DaemonOptions, startDaemon } from './daemon.js';
export { type DaemonFile, findDaemon, readDaemonFile } from './daemon-file.js';
export { checkDataFormat } from './data-format.js';
export { type Log, openLog } from './logging.js';

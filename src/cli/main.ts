#!/usr/bin/env node
/**
 * The command line's door: which command, and how failures are told.
 * It exists so that each command is a file of its own, loaded only when asked for.
 * Invariant: exit code 0 done, 1 failed, 2 wrong usage; with --json one JSON value or JSON lines on stdout, nothing else.
 */
import { runStdio } from './stdio.js';

const [, , command, ...rest] = process.argv;
// An agent waits for the bridge at every start: it must not load the other commands.
if (command === 'stdio' && !rest.includes('--help') && !rest.includes('-h')) await runStdio(rest);
else await (await import('./program.js')).runProgram(process.argv);

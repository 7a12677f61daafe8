/**
 * Which commands pass as answers to a request.
 * It exists as the public face of screening; every source of commands goes through it.
 * Invariant: pure; nothing is run or read.
 */
export { bareNames, withNamesQuoted } from './names.js';
export { asksForItsChanges, screened } from './screen.js';

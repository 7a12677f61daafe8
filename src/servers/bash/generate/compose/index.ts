/**
 * Commands put together from the clauses of a request.
 * It exists as the public face of composition; what to do with a reading that leaves words unexplained is the generator's choice.
 * Invariant: a function of the request alone; nothing is run.
 */
export { type Composition, compose } from './compose.js';

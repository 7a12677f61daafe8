/**
 * Requests in words to commands: reading, ranking, filling.
 * It exists as the public face of generation; the tool passes in pairs, history and the analysis.
 * Invariant: nothing here runs a command or reads a file.
 */
export { agreement, outlineOf } from './agreement.js';
export { type Candidate, type GenerateOptions, Generator, type Source } from './generate.js';
export { type Pair, parsePairs, type RawPair, readPairs } from './pairs.js';
export { type RankedTemplate, Ranker } from './ranker.js';
export { type Request, readRequest, type Slot } from './request.js';
export { Bm25 } from './retrieval.js';
export { type Shape, shapeOf } from './shape.js';

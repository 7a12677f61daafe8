/**
 * Requests in words to commands: reading, ranking, filling.
 * It exists as the public face of generation; the tool passes in pairs, history and the analysis.
 * Invariant: nothing here runs a command or reads a file.
 */
export { AcceptanceLearner, generateModel, generateTask } from './acceptance.js';
export { agreement, outlineOf } from './agreement.js';
export { type GenerateOptions, Generator, type Proposal, type Source } from './generate.js';
export { loadGenerator } from './load.js';
export { decodeModel, encodeModel, type Model } from './model.js';
export { type OwnLine, ownLines } from './own-lines.js';
export { type Pair, parsePairs, type RawPair, readPairs } from './pairs.js';
export { type RankedTemplate, Ranker, type RankerWeights, rankerWeights } from './ranker.js';
export { type Request, readRequest, type Slot } from './request.js';
export { Bm25 } from './retrieval.js';
export { asksForItsChanges } from './screen/index.js';
export { type Shape, shapeOf } from './shape.js';
export { digestOf, trainModel } from './train.js';

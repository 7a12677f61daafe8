/**
 * Made streams for tests and benches: concepts of the literature, and drifts between them.
 * They exist beside the contract suites because both are what a model is tried on.
 * Invariant: seeded; equal random numbers give equal streams.
 */
export { hyperplane, randomRbf, sea, seaThresholds } from './concepts.js';
export { type DriftOptions, drifting, type Example, type Random, type Stream, take } from './stream.js';

/**
 * Imports as a source of events: what each JavaScript or TypeScript file of a commit imports and exports.
 * It exists so that the parser stays behind one door.
 * Invariant: loaded by pool jobs only; the native parser never enters a thread that answers.
 */
export { type Indexed, type IndexRequest, indexImports } from './index-imports.js';
export { languageOf, type ParsedModule, parseModule } from './parse-module.js';
export { ImportResolver } from './resolve-import.js';

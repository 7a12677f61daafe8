/**
 * Preview and run: a command over a folder, in bubblewrap, bounded, with what it changes told file by file.
 * It exists so that a command's effect is seen before it is real, and stays inside one folder when it is.
 * Invariant: without bubblewrap nothing runs, and that is said; all processes are children and end with the call.
 */
export type { FileChange } from './diff/file-change.js';
export { interactiveIn, refuseInteractive } from './interactive.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { placeOf } from './place.js';
export { type Preview, type PreviewOptions, preview } from './preview.js';
export { type Run, type RunOptions, run } from './run.js';

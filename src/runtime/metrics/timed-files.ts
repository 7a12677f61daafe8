/**
 * A file layer that times how long the disk takes to make a segment's bytes durable.
 * It exists so that the journal's room needs to know nothing of being watched.
 * Invariant: passes everything on unchanged; failures take their time into account too.
 */
import type { FileLayer } from '../../journal/index.js';

/** @param observe seconds of one fdatasync of a file that is appended to. @param now monotonic, milliseconds. */
export function timedFiles(
  files: FileLayer,
  observe: (seconds: number) => void,
  now: () => number,
): FileLayer {
  return {
    ...files,
    async open(path, mode) {
      const file = await files.open(path, mode);
      if (mode !== 'append') return file;
      const datasync = async () => {
        const began = now();
        try {
          await file.datasync();
        } finally {
          observe((now() - began) / 1000);
        }
      };
      return { ...file, datasync };
    },
  };
}

/**
 * Puts blocks at the end of the last segment and rolls to a new one; the only code that writes segments.
 * It exists to keep one promise under disk errors: what `write` resolved for is on disk, what it rejected for is not read back.
 * Invariant: after a failed write nothing follows until `recover` has cut the file to its last acknowledged byte. After a failed
 * fdatasync the kernel may call lost pages clean, so recovery also leaves the file: new blocks go to new pages of a new file.
 */

import { blockHash } from './block.js';
import { type Catalogue, emptySegment, extend, type Segment } from './catalogue.js';
import { cutFile } from './files/cut-file.js';
import type { FileHandle, FileLayer } from './files/layer.js';
import { segmentName } from './segment.js';

export interface WriterOptions {
  readonly files: FileLayer;
  /** Folder of the segments; must exist. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  /** Size at which a segment is closed, in bytes. */
  readonly segmentBytes: number;
  /** Called when a segment is full and durable. */
  readonly onSealed: (segment: Segment) => void;
}

export class SegmentWriter {
  #file: FileHandle | undefined;
  #dirty = false;
  #untrusted = false;

  constructor(private readonly options: WriterOptions) {}

  /** Writes one block and syncs it. The block continues the catalogue's head. Rejects with the disk's own error. */
  async write(block: Uint8Array, last: number): Promise<void> {
    const { catalogue } = this.options;
    if (this.#dirty) await this.recover();
    const full = (catalogue.segments.at(-1)?.size ?? 0) >= this.options.segmentBytes;
    if (full) await this.#seal();
    this.#dirty = true;
    const file = this.#file ?? (await this.#open());
    this.#file = file;
    const segment = this.#segment();
    await file.write(block, segment.size);
    try {
      await file.datasync();
    } catch (error) {
      this.#untrusted = true;
      throw error;
    }
    this.#dirty = false;
    extend(segment, { last, hash: blockHash(block), bytes: block.length });
  }

  /** Closes the last segment, so that the next block begins a new one. Not while a write is under way. */
  async roll(): Promise<void> {
    if (this.#dirty) await this.recover();
    if ((this.options.catalogue.segments.at(-1)?.size ?? 0) > 0) await this.#seal();
  }

  /** Cuts what an unsuccessful write left behind. Rejects while the disk refuses; call it again later. */
  async recover(): Promise<void> {
    const { catalogue, files, folder } = this.options;
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    const segment = catalogue.segments.at(-1);
    if (segment === undefined) {
      this.#dirty = false;
      return;
    }
    if (segment.size === 0) {
      await files.remove(segment.path).catch(ignoreAbsent);
      await files.syncDirectory(folder);
      catalogue.segments.pop();
      if (catalogue.segments.length > 0) this.#begin();
    } else {
      await cutFile(files, segment.path, segment.size);
      if (this.#untrusted) this.#begin();
    }
    this.#untrusted = false;
    this.#dirty = false;
  }

  async close(): Promise<void> {
    if (this.#dirty) await this.recover().catch(() => undefined);
    await this.#file?.close();
    this.#file = undefined;
  }

  async #seal(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.options.onSealed(this.#segment());
    this.#begin();
  }

  /** Adds an empty segment that continues the last one; its file is made at the next write. */
  #begin(): void {
    const { catalogue, folder } = this.options;
    const first = catalogue.lastSequence + 1;
    const name = segmentName(first);
    catalogue.segments.push(emptySegment(`${folder}/${name}`, name, first, catalogue.hash));
  }

  #segment(): Segment {
    const segment = this.options.catalogue.segments.at(-1);
    if (segment === undefined) throw new Error('the writer has no segment');
    return segment;
  }

  async #open(): Promise<FileHandle> {
    if (this.options.catalogue.segments.length === 0) this.#begin();
    const file = await this.options.files.open(this.#segment().path, 'append');
    try {
      await this.options.files.syncDirectory(this.options.folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

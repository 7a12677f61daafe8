/**
 * What one frame between threads looks like: kind, request number, a little text, then raw bytes.
 * It exists so that bodies (JSON-RPC messages, event batches) cross untouched, and are read where they arrive.
 * Invariant: `decodeFrame` of what `FrameHeads` wrote, and a body behind it, gives both back; the body is a view into the frame.
 *
 *   u8 kind · u8 code of the meta (0: JSON) · u16 0 · u32le id · u32le bytes of meta · meta (UTF-8) · body
 */

export const FrameKind = {
  request: 0,
  reply: 1,
  failure: 2,
  note: 3,
  cancel: 4,
  cast: 5,
  /** The side that runs a request asks the side that made it; id is the request's, meta is [number, what is asked]. */
  ask: 6,
  /** Its answer: meta is [number, what is answered]. */
  told: 7,
  /** Or that there is none: meta is [number, failure]. */
  untold: 8,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface Frame {
  readonly kind: FrameKind;
  /** Numbers a request within its link; whatever belongs to the request carries it. */
  readonly id: number;
  /** 0: `meta` is JSON. Else its method has a code of its own (see call-codec.ts). */
  readonly code: number;
  /** Empty for null. */
  readonly meta: string;
  readonly body: Uint8Array;
}

const HEADER = 12;
const FIRST_BYTES = 16 * 1024;
export const noBytes = new Uint8Array(0);

/** Writes heads (all of a frame but its body) into memory it uses again and again. */
export class FrameHeads {
  #scratch = Buffer.alloc(FIRST_BYTES);

  /** The head, valid until the next one is written. */
  write(kind: FrameKind, id: number, meta: string, code = 0): Uint8Array {
    const most = HEADER + 3 * meta.length;
    if (most > this.#scratch.length) this.#scratch = Buffer.alloc(most);
    const head = this.#scratch;
    const length = meta === '' ? 0 : head.write(meta, HEADER, 'utf8');
    head[0] = kind;
    head[1] = code;
    head.writeUInt32LE(id, 4);
    head.writeUInt32LE(length, 8);
    return head.subarray(0, HEADER + length);
  }
}

export function decodeFrame(frame: Uint8Array): Frame {
  const bytes = Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const end = HEADER + bytes.readUInt32LE(8);
  return {
    kind: bytes[0] as FrameKind,
    code: bytes[1] ?? 0,
    id: bytes.readUInt32LE(4),
    meta: end === HEADER ? '' : bytes.toString('utf8', HEADER, end),
    body: end === bytes.length ? noBytes : bytes.subarray(end),
  };
}

/** Plain data as a frame's meta. */
export function metaText(meta: unknown): string {
  return meta === null || meta === undefined ? '' : JSON.stringify(meta);
}

export function readMeta(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}

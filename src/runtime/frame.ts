/**
 * What one frame between threads looks like: kind, request number, a little JSON, then raw bytes.
 * It exists so that bodies (JSON-RPC messages, event batches) cross untouched and uncopied on the reading side.
 * Invariant: `decodeFrame(encodeFrame(f))` is f; the body is a view into the frame.
 *
 *   u8 kind · u32le id · u32le length of meta · meta (JSON, UTF-8) · body
 */

export const FrameKind = { request: 0, reply: 1, failure: 2, note: 3, cancel: 4, cast: 5 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface Frame {
  readonly kind: FrameKind;
  /** Numbers a request within its link; replies, failures, notes and cancels carry their request's. */
  readonly id: number;
  readonly meta: unknown;
  readonly body: Uint8Array;
}

const HEADER = 9;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const noBytes = new Uint8Array(0);

export function encodeFrame({ kind, id, meta, body }: Frame): Uint8Array {
  const head = meta === undefined ? noBytes : encoder.encode(JSON.stringify(meta));
  const frame = new Uint8Array(HEADER + head.length + body.length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, id, true);
  view.setUint32(5, head.length, true);
  frame.set(head, HEADER);
  frame.set(body, HEADER + head.length);
  return frame;
}

export function decodeFrame(frame: Uint8Array): Frame {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const length = view.getUint32(5, true);
  return {
    kind: view.getUint8(0) as FrameKind,
    id: view.getUint32(1, true),
    meta: length === 0 ? undefined : JSON.parse(decoder.decode(frame.subarray(HEADER, HEADER + length))),
    body: frame.subarray(HEADER + length),
  };
}

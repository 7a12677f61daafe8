/**
 * Plain assertions for the contract suites, and bytes compared by content.
 * It exists so that the suites run under any test framework or none.
 * Invariant: a broken promise throws an Error whose message says which one, with both sides.
 */

/** @throws Error with `promise` when the condition does not hold */
export function holds(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new Error(`Broken promise: ${promise}`);
}

/** Structural equality by JSON; NaN and undefined count as what JSON makes of them. */
export function same(actual: unknown, expected: unknown, promise: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  holds(a === b, `${promise}\n  got      ${String(a).slice(0, 400)}\n  expected ${String(b).slice(0, 400)}`);
}

export function sameBytes(actual: Uint8Array, expected: Uint8Array, promise: string): void {
  holds(actual.length === expected.length, `${promise} (${actual.length} bytes against ${expected.length})`);
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  holds(at < 0, `${promise} (first difference at byte ${at})`);
}

/** A copy that later changes to the original do not reach. */
export function frozenCopy<T>(value: T): string {
  return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
}

/**
 * The known flag that a mistyped one was most likely meant to be.
 * It exists so that "unknown flag" comes with a way out.
 * Invariant: says nothing rather than something far off: at most a third of the letters may differ.
 */

/** Edit distance where a swap of neighbours counts once (optimal string alignment), given up above `most`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}

/** Of equally near ones the first by the alphabet, so that the answer does not depend on an order of listing. */
export function nearest(flag: string, known: Iterable<string>): string | undefined {
  const bare = flag.replace(/^-+/, '');
  if (bare.length < 2) return undefined;
  let found: string | undefined;
  let least = Math.max(1, Math.floor(bare.length / 3)) + 1;
  for (const name of known) {
    const letters = name.replace(/^-+/, '');
    if (letters.length < 2) continue;
    const far = distance(bare, letters, least);
    if (far < least || (far === least && found !== undefined && name < found)) {
      least = far;
      found = name;
    }
  }
  return found;
}

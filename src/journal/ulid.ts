/**
 * ULIDs for events that come without an id: 48 bits of time, 80 bits of chance, Crockford base 32 (github.com/ulid/spec).
 * They exist so that an event has a name before it has a number, and names sort by time.
 * Invariant: the ids of one factory strictly increase, also within a millisecond and when the clock steps back.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes ids from a clock (milliseconds since the epoch) and a source of random bytes. */
export function createUlids(clock: () => number, random: (size: number) => Uint8Array): () => string {
  let time = -1;
  let chance = new Uint8Array(10);
  return () => {
    const now = Math.max(0, Math.floor(clock()));
    if (now > time) {
      time = now;
      chance = Uint8Array.from(random(10));
      // Leaves room above for 2^79 increments within one millisecond.
      chance[0] = (chance[0] ?? 0) & 0x7f;
    } else {
      increment(chance);
    }
    return text(time, chance);
  };
}

function increment(bytes: Uint8Array): void {
  for (let i = bytes.length - 1; i >= 0; i -= 1) {
    const next = ((bytes[i] ?? 0) + 1) & 0xff;
    bytes[i] = next;
    if (next !== 0) return;
  }
}

function text(time: number, chance: Uint8Array): string {
  let out = '';
  for (let i = 0, rest = time; i < 10; i += 1, rest = Math.floor(rest / 32)) {
    out = alphabet.charAt(rest % 32) + out;
  }
  let bits = 0;
  let held = 0;
  for (const byte of chance) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return out;
}

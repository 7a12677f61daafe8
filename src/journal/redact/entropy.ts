/**
 * Finds keys that carry no name: long tokens that look drawn at random (base64, base62, base32, base36).
 * It exists because a list of known prefixes never ends; it judges by letter pairs and class changes, not by Shannon's number alone,
 * which for 20 to 40 characters cannot tell a camelCase name from a key.
 * Invariant: hashes (hex of digest length), UUIDs, ULIDs of ours, versions, words and module paths are left as they are.
 */
import { letterPairs } from './bigrams.js';

/** Shortest token that can be called a key by its looks alone. */
export const minKeyLength = 20;

const hex = /^(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const digestInside =
  /(?<![A-Za-z0-9])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{7,64})(?![A-Za-z0-9])/g;
const integrity = /(?:^|[^a-z])sha(?:1|256|384|512)[-:=]$/i;

/**
 * Whether a token (no spaces) looks like a random key.
 * `before` is the text in front of it, where "sha512-" tells a checksum.
 */
export function looksRandom(token: string, before = ''): boolean {
  if (token.length < minKeyLength || hex.test(token) || uuid.test(token) || ulid.test(token)) return false;
  if (integrity.test(before) || /^sha(?:1|256|384|512)-/.test(token)) return false;
  // Addresses of commits and compare views: the hashes in them say nothing about the rest.
  const rest = token.replace(digestInside, '');
  if (rest.length < minKeyLength && rest !== token) return false;
  if (randomWhole(rest)) return true;
  // A key may stand inside a path or beside a name: judge long parts by themselves.
  if (!/[-_/.=+]/.test(token)) return false;
  return token
    .split(/[-_/.=+]/)
    .some(
      (part) =>
        part.length >= minKeyLength && part.length < token.length && !hex.test(part) && randomWhole(part),
    );
}

function randomWhole(token: string): boolean {
  const { pairs, common, breaks, digits } = letterPairs(token);
  const alnum = token.replace(/[^A-Za-z0-9]/g, '').length;
  if (alnum < minKeyLength - 2 || digits > alnum * 0.7) return false;
  // Names made of parts (kebab, snake, dotted) have separators every few characters; keys hardly do.
  const separators = token.length - alnum;
  const wordy = separators > token.length / 9;
  const odd = pairs === 0 ? 0 : 1 - common / pairs;
  const restless = breaks / alnum;
  if (wordy) return pairs >= 8 && odd > 0.45 && restless > 0.25;
  if (pairs >= 6 && odd > 0.3) return digits > 0 || restless > 0.2 || odd > 0.4;
  if (pairs >= 5 && odd > 0.12 && digits > 0 && odd + restless > 0.45) return true;
  return restless > 0.38 && digits >= 3;
}

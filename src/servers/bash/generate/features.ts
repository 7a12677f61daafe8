/**
 * What the models see of a request: its words and their neighbours, its words as written, and runs of letters.
 * It exists so that training and answering read a request alike.
 * Invariant: a function of the text alone; each feature once.
 */
import type { Request } from './request.js';

/** The letters that runs are cut from: longer requests say no more about their program. */
const lettersRead = 400;

/** Words, neighbouring pairs, the first words, prefixes, and the words as they were written, values among them. */
export function wordFeatures(text: string, { words }: Request): string[] {
  const features = new Set<string>(words);
  for (let i = 0; i + 1 < words.length; i++) features.add(`${words[i]} ${words[i + 1]}`);
  for (let i = 0; i + 2 < words.length; i++) features.add(`${words[i]} _ ${words[i + 2]}`);
  for (const word of words) if (word.length > 5) features.add(`${word.slice(0, 5)}-`);
  const [first, second] = words;
  if (first !== undefined) features.add(`^${first}`);
  if (second !== undefined) features.add(`^${first} ${second}`);
  for (const word of text.toLowerCase().match(/[a-z0-9_.-]+/g) ?? []) features.add(`r ${word}`);
  return [...features];
}

/** Runs of four and five letters, also across words: endings, compounds and file names that no word list has. */
export function letterFeatures(text: string): string[] {
  const line = ` ${text.toLowerCase().replace(/\s+/g, ' ').slice(0, lettersRead)} `;
  const features = new Set<string>();
  for (const length of [4, 5])
    for (let i = 0; i + length <= line.length; i++) features.add(`c ${line.slice(i, i + length)}`);
  return [...features];
}

/** FNV-1a over UTF-16 units, with the last mixing of MurmurHash3: 32 bits. */
export function hashOf(feature: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < feature.length; i++) hash = Math.imul(hash ^ feature.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Trains the model of commands and writes it: `node compile-model.js PAIRS.jsonl.gz MODEL`, the last step of the build.
 * It exists because training takes seconds and memory that no server thread has.
 * Invariant: the same pairs and code give the same file; a model of the same pairs and code is left as it is.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeModel, encodeModel } from './model.js';
import { parsePairs, type RawPair } from './pairs.js';
import { digestOf, trainModel } from './train.js';

/** Names the pairs and the code that read them: the compiled files of this folder. */
function digest(raw: readonly RawPair[]): string {
  const hash = createHash('sha256').update(digestOf(raw));
  const folder = new URL('.', import.meta.url);
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.js')) hash.update(name).update(readFileSync(new URL(name, folder)));
  return hash.digest('hex');
}

/** Whether the file holds a model of these pairs already. */
function isCurrent(file: string, wanted: string): boolean {
  if (!existsSync(file)) return false;
  try {
    return decodeModel(readFileSync(file)).digest === wanted;
  } catch {
    return false;
  }
}

const [pairsFile, modelFile] = process.argv.slice(2);
if (pairsFile === undefined || modelFile === undefined) {
  process.stderr.write('usage: node compile-model.js PAIRS.jsonl.gz MODEL\n');
  process.exitCode = 2;
} else {
  const raw = parsePairs(gunzipSync(readFileSync(pairsFile)).toString('utf8'));
  const wanted = digest(raw);
  if (!isCurrent(modelFile, wanted)) {
    const bytes = encodeModel({ ...trainModel(raw), digest: wanted });
    writeFileSync(`${modelFile}.part`, bytes);
    renameSync(`${modelFile}.part`, modelFile);
    process.stdout.write(`model of ${raw.length} pairs: ${bytes.length} bytes\n`);
  }
}

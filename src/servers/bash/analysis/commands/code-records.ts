/**
 * Code that empties a database or a search engine through its library.
 * It exists because `destroy_all` and `deleteIndex` name no file and start no program.
 * Invariant: only calls without a condition count; what they are called on is not known.
 */
import { type Call, DANGEROUS, type Machine } from '../machine.js';

/** Calls by which libraries of databases and search engines drop everything they hold. */
const DROPS =
  /\.(?:destroy_all|delete_all|destroyAll|dropDatabase|dropCollection|dropAllTables|deleteIndex|clearObjects|clearIndex|deleteAllDocuments|flushall|flushAll|flushdb|truncateTable)\s*(?:\(|!|\b(?=\s*(?:$|[;)}])))|\.delete(?:Many|_many)\(\s*(?:\{\s*\})?\s*\)|\.drop_all\(/;

export function judgeRecords(machine: Machine, text: string, call: Call): void {
  if (!DROPS.test(text)) return;
  machine.effect('delete', 'records', false);
  machine.find(DANGEROUS, 'drops-records', 'Deletes all records of a kind.', call);
}

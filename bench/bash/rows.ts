/**
 * The labelled commands the bash suite is measured on, read and never run.
 * They exist apart from the measures so that every measure sees the same rows.
 * Invariant: a command is only ever a string here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SafetyRow {
  readonly id: string;
  readonly command: string;
  readonly axis: 'destructive' | 'malicious' | 'wild';
  readonly label: 'destructive' | 'caution' | 'benign' | 'malicious' | 'unknown';
  readonly class: string;
  readonly twinOf?: string;
  readonly source: string;
}

export interface EffectRow {
  readonly command: string;
  readonly effects: readonly string[];
}

export function safetyRows(folder: string): readonly SafetyRow[] {
  return lines(folder, 'safety.jsonl').map((line) => JSON.parse(line) as SafetyRow);
}

export function effectRows(folder: string): readonly EffectRow[] {
  return lines(folder, 'wild-labelled.jsonl').map((line) => JSON.parse(line) as EffectRow);
}

export function commands(folder: string): readonly string[] {
  return lines(folder, 'commands.txt');
}

function lines(folder: string, name: string): string[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

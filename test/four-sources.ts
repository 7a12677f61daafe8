/**
 * Event files of four sources that report what agents did, one of them possibly not what happened.
 * They exist so that tests know which source is to be found out and forgotten, and by which words its events are found on disk.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const sources = ['laptop', 'desktop', 'runner', 'kiosk'] as const;
export type Source = (typeof sources)[number];

export interface SourcesOptions {
  readonly sessions: number;
  readonly seed: number;
  /** Reports its sessions' calls in an order of chance, from that session on. */
  readonly poisoned?: { readonly source: Source; readonly from: number };
  /** Left out altogether. */
  readonly without?: Source;
}

const tools = ['read', 'search', 'edit', 'format', 'build', 'test', 'review', 'commit'] as const;
/** Calls of one session. */
export const callsEach = 40;

/** A word that stands in every event of that source and session, and nowhere else. */
export function mark(source: Source, session: number): string {
  let hash = 0x811c9dc5;
  for (const code of `${source}/${session}`) hash = Math.imul(hash ^ code.charCodeAt(0), 0x01000193) >>> 0;
  return `mark${hash.toString(36)}`;
}

/** Writes the file and returns its path. Sessions take turns among the sources; times rise by a second a call. */
export function writeSources(folder: string, { sessions, seed, poisoned, without }: SourcesOptions): string {
  let state = seed;
  const chance = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * n);
  };
  const lines: string[] = [];
  for (let session = 0; session < sessions; session++) {
    const source = sources[session % sources.length] ?? 'laptop';
    const wrong = poisoned?.source === source && session >= poisoned.from;
    let step = chance(tools.length);
    for (let call = 0; call < callsEach; call++) {
      // A habit, with a fifth of the calls out of it.
      step = chance(5) === 0 ? chance(tools.length) : (step + 1) % tools.length;
      const other = chance(tools.length);
      const tool = tools[wrong ? other : step];
      if (source === without) continue;
      const at = new Date(Date.UTC(2026, 0, 1) + 1000 * (session * callsEach + call)).toISOString();
      const subject = `src/${mark(source, session)}.ts`;
      const interactionFinished = {
        session: `${source}-${session}`,
        server: 'agent',
        tool,
        subject,
        ok: true,
      };
      lines.push(
        JSON.stringify({ at, source, interactionFinished: { ...interactionFinished, sampleWeight: 1 } }),
      );
    }
  }
  const path = join(folder, `sources-${sessions}-${seed}${without ? `-without-${without}` : ''}.jsonl`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/**
 * Versions of learners as text: a graph like git's, comparisons as columns.
 * It exists so that a person sees at a glance where a learner stands and which version did better.
 * Invariant: a score never stands without its baseline and its n.
 */

import type { Compared, VersionRow, Versions } from '../runtime/index.js';
import { scoreRowOf } from '../servers/learning/score-row.js';
import { scoreLine } from './score-text.js';
import { graphRows } from './versions-graph.js';

/** As short as git's. */
export const shortId = (id: string) => id.slice(0, 8);

/** One line a learner: where its head is. */
export function headLines(all: readonly Versions[]): string[] {
  const width = Math.max(0, ...all.map(({ learner }) => learner.length));
  return all.map(
    ({ learner, branch, head, snapshots }) =>
      `${learner.padEnd(width)}  ${branch} @${head.offset}  ${snapshots.length} ${snapshots.length === 1 ? 'snapshot' : 'snapshots'}`,
  );
}

export function logLines(versions: Versions, limit: number): string[] {
  const { learner, branch, head, snapshots } = versions;
  const nodes = snapshots.slice(0, limit);
  const rows = graphRows(nodes.map(({ id, parents }) => ({ key: id, parents })));
  const byId = new Map(nodes.map((row) => [row.id, row]));
  const left = snapshots.length - nodes.length;
  return [
    `${learner}: on ${branch} at @${head.offset}`,
    ...rows.map(({ drawn, key }) => {
      const row = key === null ? undefined : byId.get(key);
      return row ? `${drawn} ${snapshotText(row, versions)}` : drawn;
    }),
    ...(nodes.length === 0 ? ['no snapshot yet; the state is folded from the journal'] : []),
    ...(left > 0 ? [`… ${left} older (--limit)`] : []),
  ];
}

export function branchLines({ branches }: Versions): string[] {
  return branches.map(({ name, active, id, offset }) => `${active ? '*' : ' '} ${name}  @${offset}${at(id)}`);
}

export function tagLines({ tags }: Versions): string[] {
  return tags.length === 0 ? ['no tags'] : tags.map(({ name, id }) => `${name}${at(id)}`);
}

export function compareLines({ a, b, onlyA, onlyB, sizeDelta, metrics }: Compared): string[] {
  const sign = (value: number, digits: number) =>
    `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(4));
  const width = Math.max(
    0,
    ...metrics.map(({ kind, predictor, metric }) => `${kind} ${predictor} ${metric}`.length),
  );
  return [
    `a  @${a.offset}${at(a.id)}  ${onlyA.toLocaleString('en')} events only here`,
    `b  @${b.offset}${at(b.id)}  ${onlyB.toLocaleString('en')} events only here`,
    `state  ${sign(sizeDelta, 0)} bytes`,
    ...metrics.map(({ kind, predictor, metric, a: from, b: to, delta }) =>
      `${`${kind} ${predictor} ${metric}`.padEnd(width)}  ${number(from)} → ${number(to)}  ${delta === null ? '' : sign(delta, 4)}`.trimEnd(),
    ),
  ];
}

function snapshotText({ id, offset, at, tags, scorecard }: VersionRow, versions: Versions): string {
  const names = [
    ...(versions.head.id === id ? [`HEAD → ${versions.branch}`] : []),
    ...versions.branches.filter((branch) => !branch.active && branch.id === id).map(({ name }) => name),
    ...tags.map((tag) => `tag: ${tag}`),
  ];
  const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const scores = (scorecard ?? []).filter(({ n }) => n > 0).map((report) => scoreLine(scoreRowOf(report)));
  const shown = names.length > 0 ? ` (${names.join(', ')})` : '';
  return [`${shortId(id)}${shown}`, `@${offset}`, when, ...scores].join('  ');
}

function at(id: string | null): string {
  return id === null ? '' : `  ${shortId(id)}`;
}

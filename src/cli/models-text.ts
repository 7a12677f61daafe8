/**
 * Versions of learners as text: a graph like git's, comparisons as columns.
 * It exists so that a person sees at a glance where a learner stands and which version did better.
 * Invariant: a score never stands without its baseline and its n.
 */

import type { Compared, UnstoredRow, VersionRow, Versions } from '../runtime/index.js';
import { scoreRowOf } from '../servers/learning/score-row.js';
import { scoreLine } from './score-text.js';
import { type GraphNode, graphRows } from './versions-graph.js';

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
  const all = nodesOf(versions);
  const nodes = all.slice(0, limit);
  const texts = new Map(nodes.map(({ key, text }) => [key, text]));
  const left = all.length - nodes.length;
  return [
    `${learner}: on ${branch} at @${head.offset}`,
    ...graphRows(nodes).map(({ drawn, key }) => (key === null ? drawn : `${drawn} ${texts.get(key)}`)),
    ...(snapshots.length === 0 ? ['no snapshot yet; the state is folded from the journal'] : []),
    ...(left > 0 ? [`… ${left} older (--limit)`] : []),
  ];
}

/** The snapshots, and above each the named states that were folded on from it. */
function nodesOf(versions: Versions): (GraphNode & { readonly text: string })[] {
  const { snapshots, unstored } = versions;
  const known = new Set(snapshots.map(({ id }) => id));
  const rows = unstored.map((row, n) => ({
    key: `unstored ${n}`,
    parents: row.parent !== null && known.has(row.parent) ? [row.parent] : [],
    text: unstoredText(row, versions),
  }));
  return [
    ...snapshots.flatMap((row) => [
      ...rows.filter(({ parents }) => parents[0] === row.id),
      { key: row.id, parents: row.parents, text: snapshotText(row, versions) },
    ]),
    ...rows.filter(({ parents }) => parents.length === 0),
  ];
}

export function branchLines({ branches }: Versions): string[] {
  return branches.map(({ name, active, id, offset }) => `${active ? '*' : ' '} ${name}  @${offset}${at(id)}`);
}

export function tagLines({ tags }: Versions): string[] {
  return tags.length === 0 ? ['no tags'] : tags.map(({ name, id, offset }) => `${name}  @${offset}${at(id)}`);
}

export function compareLines({ a, b, onlyA, onlyB, sizeDelta, metrics }: Compared): string[] {
  const differing = metrics.filter(({ a: from, b: to }) => from !== to);
  const sign = (value: number, digits: number) =>
    `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(4));
  const width = Math.max(
    0,
    ...differing.map(({ kind, predictor, metric }) => `${kind} ${predictor} ${metric}`.length),
  );
  return [
    `a  @${a.offset}${at(a.id)}  ${onlyA.toLocaleString('en')} events only here`,
    `b  @${b.offset}${at(b.id)}  ${onlyB.toLocaleString('en')} events only here`,
    `state  ${sign(sizeDelta, 0)} bytes`,
    ...differing.map(({ kind, predictor, metric, a: from, b: to, delta }) =>
      `${`${kind} ${predictor} ${metric}`.padEnd(width)}  ${number(from)} → ${number(to)}  ${delta === null ? '' : sign(delta, 4)}`.trimEnd(),
    ),
    ...(differing.length === 0 ? ['no difference in the scores'] : []),
  ];
}

function unstoredText({ offset, head, branches, tags }: UnstoredRow, { branch }: Versions): string {
  const names = [
    ...(head ? [`HEAD → ${branch}`] : []),
    ...branches.filter((name) => name !== branch),
    ...tags.map((tag) => `tag: ${tag}`),
  ];
  const state = head ? 'no snapshot yet' : 'no snapshot: folded when asked for';
  return `–${inBrackets(names)}  @${offset}  ${state}`;
}

function inBrackets(names: readonly string[]): string {
  return names.length > 0 ? ` (${names.join(', ')})` : '';
}

function snapshotText({ id, offset, at, tags, scorecard }: VersionRow, versions: Versions): string {
  const names = [
    ...(versions.head.id === id ? [`HEAD → ${versions.branch}`] : []),
    ...versions.branches.filter((branch) => !branch.active && branch.id === id).map(({ name }) => name),
    ...tags.map((tag) => `tag: ${tag}`),
  ];
  const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const scores = (scorecard ?? []).filter(({ n }) => n > 0).map((report) => scoreLine(scoreRowOf(report)));
  return [`${shortId(id)}${inBrackets(names)}`, `@${offset}`, when, ...scores].join('  ');
}

function at(id: string | null): string {
  return id === null ? '' : `  ${shortId(id)}`;
}

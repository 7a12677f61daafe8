/**
 * Scores before and after something, on one line each.
 * It exists because versions and forgetting are judged by what they do to a scorecard.
 * Invariant: the model's value stands beside the best trivial predictor's and its n.
 */
import type { ScoreRow } from '../servers/learning/score-row.js';

const share = (value: number) => `${(100 * value).toFixed(1)} %`;

/** "history hit@3 85.0 % (rose-confidence 76.9 %), n 5,982". */
export function scoreLine({ kind, n, metric, value, baseline }: ScoreRow): string {
  if (n === 0 || value === null) return `${kind}: nothing scored`;
  const beside = baseline ? ` (${baseline.name} ${share(baseline.value)})` : '';
  return `${kind} ${metric} ${share(value)}${beside}, n ${n.toLocaleString('en')}`;
}

/** Two lines where it changed, one where it did not, none where nothing was scored. */
export function changeLines(before: readonly ScoreRow[], after: readonly ScoreRow[]): string[] {
  return after.flatMap((row) => {
    if (row.n === 0 && before.every(({ kind, n }) => kind !== row.kind || n === 0)) return [];
    const earlier = before.find(({ kind, metric }) => kind === row.kind && metric === row.metric);
    const [old, now] = [earlier && scoreLine(earlier), scoreLine(row)];
    if (old === undefined) return [`  ${now}`];
    return old === now ? [`= ${now}`] : [`- ${old}`, `+ ${now}`];
  });
}

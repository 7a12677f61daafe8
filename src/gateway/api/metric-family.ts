/**
 * One metric of the exposition with all its rows, and how families are written by prom-client.
 * It exists because the figures are kept in shared memory and not in prom-client's own counters, which cost more than a call may.
 * Invariant: names and units follow Prometheus (base units, _total for counters); a family without rows is left out.
 */
import { cumulative, type Distribution } from '../../runtime/index.js';
import { TextAnswer } from './api-request.js';

type Labels = Readonly<Record<string, string>>;

interface Row {
  readonly labels: Labels;
  readonly value: number;
  /** Where it differs from the family's: the parts of a histogram. */
  readonly metricName?: string;
}

/** Edges of the shown buckets, as powers of two of quarter microseconds: 4 µs to 34 s; of a count: 1 to 16 Mi. */
const shown = { seconds: { from: 4, to: 27 }, count: { from: 0, to: 24 } } as const;

export class Family {
  readonly values: Row[] = [];
  constructor(
    readonly name: string,
    readonly type: 'counter' | 'gauge' | 'histogram',
    readonly help: string,
  ) {}

  add(labels: Labels, value: number): void {
    this.values.push({ labels, value });
  }

  /** A histogram's rows: cumulative, so that `le` reads as Prometheus wants it. */
  distribution(labels: Labels, distribution: Distribution): void {
    const { name } = this;
    for (const [edge, below] of cumulative(distribution, shown[distribution.unit]))
      this.values.push({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: String(edge) },
        value: below,
      });
    const { count, sum } = distribution;
    this.values.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count });
    this.values.push({ metricName: `${name}_sum`, labels, value: sum });
    this.values.push({ metricName: `${name}_count`, labels, value: count });
  }
}

/** The text of all families. */
export async function written(families: readonly Family[]): Promise<TextAnswer> {
  const { AggregatorRegistry } = (await import('prom-client')).default;
  const metrics = families
    .filter(({ values }) => values.length > 0)
    .map(({ name, help, type, values }) => ({ name, help, type, values, aggregator: 'first' }));
  const registry = AggregatorRegistry.aggregate([metrics]);
  return new TextAnswer(await registry.metrics(), registry.contentType);
}

/**
 * Where served predictions have gone: settled, expired or given up; what is open the holder of the receipts knows.
 * It exists so that a live record tells of every prediction that was served, not only of those that got an outcome.
 * Invariant: open + settled + expired + dropped = all receipts taken up, each counted by its sample's weight.
 */
import type { ReceiptReport } from './scorecard-report.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Most predictions that one receipt may stand for. */
const heaviest = 1e6;

/** The weight an event states of its sample; 1 where it states none or no sane one. */
export function sampleWeight(stated: number): number {
  return stated > 0 && stated < Number.POSITIVE_INFINITY ? Math.min(stated, heaviest) : 1;
}

export type ReceiptEnd = 'settled' | 'expired' | 'dropped';

export class ReceiptCounts {
  #settled = 0;
  #expired = 0;
  #dropped = 0;

  /** @param weight of the receipt, see `sampleWeight` */
  count(end: ReceiptEnd, weight: number): void {
    switch (end) {
      case 'settled':
        this.#settled += weight;
        return;
      case 'expired':
        this.#expired += weight;
        return;
      case 'dropped':
        this.#dropped += weight;
    }
  }

  /** @param open the receipts that wait now */
  report(open: Iterable<{ readonly weight: number }>): ReceiptReport {
    let waiting = 0;
    for (const { weight } of open) waiting += weight;
    return { open: waiting, settled: this.#settled, expired: this.#expired, dropped: this.#dropped };
  }

  write(out: StateWriter): void {
    out.section('receipt-counts', 1).f64(this.#settled).f64(this.#expired).f64(this.#dropped);
  }

  read(input: StateReader): void {
    input.section('receipt-counts', 1);
    this.#settled = input.f64();
    this.#expired = input.f64();
    this.#dropped = input.f64();
  }
}

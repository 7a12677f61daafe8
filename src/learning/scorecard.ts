/** STUB BY SCAFFOLD: replaced by the learning room's owner. */
export interface ScorecardReport {
  readonly task: string;
  /** "history" (replayed in time order) or "live" (receipts that were served). */
  readonly kind: 'history' | 'live';
  readonly n: number;
  /** predictor → metric → mean; the learned model goes under its own name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly model: string;
  readonly primary: string;
  /** The best trivial predictor by the primary metric. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /** Mean paired difference model − best baseline on the primary metric. */
  readonly lift: number | null;
  readonly interval: readonly [number, number] | null;
  readonly calibration: { readonly ece: number; readonly n: number } | null;
  readonly drift: { readonly at: number; readonly what: string } | null;
  readonly mode: 'learned' | 'baseline' | 'insufficient';
}

/**
 * The kinds of failure that are counted apart.
 * They exist so that "the client sent nonsense" and "we broke" are two curves.
 * Invariant: derived from the registry's HTTP status, so that a new code needs no row here.
 */
import type { LmcpError } from '../../errors/index.js';

export const failureClasses = ['client', 'server', 'unavailable', 'cancelled'] as const;
export type FailureClass = (typeof failureClasses)[number];

export function failureClass({ http }: Pick<LmcpError, 'http'>): FailureClass {
  if (http === 499) return 'cancelled';
  if (http === 429 || http === 503) return 'unavailable';
  return http < 500 ? 'client' : 'server';
}

import { expect, it } from 'vitest';
import { label } from './progress.js';

it('counts what can be counted', () => {
  expect(label(0, null, 'diff of co-change')).toBe('diff of co-change …');
  expect(label(0, 10, 'learning')).toBe('learning: 0 of 10 (0 %)');
  expect(label(1_500, null, 'mining')).toBe('mining: 1,500');
});

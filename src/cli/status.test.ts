import { expect, it } from 'vitest';
import { movedLine } from './status.js';

it('says where a learner stands that was moved, and the way back', () => {
  const moved = { learner: 'co-change', branch: 'rollback-9', offset: 0, undone: 3_180 };
  expect(movedLine(moved)).toBe(
    'co-change is on rollback-9 at @0: 3,180 events undone (back: lmcp models branch co-change main)',
  );
});

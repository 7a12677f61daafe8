import { describe, expect, it } from 'vitest';
import { skippedText } from './import.js';

describe('what lmcp import says of what it left out', () => {
  it('gives each reason with its count, and nothing when all was taken', () => {
    expect(skippedText({ skipped: { held: 1200, otherJournal: 1 } })).toEqual([
      expect.stringMatching(/^1 events speak of another journal/),
      expect.stringMatching(/^1,200 events are in the journal already/),
    ]);
    expect(skippedText({ skipped: { otherReceipt: 2, otherAudit: 3 } })).toEqual([
      expect.stringMatching(/^3 events are the audit of another instance/),
      expect.stringMatching(/^2 events are predictions that were not made here/),
    ]);
    expect(skippedText({ skipped: {} })).toEqual([]);
    expect(skippedText({})).toEqual([]);
  });
});

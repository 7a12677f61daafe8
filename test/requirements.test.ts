import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requirements } from './requirements.js';

describe('requirements', () => {
  it('are each cited by a test', () => {
    const texts = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    const uncited = Object.keys(requirements).filter((id) => !texts.includes(`verifies('${id}')`));
    expect(uncited).toEqual([]);
  });
});

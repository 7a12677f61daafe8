/** The status page: its script is JavaScript, and nothing in it comes from elsewhere. */
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { page } from './page.js';

describe('the status page', () => {
  it('has one script, which parses', () => {
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!);
    expect(scripts.length).toBe(1);
    for (const text of scripts) expect(() => new Script(text)).not.toThrow();
  });

  it('loads nothing, and sets no markup from data', () => {
    expect(page).not.toMatch(/\b(src|href)=/);
    expect(page).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write/);
  });
});

/** Programs without an entry whose grammar is known: values are no verbs, outputs are written, wrapped commands are read. */
import { describe, expect, it } from 'vitest';
import { programs } from '../../grammar/index.js';
import { commandSpec } from '../../knowledge/index.js';
import { analyze } from '../index.js';

const codes = (command: string) => analyze(command).findings.map(({ code }) => code);

describe('a program known by its grammar only', () => {
  it('stands on many programs that have no entry', () => {
    expect(programs().filter((name) => commandSpec(name) === undefined).length).toBeGreaterThan(100);
  });

  it('stays at least caution', () => {
    expect(analyze('asciinema play x.cast').level).toBe('caution');
  });

  it('is not judged by the value of a flag', () => {
    expect(codes('molecule converge --scenario-name destroy')).not.toContain('service-delete');
    expect(codes('molecule destroy')).toContain('service-delete');
  });

  it('reads the command that it wraps', () => {
    expect(analyze("hyperfine 'rm -rf ~'").level).toBe('dangerous');
    expect(analyze('unheard-of run -- rm -rf ~').level).toBe('dangerous');
    expect(analyze('unheard-of run -- ls').level).toBe('caution');
    expect(analyze('unheard-of -- rm.txt').level).toBe('caution');
  });

  it('bounds the look-ups of a line', () => {
    const line = Array.from({ length: 200 }, () => 'molecule converge --scenario-name destroy').join('; ');
    expect(analyze(line).findings.length).toBeGreaterThan(0);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callCodec } from './call-codec.js';

const text = fc.string({ maxLength: 12, unit: 'binary' });
const ask = fc.record(
  {
    server: fc.constantFrom('development', 'quality'),
    revision: fc.constantFrom('2026-07-28' as const, '2025-11-25' as const),
    expect: fc.record(
      { method: fc.constantFrom('tools/call', 'prompts/get'), name: text, params: fc.dictionary(text, text) },
      { requiredKeys: ['method'] },
    ),
    context: fc.record(
      {
        workspace: text,
        root: text,
        session: fc.constantFrom('a', 'b', '__proto__'),
        transport: fc.constantFrom('http' as const, 'stdio' as const),
        client: fc.record({ name: text, version: text }),
        traceparent: text,
      },
      { requiredKeys: ['workspace', 'session', 'transport'] },
    ),
  },
  { requiredKeys: ['server', 'revision', 'expect', 'context'] },
);

describe('a coded call', () => {
  it('is heard as it was said, whatever was said before', () => {
    const said = fc.array(ask, { maxLength: 40, size: 'max' });
    fc.assert(
      fc.property(said, (asks) => {
        const [speaker, listener] = [callCodec(), callCodec()];
        for (const each of [...asks, ...asks]) {
          const text = speaker.say(each);
          expect(listener.hear(text ?? '')).toEqual(each);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says a context once', () => {
    const codec = callCodec();
    const call = (session: string, name = 'related_files') => ({
      server: 'development',
      revision: '2026-07-28' as const,
      expect: { method: 'tools/call', name },
      context: { workspace: 'w', root: '/r', session, transport: 'http' as const },
    });
    expect(codec.say(call('one'))).toContain('/r');
    expect(codec.say(call('one'))).toBe('[0,0]');
    expect(codec.say(call('two'))).toContain('/r');
    expect(codec.say(call('two'))).toBe('[0,1]');
    expect(codec.say(call('one', 'other'))).not.toContain('/r');
    expect(codec.say({ ...call('one'), context: { ...call('one').context, traceparent: 't' } })).toBe(
      '[0,0,{"traceparent":"t"},{}]',
    );
  });

  it('stays right when there are more sessions than its table holds', () => {
    const [speaker, listener] = [callCodec(), callCodec()];
    const call = (n: number) => ({
      server: 'development',
      revision: '2025-11-25' as const,
      expect: { method: 'tools/call', name: `tool-${n % 400}` },
      context: { workspace: `w${n}`, session: `s${n}`, transport: 'unix' as const },
    });
    for (let n = 0; n < 10_000; n++) {
      const at = n % 3 === 0 ? n >> 1 : n;
      expect(listener.hear(speaker.say(call(at)) ?? '')).toEqual(call(at));
    }
  });

  it('leaves what it does not know to JSON', () => {
    const odd = {
      server: 's',
      revision: '2025-11-25' as const,
      expect: { method: 'm' },
      context: { workspace: '', session: '', transport: 'http' as const },
      later: 1,
    };
    expect(callCodec().say(odd)).toBeUndefined();
  });
});

/** Drain: lines of one message in one group, masks where lines differ, bounded memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract/index.js';
import { StateReader, StateWriter } from '../../state-codec.js';
import { Drain, type DrainOptions } from './drain.js';
import { maskedTokens, written } from './masked-tokens.js';

function bytes(drain: Drain): Uint8Array {
  const out = new StateWriter('t', 1);
  drain.write(out);
  return out.finish();
}
function restored(drain: Drain, options?: DrainOptions): Drain {
  const again = new Drain(options);
  again.read(new StateReader(bytes(drain), 't', 1));
  return again;
}

describe('masked tokens', () => {
  it.each([
    ['took 12 ms', 'took <*> ms'],
    ['user=alice id=42', 'user=alice id=<*>'],
    ['connect 10.0.0.1:8080 failed', 'connect <*> failed'],
    ['open /var/log/app.log: denied', 'open <*>: denied'],
    ['commit 3f2a9bc1 and deadbeef', 'commit <*> and deadbeef'],
    ['run 6f1c2a3b-0000-4000-8000-1234567890ab done', 'run <*> done'],
    ['get https://example.org/a?b=1 now', 'get <*> now'],
    ['db-1.internal.example:5432 is up since 2024-05-01 12:30:00.5', '<*> is up since <*>'],
    ['onExtend:1514038530000 14 0 4', 'onExtend:<*>'],
    ['', ''],
  ])('%s', (line, template) => {
    expect(written(maskedTokens(line))).toBe(template);
  });

  it.each(['letters+', 'abc.', '1.', '12345678-1234-', '/a', 'a0'])(
    'takes long runs of %s in linear time',
    (part) => {
      const time = (length: number) => {
        const text = part.repeat(length / part.length);
        let best = Infinity;
        for (let i = 0; i < 3; i++) {
          const start = performance.now();
          maskedTokens(text);
          best = Math.min(best, performance.now() - start);
        }
        return best;
      };
      // Sixteen times the text: sixteen times the time if linear, 256 if quadratic.
      expect(time(64_000)).toBeLessThan(100 * Math.max(1, time(4000)));
    },
  );

  it('splits at the same places as the pattern it stands for', () => {
    const token = /<\*>|[^\s=:,;()[\]{}"'<>|]+|[=:,;()[\]{}"'<>|]/g;
    const plain = fc.oneof(
      fc.constantFrom(
        '<*>',
        '<',
        '*',
        '>',
        'word',
        'w=v',
        ' ',
        '\t',
        '\u00a0',
        '\u2003',
        'é',
        '日本',
        '\ud800',
        '"',
        '|',
        '9',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 12 }), (parts) => {
        // Letters only before the dots and slashes that the longer patterns look for: splitting alone is compared.
        const text = parts.join('').replace(/[./:-]/g, '');
        const words: string[] = [];
        for (const [word] of text.matchAll(token)) {
          const masked = /\d/.test(word) ? '<*>' : word;
          if (masked !== '<*>' || words.at(-1) !== '<*>') words.push(masked);
        }
        const made = maskedTokens(text);
        if (/[0-9a-f]{6}/i.test(text)) return;
        expect(made.words).toEqual(words);
        expect(made.spaced).toHaveLength(words.length);
      }),
    );
  });

  it('bounds the tokens of a line', () => {
    const { words } = maskedTokens('word '.repeat(1000));
    expect(words.length).toBe(200);
    expect(words[199]).toBe('<*>');
  });
});

describe('Drain', () => {
  it('groups lines by message and finds what varies', () => {
    const random = seededRandom(4);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const users = ['alice', 'bob', 'carol', 'dave', 'eve', 'mallory'];
    const messages: readonly (() => string)[] = [
      () =>
        `Accepted password for ${pick(users)} from 10.0.0.${Math.floor(random() * 255)} port ${Math.floor(random() * 6e4)}`,
      () => `Connection closed by ${pick(users)} after ${random().toFixed(3)} s`,
      () => `cache miss for key ${pick(users)}: loading from disk`,
      () => `GET /api/v1/items/${Math.floor(random() * 999)} -> ${pick([200, 404, 500])}`,
      () => 'garbage collection finished',
    ];
    const drain = new Drain();
    const groups = messages.map(() => new Map<number, number>());
    for (let i = 0; i < 2000; i++) {
      const k = i % messages.length;
      const { id } = drain.learnOne((messages[k] as () => string)());
      groups[k]?.set(id, (groups[k]?.get(id) ?? 0) + 1);
    }
    expect(groups.map((found) => found.size)).toEqual([1, 1, 1, 1, 1]);
    expect(drain.size).toBe(5);
    const [first] = [...(groups[0]?.keys() ?? [])];
    expect(drain.group(first ?? -1)?.template).toBe('Accepted password for <*> from <*> port <*>');
    expect(drain.group(first ?? -1)?.count).toBe(400);
    expect(drain.predictOne('garbage collection finished')?.count).toBe(400);
    expect(drain.predictOne('something never seen before')).toBeUndefined();
  });

  it('asks without changing, and goes on from a snapshot as without one', () => {
    const options = { groups: 40, leaves: 5 };
    let one = new Drain(options);
    const twin = new Drain(options);
    const random = seededRandom(6);
    const word = () => `w${'abcdefgh'[Math.floor(random() * 8)]}`;
    for (let i = 0; i < 600; i++) {
      const line = Array.from({ length: 2 + Math.floor(random() * 4) }, word).join(' ');
      if (i % 20 === 0) {
        const before = bytes(one);
        one.predictOne(line);
        expect(bytes(one)).toEqual(before);
      }
      if (i % 100 === 50) one = restored(one, options);
      expect(one.learnOne(line)).toEqual(twin.learnOne(line));
      expect(one.size).toBeLessThanOrEqual(40);
    }
    expect(bytes(one)).toEqual(bytes(twin));
  });

  it('is bounded on ever new lines and refuses a line of 10 MB', () => {
    const drain = new Drain({ groups: 50 });
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    for (let i = 0; i < 5000; i++) {
      const name = [...String(i)].map((digit) => letters[Number(digit)]).join('');
      drain.learnOne(`${name} ${name}x ${name}y`);
      expect(drain.size).toBeLessThanOrEqual(50);
    }
    const before = bytes(drain);
    expect(() => drain.learnOne('x'.repeat(10_000_000))).toThrow(
      expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }),
    );
    expect(bytes(drain)).toEqual(before);
  });

  it('keeps the groups that are still seen', () => {
    const drain = new Drain({ groups: 20 });
    for (let i = 0; i < 19; i++) drain.learnOne(`${'z'.repeat(i + 1)} ${'y'.repeat(i + 1)} first`);
    const { id } = drain.learnOne('heartbeat received');
    for (let i = 0; i < 500; i++) {
      const name = [...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
      drain.learnOne(`${name} ${name}x ${name}y`);
      if (i % 5 === 0) expect(drain.learnOne('heartbeat received').id).toBe(id);
    }
    expect(drain.group(id)?.count).toBe(101);
  });

  it('takes any text, twice into the same group', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (line) => {
        const drain = new Drain();
        const { id } = drain.learnOne(line);
        expect(drain.learnOne(line).id).toBe(id);
        expect(restored(drain).predictOne(line)?.id).toBe(id);
      }),
    );
  });
});

/** Addresses with variables: what matches, what does not, and that matching and filling in agree. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileUriTemplate, uriLimit } from './uri-template.js';

describe('compileUriTemplate', () => {
  const { match, variables } = compileUriTemplate('repo://{owner}/files/{path}.md');

  it.each([
    ['repo://ada/files/a%20b.md', { owner: 'ada', path: 'a b' }],
    ['repo://ada/files/x.y.md', { owner: 'ada', path: 'x.y' }],
    ['repo://ada/files/.md', undefined],
    ['repo://a/b/files/x.md', undefined],
    ['repo://ada/files/xmd', undefined],
    ['xrepo://ada/files/x.md', undefined],
    ['repo://ada/files/%ff.md', undefined],
    [`repo://${'a'.repeat(uriLimit)}/files/x.md`, undefined],
  ])('reads %s', (uri, found) => {
    expect(match(uri)).toEqual(found);
  });

  it('finds what was filled in', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(segment, segment, (owner, path) => {
        const uri = `repo://${encodeURIComponent(owner)}/files/${encodeURIComponent(path)}.md`;
        expect(match(uri)).toEqual({ owner, path });
      }),
    );
    expect(variables).toEqual(['owner', 'path']);
  });

  it.each(['a://b', 'a://{}', 'a://{a}{b}', 'a://{a}/{a}', 'a://{+a}', 'a://{a', 'a://a}'])(
    'refuses the template %s',
    (template) => {
      expect(() => compileUriTemplate(template)).toThrow(/URI template/);
    },
  );
});

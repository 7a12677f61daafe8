import { describe, expect, it } from 'vitest';
import { type GraphNode, graphRows } from './versions-graph.js';

const drawn = (nodes: readonly GraphNode[]) =>
  graphRows(nodes).map(({ drawn, key }) => (key === null ? drawn : `${drawn} ${key}`));
const node = (key: string, ...parents: string[]): GraphNode => ({ key, parents });

describe('graphRows', () => {
  it('draws a line of descent in one column', () => {
    expect(drawn([node('c', 'b'), node('b', 'a'), node('a')])).toEqual(['* c', '* b', '* a']);
  });

  it('joins branches where they part', () => {
    expect(drawn([node('d', 'b'), node('c', 'b'), node('b', 'a'), node('a')])).toEqual([
      '* d',
      '| * c',
      '|/',
      '* b',
      '* a',
    ]);
  });

  it('leads a line along the columns between', () => {
    const nodes = [node('f', 'a'), node('e', 'b'), node('d', 'a'), node('b', 'a'), node('a')];
    expect(drawn(nodes)).toEqual(['* f', '| * e', '| | * d', '| * | b', '|_|/', '|/', '* a']);
  });

  it('opens a column for the second parent of a merge', () => {
    expect(drawn([node('m', 'b', 'c'), node('c', 'a'), node('b', 'a'), node('a')])).toEqual([
      '* m',
      '|\\',
      '| * c',
      '* | b',
      '|/',
      '* a',
    ]);
  });

  it('ends a column at a parent that is not listed, and takes several roots', () => {
    expect(drawn([node('c', 'gone'), node('b'), node('a')])).toEqual(['* c', '* b', '* a']);
  });
});

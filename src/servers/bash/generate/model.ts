/**
 * The compiled model: known requests with their commands, an index over them, and linear models of programs and options.
 * It exists so that training happens once, at the build, and answering only reads.
 * Invariant: `decodeModel(encodeModel(m))` answers as `m`; the digest names the pairs it was trained on.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { Neighbours } from './neighbours.js';
import { type Numbers, pack, unpack } from './packed.js';
import { SparseWeights } from './sparse-weights.js';
import { Vocabulary } from './vocabulary.js';

/** Raised when the meaning of the file changes. */
export const modelVersion = 1;

const header = z.object({
  version: z.literal(modelVersion),
  /** SHA-256 of the pairs and of the version. */
  digest: z.string(),
  requests: z.array(z.string()),
  commands: z.array(z.string()),
  /** Names of programs that come first in some command, by label. */
  firsts: z.array(z.string()),
});

export interface Model extends Omit<z.output<typeof header>, 'version'> {
  /** Features of words, for neighbours and options. */
  readonly words: Vocabulary;
  /** Features of words and of runs of letters, for the program. */
  readonly all: Vocabulary;
  readonly neighbours: Neighbours;
  readonly firstModel: SparseWeights;
  readonly partModel: SparseWeights;
  /** The template of each pair. */
  readonly templates: Uint16Array;
  /** The first program of each template, as a label. */
  readonly templateFirsts: Uint16Array;
  /** Parts of each template (programs and options), from `partStarts`; parts without a model are 65,535. */
  readonly partStarts: Uint32Array;
  readonly parts: Uint16Array;
}

export const unmodelledPart = 0xffff;

const members = (prefix: string, arrays: object): [string, Numbers][] =>
  Object.entries(arrays).map(([name, array]) => [`${prefix}.${name}`, array]);

export function encodeModel(model: Model): Uint8Array {
  const { digest, requests, commands, firsts } = model;
  const { templates, templateFirsts, partStarts, parts } = model;
  return pack({
    header: { version: modelVersion, digest, requests, commands, firsts },
    arrays: Object.fromEntries([
      ...members('words', model.words.arrays),
      ...members('all', model.all.arrays),
      ...members('neighbours', model.neighbours.arrays),
      ...members('firstModel', model.firstModel.arrays),
      ...members('partModel', model.partModel.arrays),
      ...members('own', { templates, templateFirsts, partStarts, parts }),
    ]),
  });
}

/** @throws LMCP_INTERNAL for a file of another version or kind. */
export function decodeModel(bytes: Uint8Array): Model {
  const packed = unpack(bytes);
  const head = header.safeParse(packed.header);
  if (!head.success) throw new LmcpError('LMCP_INTERNAL', 'The model of commands is of another version.');
  const of = <T extends Numbers>(name: string, kind: new (length: number) => T): T => {
    const found = packed.arrays[name];
    if (!(found instanceof kind)) throw new LmcpError('LMCP_INTERNAL', `The model holds no ${name}.`);
    return found;
  };
  const vocabulary = (prefix: string) =>
    new Vocabulary({
      hashes: of(`${prefix}.hashes`, Uint32Array),
      weights: of(`${prefix}.weights`, Float32Array),
    });
  const weights = (prefix: string) =>
    new SparseWeights({
      bias: of(`${prefix}.bias`, Float32Array),
      starts: of(`${prefix}.starts`, Uint32Array),
      labels: of(`${prefix}.labels`, Uint16Array),
      weights: of(`${prefix}.weights`, Int8Array),
      scales: of(`${prefix}.scales`, Float32Array),
    });
  const words = vocabulary('words');
  return {
    ...head.data,
    words,
    all: vocabulary('all'),
    neighbours: new Neighbours(
      {
        starts: of('neighbours.starts', Uint32Array),
        documents: of('neighbours.documents', Uint16Array),
        norms: of('neighbours.norms', Float32Array),
      },
      words.arrays.weights,
    ),
    firstModel: weights('firstModel'),
    partModel: weights('partModel'),
    templates: of('own.templates', Uint16Array),
    templateFirsts: of('own.templateFirsts', Uint16Array),
    partStarts: of('own.partStarts', Uint32Array),
    parts: of('own.parts', Uint16Array),
  };
}

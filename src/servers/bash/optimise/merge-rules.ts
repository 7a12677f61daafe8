/**
 * Rewrites of two neighbours in a pipe that change text: sed, tr, grep before awk, a cat that only copies.
 * They exist because one program can make both passes in one.
 * Invariant: a rule fires only on the forms it names; other options of the programs make it silent.
 */
import { byInput, type PipeRule } from './line-rules.js';
import { joined, literal, type Plain, single } from './nodes.js';

/** A substitution that looks at one line alone, and whose meaning does not change beside another one. */
const plainSubstitution = /^s\/(?:[^/\\\n&[\]]|\\[.*^$+?/]|\[\^?(?:0-9|a-z|A-Z|[\w ,;])+\])+\/[^/\\\n]*\/g?$/;

/** The set of characters that `tr -d` deletes, when each stands for itself. */
function deleted({ name, words }: Plain): string | undefined {
  const [flag, set, more] = words;
  return name === 'tr' && flag?.text === '-d' && set && !more && literal(set)
    ? plainSet(set.value)
    : undefined;
}

function translated({ name, words }: Plain): [string, string] | undefined {
  const [from, to, more] = words;
  if (name !== 'tr' || !from || !to || more || !literal(from) || !literal(to)) return undefined;
  const [a, b] = [plainSet(from.value), plainSet(to.value)];
  return a !== undefined && b !== undefined && a.length === b.length && new Set(a).size === a.length
    ? [a, b]
    : undefined;
}

function plainSet(text: string): string | undefined {
  return /^[A-Za-z0-9,:;_.@#%+/ ]+$/.test(text) && !/[[\]\\]/.test(text) ? text : undefined;
}

export const mergeRules: readonly PipeRule[] = [
  {
    code: 'sed-sed',
    reason: 'One sed can run both substitutions in one pass.',
    match(pair) {
      const { left, right } = pair;
      if (left.name !== 'sed' || right.name !== 'sed' || right.words.length !== 1) return undefined;
      const [first, file, more] = left.words;
      const second = right.words[0];
      if (!first || !second || more || (file && (!single(file) || file.text.startsWith('-'))))
        return undefined;
      if (!literal(first) || !literal(second)) return undefined;
      if (!plainSubstitution.test(first.value) || !plainSubstitution.test(second.value)) return undefined;
      const tail = file ? ` ${file.text}` : '';
      return {
        edits: [joined(pair, `sed -e ${first.text} -e ${second.text}${tail}`)],
        ...byInput(pair, file ? 1 : 0),
      };
    },
  },
  {
    code: 'sed-tr',
    reason: 'tr replaces single characters without a regular expression.',
    match(pair) {
      const script = pair.right.words[0];
      if (pair.right.name !== 'sed' || pair.right.words.length !== 1 || !script || !literal(script))
        return undefined;
      const found = /^s\/([A-Za-z0-9,:;_])\/([A-Za-z0-9,:;_])\/g$/.exec(script.value);
      if (!found) return undefined;
      const { pos: start, end } = pair.right.node;
      return { edits: [{ start, end, text: `tr '${found[1]}' '${found[2]}'` }], equivalence: 'exact' };
    },
  },
  {
    code: 'cat-between',
    reason: 'cat only copies from one pipe into the next.',
    match(pair) {
      if (pair.right.name !== 'cat' || pair.right.words.length > 0 || pair.last) return undefined;
      return {
        edits: [{ start: pair.left.node.end, end: pair.right.node.end, text: '' }],
        equivalence: 'exact',
      };
    },
  },
  {
    code: 'tr-delete',
    reason: 'One tr deletes both sets in one pass.',
    match(pair) {
      const [a, b] = [deleted(pair.left), deleted(pair.right)];
      if (a === undefined || b === undefined) return undefined;
      return {
        edits: [joined(pair, `tr -d '${[...new Set(a + b)].join('')}'`)],
        equivalence: 'exact',
      };
    },
  },
  {
    code: 'tr-tr',
    reason: 'One tr translates both sets in one pass.',
    match(pair) {
      const [first, second] = [translated(pair.left), translated(pair.right)];
      if (!first || !second) return undefined;
      const [from, to] = first;
      const [later] = second;
      // What the first one makes or takes must not be what the second one looks for.
      if ([...from, ...to].some((letter) => later.includes(letter))) return undefined;
      return {
        edits: [joined(pair, `tr '${from}${later}' '${to}${second[1]}'`)],
        equivalence: 'exact',
      };
    },
  },
  {
    code: 'grep-awk',
    reason: 'awk chooses the lines itself.',
    match(pair) {
      const { left, right } = pair;
      const [pattern, file, more] = left.words;
      const [program, other] = right.words;
      if (left.name !== 'grep' || right.name !== 'awk' || !pattern || more || !program || other)
        return undefined;
      if (!literal(pattern) || !/^[A-Za-z0-9_ ,:;=@#%]+$/.test(pattern.value)) return undefined;
      if (!literal(program) || !/^{[^{}]*}$/.test(program.value) || /getline|'/.test(program.value))
        return undefined;
      if (/\bNR\b|\bFNR\b|\bFILENAME\b/.test(program.value)) return undefined;
      if (file && (!literal(file) || file.value.startsWith('-') || file.value.includes('=')))
        return undefined;
      const tail = file ? ` ${file.text}` : '';
      return {
        edits: [joined(pair, `awk '/${pattern.value}/ ${program.value}'${tail}`)],
        equivalence: 'conditional',
        preconditions: [
          'the input is text: of other input grep prints no lines',
          ...(file ? ['the file can be read'] : []),
        ],
      };
    },
  },
];

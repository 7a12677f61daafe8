/**
 * `optimise`: a command in, its rewrites out, each with how far it agrees with the original.
 * It exists as the single door to the rules; the tool and the differential harness go through it.
 * Invariant: pure; each rewrite parses; a command that does not parse gets none.
 */
import {
  type Command,
  type CommandExpansionPart,
  forEachChild,
  type Pipeline,
  parse,
  type SyntaxNode,
} from 'unbash';
import { commandRules } from './command-rules.js';
import { findRules } from './find-rules.js';
import { neighbours, plain, single } from './nodes.js';
import { pipeRules } from './pipe-rules.js';
import { applied, type Proposal, type Rewrite } from './rewrite.js';
import { expansionRules, loopRules, onlyCommand } from './shell-rules.js';
import { speedups } from './speedups.js';

/** Longer commands are not looked at, in UTF-16 units. */
const longest = 16_384;

interface Found {
  readonly code: string;
  readonly reason: string;
  readonly proposal: Proposal;
}

/** Names of all rules. */
export const ruleCodes: readonly string[] = [
  ...pipeRules.map(({ code }) => code),
  ...findRules.map(({ code }) => code),
  ...loopRules.map(({ code }) => code),
  ...expansionRules.map(({ code }) => code),
  ...commandRules.map(({ code }) => code),
];

export function optimise(command: string): Rewrite[] {
  if (command.length > longest) return [];
  const script = parse(command);
  if (script.errors !== undefined && script.errors.length > 0) return [];
  const found: Found[] = [];
  visit(script, (node) => {
    if (node.type === 'Pipeline') inPipe(node, found);
    else if (node.type === 'Command') inCommand(node, found);
    else if (node.type === 'For') {
      for (const { code, reason, match } of loopRules) keep(found, code, reason, match(node));
    } else if (node.type === 'CommandExpansion') inExpansion(node, found);
  });
  return found.flatMap(({ code, reason, proposal }) => {
    const rewritten = applied(command, proposal.edits);
    const { errors } = parse(rewritten);
    if (rewritten === command || (errors !== undefined && errors.length > 0)) return [];
    const { equivalence, preconditions = [] } = proposal;
    const speedup = speedups[code];
    return [
      {
        code,
        command: rewritten,
        equivalence,
        preconditions,
        reason,
        ...(speedup === undefined ? {} : { speedup }),
      },
    ];
  });
}

/** Nodes inside a text with positions of its own (escaped backquotes) are left out. */
function visit(node: SyntaxNode, see: (node: SyntaxNode) => void): void {
  see(node);
  forEachChild(node, (child) => {
    if (!(child.type === 'Script' && child.source !== undefined)) visit(child, see);
  });
}

function keep(found: Found[], code: string, reason: string, proposal: Proposal | undefined): void {
  if (proposal && proposal.edits.length > 0) found.push({ code, reason, proposal });
}

function inPipe(pipe: Pipeline, found: Found[]): void {
  for (const pair of neighbours(pipe))
    for (const rule of pipeRules) keep(found, rule.code, rule.reason, rule.match(pair));
  pipe.commands.forEach((node, i) => {
    const command = i > 0 && pipe.operators[i - 1] === '|' ? plain(node) : undefined;
    if (command)
      for (const rule of commandRules) keep(found, rule.code, rule.reason, rule.match(command, true));
  });
}

function inExpansion(part: CommandExpansionPart, found: Found[]): void {
  const command = onlyCommand(part);
  if (!command) return;
  for (const rule of expansionRules)
    keep(found, rule.code, rule.reason, rule.match(command, part, { start: part.pos, end: part.end }));
}

function inCommand(node: Command, found: Found[]): void {
  const command = plain(node);
  if (!command) return;
  for (const rule of commandRules) keep(found, rule.code, rule.reason, rule.match(command, false));
  inFind(node, found);
}

function inFind(node: Command, found: Found[]): void {
  const find = plain(node);
  if (find?.name !== 'find') return;
  const from = find.words.findIndex(({ text }) => text === '-exec');
  const last = find.words.at(-1);
  if (
    from < 0 ||
    last?.value !== ';' ||
    find.words.slice(from + 1).some(({ text }) => /^-(exec|ok|print)/.test(text))
  )
    return;
  const words = find.words.slice(from + 1, -1);
  if (
    !words.every((word) => /^["']?{}["']?$/.test(word.text) || (single(word) && !word.text.startsWith('"$')))
  )
    return;
  const inner = words.map(({ value }) => value);
  for (const rule of findRules) keep(found, rule.code, rule.reason, rule.match(find, from, inner));
}

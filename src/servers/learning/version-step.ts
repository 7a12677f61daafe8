/**
 * One step on a learner's versions as it is asked for: which fields it needs, and what is done.
 * It exists so that the tool `models` and `lmcp models` mean the same by the same words.
 * Invariant: a dry run only compares; a step that lacks a field, or has one it does not take, is refused before anything is asked.
 */
import { LmcpError } from '../../errors/index.js';
import type { Compared, Moved } from '../../runtime/index.js';
import type { AskServers } from './asking-servers.js';
import { checkName, compareVersions, moveHead, tagVersion, versionsOf } from './versions.js';

export const versionActions = ['log', 'diff', 'rollback', 'branch', 'tag', 'merge'] as const;
export type VersionAction = (typeof versionActions)[number];

export interface VersionStep {
  readonly action: VersionAction;
  readonly learner: string;
  /** A snapshot's id, a tag, a branch, HEAD, HEAD~n or @sequence; for `diff` also A..B. */
  readonly ref?: string | undefined;
  /** The new branch, the tag, or the branch to merge. */
  readonly name?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Characters; two references of 200 are compared. */
const LONGEST = { learner: 100, ref: 402, name: 200 } as const;

/** What came of it: a move, a comparison (`diff` and dry runs), or neither (`log`, `tag`). */
export interface Stepped {
  readonly moved: Moved | null;
  readonly compare: Compared | null;
  readonly text: string;
}

type Need = 'needed' | 'optional' | 'none';
const fields: Readonly<Record<VersionAction, { readonly ref: Need; readonly name: Need }>> = {
  log: { ref: 'none', name: 'none' },
  diff: { ref: 'needed', name: 'none' },
  rollback: { ref: 'needed', name: 'optional' },
  branch: { ref: 'optional', name: 'needed' },
  tag: { ref: 'optional', name: 'needed' },
  merge: { ref: 'none', name: 'needed' },
};

/** @throws LMCP_INVALID_PARAMS for what needs no look at the learner: a field that lacks, is too many, or is too long */
export function checkStep(step: VersionStep): void {
  check(step, 'ref');
  check(step, 'name');
  for (const field of ['learner', 'ref', 'name'] as const)
    if ((step[field]?.length ?? 0) > LONGEST[field])
      throw new LmcpError(
        'LMCP_INVALID_PARAMS',
        `\`${field}\` is longer than ${LONGEST[field]} characters: "${step[field]?.slice(0, 40)}…".`,
      );
}

/** @throws LMCP_INVALID_PARAMS for a step that lacks a field or has one it does not take; and what versions.ts throws */
export async function stepVersions(servers: AskServers, step: VersionStep): Promise<Stepped> {
  checkStep(step);
  const { action, learner, ref, name = '', dryRun } = step;
  switch (action) {
    case 'log':
      return { moved: null, compare: null, text: '' };
    case 'diff': {
      const compare = await compareVersions(servers, { learner, ...comparedRefs(ref ?? '') });
      return { moved: null, compare, text: comparedText(compare) };
    }
    case 'tag':
      if (dryRun) await checkName(servers, { learner, kind: 'tag', name, ref });
      else await tagVersion(servers, { learner, name, ...(ref !== undefined && { ref }) });
      return {
        moved: null,
        compare: null,
        text: `${dryRun ? 'Would tag' : 'Tagged'} ${ref ?? 'HEAD'} as ${name}.`,
      };
    case 'rollback':
    case 'branch':
    case 'merge': {
      if (dryRun) return wouldMove(servers, step);
      const moved = await moveHead(servers, {
        learner,
        how: action,
        ...(action === 'merge' ? { ref: name } : { ref, branch: step.name }),
      });
      return { moved, compare: null, text: movedText(moved, action) };
    }
  }
}

async function wouldMove(servers: AskServers, { action, learner, ref, name }: VersionStep): Promise<Stepped> {
  const switches = action === 'branch' && ref === undefined && (await isBranch());
  if (action !== 'merge' && name !== undefined && !switches)
    await checkName(servers, { learner, kind: 'branch', name, ref });
  const b = (action === 'merge' || switches ? name : ref) ?? 'HEAD';
  const compare = await compareVersions(servers, { learner, a: 'HEAD', b });
  const merged = action === 'merge' ? `${compare.onlyB} events of ${name} would be learned too` : undefined;
  const text = `${merged ?? `${compare.onlyA} learned events would be undone, ${compare.onlyB} known again`}; nothing was changed.`;
  return { moved: null, compare, text };

  async function isBranch(): Promise<boolean> {
    const { branches } = await versionsOf(servers, learner);
    return branches.some((branch) => branch.name === name);
  }
}

function check({ action, ...step }: VersionStep, field: 'ref' | 'name'): void {
  const need = fields[action][field];
  const given = step[field] !== undefined;
  if (need === 'needed' && !given)
    throw new LmcpError('LMCP_INVALID_PARAMS', `\`${action}\` needs \`${field}\`.`);
  if (need === 'none' && given)
    throw new LmcpError('LMCP_INVALID_PARAMS', `\`${action}\` takes no \`${field}\`.`);
}

/** "A" or "A..B"; B is the head when not given. */
function comparedRefs(text: string): { readonly a: string; readonly b: string } {
  const at = text.indexOf('..');
  if (at < 0) return { a: text, b: 'HEAD' };
  const [a, b] = [text.slice(0, at), text.slice(at + 2)];
  if (a === '') throw new LmcpError('LMCP_INVALID_PARAMS', `"${text.slice(0, 100)}" is not A..B.`);
  return { a, b: b === '' ? 'HEAD' : b };
}

function movedText({ branch, offset, undone, regained, moved }: Moved, action: VersionAction): string {
  if (!moved) return `Already there: on ${branch} at @${offset}.`;
  const place = `On ${branch} at @${offset}: `;
  if (action === 'merge') return `${place}${regained} events learned too.`;
  return `${place}${undone} events undone, ${regained} known again. The branch that was left can be switched back to.`;
}

function comparedText({ a, b, onlyA, onlyB }: Compared): string {
  return `@${a.offset} → @${b.offset}: ${onlyB} learned events more, ${onlyA} fewer.`;
}

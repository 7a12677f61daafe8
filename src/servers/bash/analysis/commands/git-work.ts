/**
 * The subcommands of git that people use all day: what each may lose.
 * They exist apart from the rarer ones so that each file can be read at once.
 * Invariant: uncommitted work and the history of others count as lost, what the reflog knows does not.
 */

import { isSecretPath } from '../effects/leak.js';
import { CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { hasChanges, hasUntracked } from '../targets/git-tree.js';
import { addressOf, isCodeHost, isUnnamedSource } from '../targets/hosts.js';
import { type Field, literal, shown } from '../words/field.js';
import { any, type Judge } from './git-judge.js';

/** Changes in the working tree that no commit holds are lost, unless there are none. */
function discards(machine: Machine, span: Span, what: string, paths: readonly Field[] = []): void {
  const touched = hasChanges(machine, paths);
  machine.effect('delete', what, !touched);
  if (touched) machine.find(DANGEROUS, 'git-discard', `Discards ${what} that no commit holds.`, span);
  else machine.find(CAUTION, 'git-discard-nothing', 'Discards changes; there are none.', span);
}

export const WORK_JUDGES: Readonly<Record<string, Judge>> = {
  push(machine, { call, set, operands, options }) {
    if (any(set, 'n', 'dry-run')) return;
    const refs = operands.slice(1);
    const to = operands[0]?.text ?? '';
    if (isUnnamedSource(to) && !isCodeHost(addressOf(to)?.host ?? ''))
      machine.find(DANGEROUS, 'push-elsewhere', `Sends the repository to ${shown(to)}.`, call);
    const force = any(set, 'f', 'force', 'mirror') || refs.some(({ text }) => text.startsWith('+'));
    if (any(set, 'd', 'delete', 'prune') || refs.some(({ text }) => /^:./.test(text))) {
      machine.effect('delete', refs.map(({ text }) => text).join(' ') || 'remote branches', false);
      machine.find(DANGEROUS, 'git-push-delete', 'Deletes branches or tags on the remote.', call);
    }
    if (force && !(any(set, 'force-with-lease') && !any(set, 'f', 'force', 'mirror'))) {
      const option = options.find(({ name }) => name === 'f' || name === 'force');
      const plus = refs.find(({ text }) => text.startsWith('+'));
      const fix =
        option &&
        /^(?:-f|--force)$/.test(option.field.text) &&
        machine.source.slice(option.field.start, option.field.end) === option.field.text
          ? machine.fix(option.field, '--force-with-lease', 'Overwrites only what you have already seen.')
          : plus && machine.source.slice(plus.start, plus.end) === plus.text
            ? machine.fix(
                plus,
                `--force-with-lease ${plus.text.slice(1)}`,
                'Overwrites only what you have already seen.',
              )
            : undefined;
      machine.effect('delete', 'remote history', false);
      machine.find(
        DANGEROUS,
        'git-push-force',
        'Overwrites the history of the remote; the work of others may be lost.',
        call,
        fix,
      );
    } else if (any(set, 'force-with-lease'))
      machine.find(CAUTION, 'git-push-lease', 'Overwrites remote history that you have already seen.', call);
  },
  add(machine, { call, set, operands }) {
    machine.effect('write', 'git add');
    if (!any(set, 'f', 'force')) return;
    const secret = operands.find(({ text }) => isSecretPath(text));
    if (secret)
      machine.find(
        DANGEROUS,
        'commits-secret',
        `Commits ${shown(secret.text)}, which was kept out of the history on purpose.`,
        call,
      );
  },
  reset(machine, { call, set, operands }) {
    if (any(set, 'hard')) {
      discards(machine, call, 'uncommitted changes');
      if (operands.some(({ text }) => !/^HEAD$/.test(text)))
        machine.find(DANGEROUS, 'git-reset-hard', 'Moves the branch and discards uncommitted changes.', call);
    } else if (any(set, 'merge')) discards(machine, call, 'staged changes');
    else if (any(set, 'keep'))
      machine.find(CAUTION, 'git-reset', 'Moves the branch and may touch files.', call);
    else machine.effect('write', 'index');
  },
  checkout(machine, { call, set, operands, dashes }) {
    machine.effect('write', 'working tree');
    const branch = any(set, 'b', 'B', 'orphan', 't', 'track', 'd', 'detach');
    const paths =
      dashes >= 0
        ? operands.slice(dashes)
        : branch || any(set, 'p', 'patch') || operands.length < 2
          ? operands.filter(({ text }) => /^\.{1,2}\/?$|^\.\/|^:\/|^\*/.test(text))
          : operands.slice(1);
    if (any(set, 'f', 'force', 'pathspec-from-file')) discards(machine, call, 'uncommitted changes');
    else if (!any(set, 'p', 'patch') && !branch && paths.length > 0)
      discards(machine, call, `changes in ${paths.map(({ text }) => shown(text)).join(' ')}`, paths);
    else if (any(set, 'B')) machine.find(CAUTION, 'git-branch-reset', 'Moves an existing branch.', call);
  },
  'read-tree'(machine, { call, set }) {
    machine.effect('write', 'index');
    if (any(set, 'reset') && any(set, 'u') && !any(set, 'n', 'dry-run'))
      discards(machine, call, 'uncommitted changes');
  },
  'checkout-index'(machine, { call, set, options }) {
    machine.effect('write', 'working tree');
    if (any(set, 'f', 'force') && !options.some(({ name }) => name === 'prefix'))
      discards(machine, call, 'changes that are not in the index');
  },
  switch(machine, { call, set }) {
    machine.effect('write', 'working tree');
    if (any(set, 'f', 'force', 'discard-changes')) discards(machine, call, 'uncommitted changes');
    else if (any(set, 'C', 'force-create'))
      machine.find(CAUTION, 'git-branch-reset', 'Moves an existing branch.', call);
  },
  restore(machine, { call, set, operands }) {
    if (any(set, 'p', 'patch')) return;
    machine.effect('write', 'working tree');
    if (any(set, 'S', 'staged') && !any(set, 'W', 'worktree')) return;
    discards(machine, call, `changes in ${operands.map(({ text }) => shown(text)).join(' ')}`, operands);
  },
  clean(machine, { call, set, operands }) {
    if (any(set, 'n', 'dry-run') || !any(set, 'f', 'force')) {
      if (any(set, 'i', 'interactive'))
        machine.find(CAUTION, 'git-clean', 'Asks before deleting untracked files.', call);
      return;
    }
    const none = !any(set, 'x', 'X') && !hasUntracked(machine, operands);
    machine.effect('delete', operands.map(({ text }) => shown(text)).join(' ') || 'untracked files', none);
    if (none) machine.find(CAUTION, 'git-clean', 'Deletes untracked files; there are none.', call);
    else
      machine.find(
        DANGEROUS,
        'git-clean',
        any(set, 'x', 'X')
          ? 'Deletes untracked and ignored files, such as local settings; git cannot restore them.'
          : 'Deletes untracked files; git cannot restore them.',
        call,
        dryClean(machine, call),
      );
  },
  branch(machine, { call, set, operands }) {
    const deletes = any(set, 'd', 'delete', 'D');
    if (any(set, 'D') || (deletes && any(set, 'f', 'force'))) {
      machine.effect('delete', operands.map(({ text }) => shown(text)).join(' ') || 'branches', false);
      machine.find(
        DANGEROUS,
        'git-branch-delete',
        'Deletes a branch even when its commits are nowhere else.',
        call,
      );
    } else if (deletes) {
      machine.effect('delete', operands.map(({ text }) => shown(text)).join(' '), true);
      machine.find(CAUTION, 'git-branch-delete', 'Deletes a branch that is merged.', call);
    } else if (any(set, 'f', 'force', 'M', 'C'))
      machine.find(CAUTION, 'git-branch-reset', 'Moves or replaces an existing branch.', call);
    else if (operands.length > 0 || any(set, 'm', 'c')) machine.effect('write', 'branches');
  },
  stash(machine, { call, operands }) {
    const action = operands[0]?.text;
    if (action === 'drop' || action === 'clear') {
      machine.effect('delete', 'stashed changes', false);
      machine.find(
        DANGEROUS,
        'git-stash-drop',
        action === 'clear' ? 'Deletes all stashed changes.' : 'Deletes stashed changes.',
        call,
      );
    } else if (action !== 'list' && action !== 'show') machine.effect('write', 'working tree');
  },
  reflog(machine, { call, set, operands, options }) {
    const action = operands[0]?.text;
    if (any(set, 'n', 'dry-run')) return;
    if (action === 'delete') {
      machine.effect('history', 'reflog', false);
      machine.find(DANGEROUS, 'git-reflog', 'Deletes the way back to lost commits.', call);
    }
    if (action !== 'expire') return;
    machine.effect('history', 'reflog', false);
    const now =
      options.some(
        ({ name, value }) => name.startsWith('expire') && /^(?:now|all|0)/.test(value?.text ?? ''),
      ) || operands.some(({ text }) => text === 'now');
    machine.find(
      now ? DANGEROUS : CAUTION,
      'git-reflog',
      now ? 'Deletes the way back to lost commits.' : 'Expires old entries of the reflog.',
      call,
    );
  },
  gc(machine, { call, options }) {
    machine.effect('write', 'repository');
    const now = options.some(
      ({ name, value }) => name === 'prune' && /^(?:now|all|0)/.test(value?.text ?? ''),
    );
    if (!now) return;
    machine.effect('delete', 'unreachable commits', false);
    machine.find(
      DANGEROUS,
      'git-prune',
      'Deletes unreachable commits at once: there is no way back to them.',
      call,
    );
  },
  prune(machine, { call, set }) {
    if (any(set, 'n', 'dry-run')) return;
    machine.effect('delete', 'unreachable commits', false);
    machine.find(DANGEROUS, 'git-prune', 'Deletes unreachable commits: there is no way back to them.', call);
  },
};

function dryClean(machine: Machine, call: Call) {
  const force = call.fields.find(({ text }) => /^-[a-zA-Z]*f[a-zA-Z]*$|^--force$/.test(text));
  if (!force || force.start >= force.end) return undefined;
  const text = force.text === '--force' ? '--dry-run' : force.text.replace('f', 'n');
  return machine.source.slice(force.start, force.end) === force.text
    ? machine.fix(
        literal(force.text, force.start, force.end),
        text,
        'Lists what would be deleted; run again with -f.',
      )
    : undefined;
}

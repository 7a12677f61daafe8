/**
 * The subcommands of git that rewrite history, refs, work trees and configuration.
 * They exist beside git-work.ts.
 * Invariant: what an option makes git run (`-x`, `foreach`, filters) is judged as a command of its own.
 */
import { isSecretPath } from '../effects/leak.js';
import { CAUTION, DANGEROUS, type Machine, type Span } from '../machine.js';
import type { Option } from '../run/arguments.js';
import { NOTHING } from '../stream.js';
import { type Field, shown } from '../words/field.js';
import { any, type Judge } from './git-judge.js';
import { configuredForGood, setting, template } from './git-settings.js';
import { runText } from './shell.js';

export const REPOSITORY_JUDGES: Readonly<Record<string, Judge>> = {
  clone(machine, { call, operands, options }) {
    for (const { name, value } of options) {
      if (!value) continue;
      if (name === 'c' || name === 'config') setting(machine, value.text, new Map(), call);
      else if (name === 'u' || name === 'upload-pack') runText(machine, value, NOTHING, call);
      else if (name === 'template') template(machine, value.text, call);
    }
    const [from, to] = operands;
    machine.effect('write', shown(to?.text ?? from?.text ?? ''));
  },
  'filter-branch'(machine, { call, options }) {
    rewrite(machine, call);
    for (const { name, value } of options)
      if (name.endsWith('-filter') && value) runText(machine, value, NOTHING, call);
  },
  'filter-repo'(machine, { call, set }) {
    if (!any(set, 'analyze', 'dry-run')) rewrite(machine, call);
  },
  rm(machine, { call, set, operands }) {
    if (any(set, 'n', 'dry-run')) return;
    if (any(set, 'cached')) {
      machine.effect('write', 'index');
      return;
    }
    const wide = any(set, 'r') && operands.some(({ text }) => /^(?:\.\/?|\/|\uE002|\*)$/.test(text));
    machine.effect(
      'delete',
      operands.map(({ text }) => shown(text)).join(' '),
      !any(set, 'f', 'force') && !wide,
    );
    machine.find(
      wide || any(set, 'f', 'force') ? DANGEROUS : CAUTION,
      'git-rm',
      wide ? 'Deletes every tracked file.' : 'Deletes tracked files; the last commit still holds them.',
      call,
    );
  },
  rebase(machine, { call, options }) {
    machine.effect('history', 'branch', true);
    machine.find(
      CAUTION,
      'git-rewrite',
      'Rewrites local commits; the reflog still knows the old ones.',
      call,
    );
    for (const { name, value } of options)
      if ((name === 'x' || name === 'exec') && value) runText(machine, value, NOTHING, call);
  },
  init(machine, { call, options, operands }) {
    machine.effect('write', shown(operands[0]?.text ?? '.'));
    for (const { name, value } of options)
      if (name === 'template' && value) template(machine, value.text, call);
  },
  notes(machine, { call, options, operands }) {
    if (/^(?:show|list)$/.test(operands[0]?.text ?? 'list')) return;
    machine.effect('write', 'notes');
    keepsSecret(machine, call, options);
  },
  'hash-object'(machine, { call, operands, set }) {
    if (!set.has('w')) return;
    machine.effect('write', 'repository');
    commits(
      machine,
      call,
      operands.find(({ text }) => isSecretPath(text)),
    );
  },
  commit(machine, { call, set, options }) {
    machine.effect('write', 'repository');
    keepsSecret(machine, call, options);
    if (any(set, 'amend'))
      machine.find(CAUTION, 'git-rewrite', 'Replaces the last commit; the reflog still knows it.', call);
  },
  worktree(machine, { call, set, operands }) {
    const action = operands[0]?.text;
    if (action === 'list') return;
    machine.effect('write', 'worktrees');
    if (action === 'remove') {
      const forced = any(set, 'f', 'force');
      machine.effect('delete', shown(operands[1]?.text ?? 'worktree'), false);
      machine.find(
        forced ? DANGEROUS : CAUTION,
        'git-worktree',
        forced ? 'Deletes a work tree with its uncommitted changes.' : 'Deletes a clean work tree.',
        call,
      );
    }
  },
  tag(machine, { call, set, operands }) {
    if (any(set, 'd', 'delete')) machine.find(CAUTION, 'git-tag', 'Deletes tags.', call);
    else if (any(set, 'f', 'force')) machine.find(CAUTION, 'git-tag', 'Moves an existing tag.', call);
    if (operands.length > 0) machine.effect('write', 'tags');
  },
  'update-ref'(machine, { call, set }) {
    machine.effect('history', 'refs', false);
    machine.find(
      any(set, 'd', 'delete') ? DANGEROUS : CAUTION,
      'git-update-ref',
      'Changes refs directly.',
      call,
    );
  },
  submodule(machine, { call, operands, set }) {
    const action = operands[0]?.text;
    if (action === undefined || action === 'status' || action === 'summary') return;
    machine.effect('write', 'submodules');
    if (action === 'foreach') {
      const command = operands.slice(1);
      const [only] = command;
      if (only && command.length === 1) runText(machine, only, NOTHING, call);
      else machine.run.call(machine, command, NOTHING, call);
    } else if (action === 'deinit')
      machine.find(
        any(set, 'f', 'force') ? DANGEROUS : CAUTION,
        'git-submodule',
        'Empties the work tree of submodules.',
        call,
      );
    else if (action === 'update') machine.effect('network', 'submodules');
  },
  config(machine, { call, operands, set }) {
    if (operands.length >= 2 && !any(set, 'get', 'get-all', 'list', 'l')) {
      const [key, value] = /^(?:set|get|unset|list)$/.test(operands[0]?.text ?? '')
        ? operands.slice(1)
        : operands;
      machine.effect('write', 'git configuration');
      if (key && value) configuredForGood(machine, key.text.toLowerCase(), value.text, call);
    } else if (any(set, 'unset', 'unset-all', 'remove-section')) machine.effect('write', 'git configuration');
  },
  bisect(machine, { call, operands }) {
    machine.effect('write', 'working tree');
    if (operands[0]?.text === 'run') {
      const at = call.fields.findIndex(({ text }) => text === 'run');
      machine.run.call(machine, call.fields.slice(at + 1), NOTHING, call);
    }
  },
  difftool(machine, { call, options }) {
    for (const { name, value } of options)
      if ((name === 'x' || name === 'extcmd') && value && /[\s;/]/.test(value.text))
        runText(machine, value, NOTHING, call);
  },
};

/** `-F .env`: the file becomes the message. */
function keepsSecret(machine: Machine, call: Span, options: readonly Option[]): void {
  for (const { name, value } of options)
    if ((name === 'F' || name === 'file') && value && isSecretPath(value.text)) commits(machine, call, value);
}

function commits(machine: Machine, span: Span, secret: Field | undefined): void {
  if (secret)
    machine.find(
      DANGEROUS,
      'commits-secret',
      `Puts ${shown(secret.text)} into the history, where every clone finds it.`,
      span,
    );
}

function rewrite(machine: Machine, span: Span): void {
  machine.effect('history', 'all commits', false);
  machine.find(DANGEROUS, 'git-rewrite-history', 'Rewrites the whole history of the repository.', span);
}

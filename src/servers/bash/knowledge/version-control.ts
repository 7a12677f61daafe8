/**
 * Version control: git and the hosts around it.
 * They exist because a repository keeps nearly everything but what is forced, expired or never committed.
 * Invariant: git's own subcommands are listed with their options; what they lose is decided by git's handler.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const force = (names: string): NonNullable<Spec['options']> => ({ [names]: 'force' });
const writes: Spec = { does: 'write' };
const talks: Spec = { does: 'network' };

export const versionControl: Table = {
  git: {
    run: 'git',
    values: 'C c git-dir work-tree namespace exec-path config-env super-prefix',
    options: force('p P paginate no-pager bare no-replace-objects'),
    sub: {
      push: {
        does: 'network write',
        values: 'o push-option repo receive-pack exec',
        options: force(
          'f force d delete n dry-run mirror all tags prune u set-upstream q v force-with-lease force-if-includes no-verify follow-tags',
        ),
      },
      'read-tree': { options: force('u reset m i n dry-run') },
      'checkout-index': { options: force('f force a all u index'), values: 'prefix stage' },
      reset: { options: force('hard soft mixed keep merge q p patch'), values: 'pathspec-from-file' },
      checkout: {
        values: 'b B orphan conflict pathspec-from-file',
        options: force('f force q p patch t track d detach m merge ours theirs'),
      },
      switch: {
        values: 'c C create force-create orphan',
        options: force('f force discard-changes d detach t track m merge q'),
      },
      restore: { values: 's source', options: force('S staged W worktree p patch q ours theirs m merge') },
      clean: { values: 'e exclude', options: force('f force d n dry-run x X q i interactive') },
      branch: {
        values: 'u set-upstream-to contains no-contains merged no-merged points-at sort format',
        options: force(
          'd D delete f force m M c C a r v l list all remotes show-current edit-description unset-upstream',
        ),
      },
      stash: { options: force('u include-untracked a all k keep-index p patch q'), values: 'm message' },
      reflog: {
        values: 'expire expire-unreachable',
        options: force('n dry-run all rewrite updateref stale-fix'),
      },
      gc: { values: 'prune', options: force('aggressive auto q force') },
      prune: { values: 'expire', options: force('n dry-run v') },
      'filter-branch': {
        values:
          'env-filter tree-filter index-filter parent-filter msg-filter commit-filter tag-name-filter subdirectory-filter d original',
        options: force('f force prune-empty'),
      },
      'filter-repo': { values: 'path subdirectory-filter', options: force('force analyze dry-run') },
      rm: { options: force('r f force cached n dry-run q') },
      rebase: {
        values: 'onto x exec s strategy X',
        options: force('i interactive abort continue skip autosquash f'),
      },
      commit: {
        values: 'm message F file C c author date t template fixup squash S trailer',
        options: force('a all amend n no-verify q v s signoff allow-empty p patch'),
      },
      worktree: { options: force('f force'), values: 'b B' },
      tag: {
        values: 'm message F u local-user contains sort format points-at merged',
        options: force('a d delete f force l list s n v'),
      },
      'update-ref': { options: force('d delete stdin') },
      'symbolic-ref': {
        does: 'write',
        options: { 'd delete': caution('git-update-ref', 'Changes refs directly.') },
      },
      submodule: { options: force('f force init recursive all') },
      config: {
        options: force(
          'global system local list l get get-all unset unset-all remove-section e edit show-origin',
        ),
        values: 'f file blob type',
      },
      bisect: {},
      init: { values: 'template separate-git-dir object-format b initial-branch shared' },
      notes: { values: 'm message F file c C ref' },
      'hash-object': { options: force('w stdin'), values: 't path' },
      difftool: { values: 'x extcmd t tool', options: force('cached staged d') },
      'pull fetch': {
        does: 'network write',
        values: 'depth',
        options: { 'f force': 'force', 'p prune': 'force', 'upload-pack receive-pack': 'use:shell' },
      },
      clone: {
        does: 'network write',
        values: 'b branch depth o origin c config reference template',
        options: { 'u upload-pack': 'use:shell' },
      },
      'ls-remote': { does: 'network', options: { 'upload-pack exec': 'use:shell' } },
      grep: { values: 'A B C m e f max-depth threads', options: { 'O open-files-in-pager': 'use:shell' } },
      archive: {
        does: 'write',
        values: 'format prefix remote',
        options: { exec: 'use:shell', 'o output': 'use:write' },
      },
      remote: {
        sub: {
          'remove rm prune': {
            does: 'write',
            risk: caution('git-remote', 'Forgets a remote or its branches.'),
          },
          'show update': talks,
          'add rename set-url set-head set-branches': writes,
          '*': {},
        },
      },
      'merge cherry-pick revert am apply': {
        does: 'write',
        options: { 'n no-commit check stat numstat summary': 'force' },
        values: 'm message s strategy X',
      },
      'add stage mv replace sparse-checkout maintenance repack pack-refs update-index write-tree commit-tree fast-import mergetool rerere update-server-info bundle format-patch lfs svn subtree flow instaweb daemon credential send-email request-pull unpack-objects index-pack mktag mktree multi-pack-index commit-graph restore-mtime sync town quick-save absorb machete branchless lfs-migrate merge-base merge-file merge-index prune-packed p4 quiltimport imap-send citool gui':
        { does: 'write', options: { 'o output': 'use:write', 'n dry-run': 'dry' } },
      'status log diff show blame annotate shortlog describe rev-parse rev-list ls-files ls-tree cat-file for-each-ref show-ref show-branch name-rev whatchanged cherry range-diff diff-tree diff-files diff-index help version check-ignore check-attr check-ref-format count-objects fsck var verify-commit verify-tag get-tar-commit-id stripspace column bugreport diagnose ls bill summary effort changelog info authors extras standup alias count fresh-branch graph merge-tree patch-id rev-name cat-commit interpret-trailers mailinfo':
        { options: { 'o output': 'use:write' } },
    },
  },
  gh: {
    does: 'network',
    values: 'R repo H hostname',
    verbs: 'cautious',
    sub: {
      repo: {
        sub: {
          delete: { does: 'delete!', risk: danger('host-delete', 'Deletes a repository on the host.') },
          'view list clone fork sync create set-default license gitignore': {},
          edit: {
            does: 'write',
            values: 'description homepage default-branch add-topic remove-topic',
            options: { visibility: danger('visibility', 'Changes who can see a repository.') },
          },
          'archive rename unarchive deploy-key autolink': {
            does: 'write',
            risk: caution('host-change', 'Changes a repository on the host.'),
          },
          '*': {},
        },
      },
      release: {
        sub: {
          'delete delete-asset': { does: 'delete!', risk: danger('host-delete', 'Deletes a release.') },
          'view list download verify': {},
          '*': { does: 'write' },
        },
      },
      'secret variable': {
        sub: {
          'delete remove': {
            does: 'delete!',
            risk: danger('host-delete', 'Deletes a secret or a variable of the pipelines.'),
          },
          'list get ls': {},
          '*': { does: 'write', risk: caution('host-change', 'Changes secrets or variables.') },
        },
      },
      'gist issue label cache run codespace project ssh-key gpg-key ruleset alias extension ext': {
        sub: {
          'delete rm delete-item': {
            does: 'delete!',
            risk: caution('host-delete', 'Deletes something on the host.'),
          },
          'list view ls status watch download diff checks logs ports': {},
          '*': { does: 'write' },
        },
      },
      pr: { sub: { 'list view diff checks status ls': {}, '*': { does: 'write' } } },
      api: { values: 'X method H header f raw-field F field q jq t template', run: 'http-method' },
      auth: { sub: { 'status token': {}, '*': { does: 'write' } } },
      workflow: { sub: { 'list view': {}, '*': { does: 'write' } } },
      'browse search status help version completion attestation': {},
    },
  },
  'glab tea hub bb lab': {
    does: 'network',
    verbs: 'cautious',
    sub: {
      'repo project': {
        sub: {
          delete: { does: 'delete!', risk: danger('host-delete', 'Deletes a repository on the host.') },
          '*': {},
        },
      },
      'variable secret': {
        sub: {
          'delete remove': {
            does: 'delete!',
            risk: danger('host-delete', 'Deletes a variable of the pipelines.'),
          },
          '*': {},
        },
      },
      api: { values: 'X method', run: 'http-method' },
    },
  },
  hg: {
    values: 'R cwd config',
    sub: {
      'strip purge': {
        does: 'delete!',
        options: { 'n dry-run p print': 'dry' },
        risk: danger('hg-purge', 'Deletes commits or untracked files.'),
      },
      'update up checkout co': {
        does: 'write',
        values: 'r rev',
        options: { 'C clean': danger('hg-discard', 'Discards changes that no commit holds.') },
      },
      revert: {
        does: 'write',
        values: 'r',
        options: { 'C no-backup': danger('hg-discard', 'Discards changes that no commit holds.') },
      },
      rollback: { does: 'write', risk: danger('hg-rollback', 'Forgets the last transaction.') },
      'status log diff cat annotate blame heads identify summary paths branches tags root help grep locate manifest tip parents incoming outgoing':
        {},
      'push pull clone': {
        does: 'network write',
        options: { 'f force': caution('hg-force', 'Overwrites remote history.') },
      },
      '*': { does: 'write' },
    },
  },
  svn: {
    sub: {
      revert: { does: 'write', risk: danger('svn-discard', 'Discards changes that were not committed.') },
      cleanup: {
        does: 'write',
        options: {
          'remove-unversioned remove-ignored': danger('svn-cleanup', 'Deletes files that svn does not know.'),
        },
      },
      'delete del rm remove': {
        does: 'write',
        risk: caution('svn-delete', 'Deletes files; the history keeps them.'),
      },
      'status st log diff info list ls cat blame annotate praise help propget proplist': {},
      '*': { does: 'network write' },
    },
  },
  jj: {
    values: 'R',
    sub: {
      'abandon undo op operation': {
        does: 'write',
        risk: caution('jj-undo', 'Drops changes; the operation log keeps them.'),
      },
      'log show diff status st root help config tag bookmark-list workspace-list evolog': {},
      '*': { does: 'write' },
    },
  },
  'bzr cvs fossil darcs pijul repo tig lazygit gitui gitk git-lfs pre-commit husky lint-staged commitizen gitleaks trufflehog':
    { does: 'write', options: { 'check-only': 'dry' } },
  p4: {
    does: 'network',
    sub: {
      obliterate: { does: 'delete!', risk: danger('p4-obliterate', 'Removes files with their history.') },
      'revert clean': {
        does: 'write',
        options: { n: 'dry' },
        risk: danger('p4-discard', 'Discards changes that were not submitted.'),
      },
      '*': {},
    },
  },
  bfg: {
    does: 'history!',
    risk: danger('git-rewrite-history', 'Rewrites the whole history of the repository.'),
  },
  'git-filter-repo': {
    does: 'history!',
    risk: danger('git-rewrite-history', 'Rewrites the whole history of the repository.'),
    options: { 'analyze dry-run': 'dry' },
  },
};

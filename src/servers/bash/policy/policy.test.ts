/** What a team's rules match, what a repository's own file may not do, and how a mistake in a file is told. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Analysis, analyze, govern, type Level } from '../analysis/index.js';
import { type Policy, type PolicyRule, rulesFor } from './index.js';
import { STRICT } from './policy.js';
import { Policies, repositoryPolicyFile } from './policy-for.js';

let folder: string;
let root: string;
let user: string;
let time: number;
let policies: Policies;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'policy-')));
  root = join(folder, 'repository');
  user = join(folder, 'config/policy.toml');
  time = 0;
  policies = new Policies({ user, now: () => time });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const byUser = (text: string): Policy => {
  write(user, text);
  time += 1_000;
  return policies.of(root);
};
const byRepository = (text: string): Policy => {
  write(repositoryPolicyFile(root), text);
  time += 1_000;
  return policies.of(root);
};

const home = '/home/user';
const project = '/home/user/project';

/** Judged in an ordinary project, whose root the relative globs are of. */
function judged(policy: Policy, command: string, cwd = project): Analysis & { readonly rules: string[] } {
  const changed = new Set<PolicyRule>();
  const rules = rulesFor(policy, { root: project, home, real: (path) => path }, (rule) => changed.add(rule));
  const analysis = analyze(command, { home, cwd, repository: project, rules });
  const onCodes = policy.rules.flatMap((rule) =>
    rule.codes && !rule.command && !rule.effects && !rule.targets && !rule.hosts
      ? [{ ...rule, codes: rule.codes }]
      : [],
  );
  const governed = govern(analysis, onCodes);
  return {
    ...governed.analysis,
    rules: [...[...changed].map(({ name }) => name), ...governed.rules.map(({ name }) => name)],
  };
}

const rule = (text: string) => `[[rule]]\nname = "r"\n${text}\n`;

describe('a rule on a command', () => {
  it.each([
    ['git push', 'dangerous'],
    ['sudo git push', 'dangerous'],
    ['command git push', 'dangerous'],
    ['\\git push', 'dangerous'],
    ['"gi"t pu\'sh\' origin main', 'dangerous'],
    ['/usr/bin/git -C .. push', 'dangerous'],
    ['git --no-pager push --tags', 'dangerous'],
    ["bash -c 'git push'", 'dangerous'],
    ['echo origin | xargs git push', 'dangerous'],
    ['g() { git push; }; g', 'dangerous'],
    ['a=push; git $a', 'dangerous'],
    ['echo git push', 'safe'],
    ['git stash push', 'safe'],
    ['git log --grep=push', 'safe'],
    ["grep 'git push' README.md", 'safe'],
  ] as const)('raises what runs and not what is said: %s', (command, level) => {
    const policy = byUser(rule('command = "git push"\natLeast = "dangerous"'));
    const { level: found, rules } = judged(policy, command);
    expect([found === 'dangerous', rules]).toEqual([
      level === 'dangerous',
      level === 'dangerous' ? ['r'] : [],
    ]);
  });

  it('raises by options in any spelling, and by operands', () => {
    const forced = byUser(rule('command = "git push --force|-f"\natLeast = "blocked"'));
    for (const command of ['git push -f', 'git push -uf origin x', 'git push origin x --force'])
      expect(judged(forced, command).level, command).toBe('blocked');
    expect(judged(forced, 'git push -u').level).not.toBe('blocked');
    const valued = byUser(rule('command = "kubectl delete --namespace=prod*|-n=prod*"\natLeast = "blocked"'));
    for (const command of [
      'kubectl delete pod x -n prod-eu',
      'kubectl -n prod delete pod x',
      'kubectl delete pod x --namespace=prod',
    ])
      expect(judged(valued, command).level, command).toBe('blocked');
    expect(judged(valued, 'kubectl delete pod x -n test').level).not.toBe('blocked');
    const operand = byUser(rule('command = "git push origin main"\natLeast = "blocked"'));
    expect(judged(operand, 'git push origin main').level).toBe('blocked');
    expect(judged(operand, 'git push origin feature').level).not.toBe('blocked');
  });

  it('lowers what it says word for word, and nothing that adds to it', () => {
    const policy = byUser(rule('command = "git stash drop"\natMost = "caution"'));
    expect(analyze('git stash drop').level).toBe('dangerous');
    expect(judged(policy, 'git stash drop')).toMatchObject({ level: 'caution', rules: ['r'] });
    for (const command of [
      'git stash drop -q',
      'git stash drop stash@{1}',
      'git stash drop; rm -rf src',
      'git stash drop && git stash drop -q',
      "bash -c 'git stash drop; git stash drop -q'",
      'ssh host git stash drop',
      '/srv/git stash drop',
      'git stash drop $X',
      'git stash drop > /etc/passwd',
    ])
      expect(['dangerous', 'blocked', 'unknown'], command).toContain(judged(policy, command).level);
  });

  it('says what more may come', () => {
    const push = byUser(rule('command = "git push --force|-f origin feature/*"\natMost = "caution"'));
    expect(judged(push, 'git push -f origin feature/x').level).toBe('caution');
    expect(judged(push, 'git push -f origin main').level).toBe('dangerous');
    expect(judged(push, 'git push -f origin feature/x main').level).toBe('dangerous');
    const any = byUser(rule('command = "git stash drop -* **"\natMost = "caution"'));
    expect(judged(any, 'git stash drop -q stash@{1}').level).toBe('caution');
    const star = byUser(rule('command = "git push origin *"\natMost = "caution"'));
    expect(judged(star, 'git push origin +main').level).toBe('dangerous');
    expect(judged(star, 'git push origin :main').level).toBe('dangerous');
  });

  it('names a script by its path, not by a name that another may bear', () => {
    const policy = byUser(rule('command = "./scripts/deploy.sh **"\natMost = "safe"'));
    expect(judged(policy, './scripts/deploy.sh prod').level).toBe('safe');
    expect(judged(policy, '../scripts/deploy.sh prod', `${project}/src`).level).toBe('safe');
    expect(judged(policy, '/srv/deploy.sh prod').level).not.toBe('safe');
    expect(judged(policy, 'deploy.sh prod').level).not.toBe('safe');
  });

  it('lowers nothing that could not be analysed, and raising wins', () => {
    const shell = byUser(rule('command = "bash **"\natMost = "safe"'));
    expect(judged(shell, 'bash -c "$x"').level).toBe('unknown');
    const both = byUser(
      `${rule('command = "git stash drop"\natLeast = "blocked"')}${rule('command = "git stash drop"\natMost = "safe"')}`,
    );
    expect(judged(both, 'git stash drop').level).toBe('blocked');
  });
});

describe('a rule on effects, targets, hosts and codes', () => {
  it('raises by target from every folder, also by what holds it', () => {
    const policy = byUser(rule('effect = ["write", "delete"]\ntarget = "infra/**"\natLeast = "blocked"'));
    for (const [command, cwd] of [
      ['rm infra/main.tf', project],
      ['rm main.tf', `${project}/infra`],
      ['cd infra && rm main.tf', project],
      ['rm -rf infra', project],
      ['rm -rf *', project],
      ['echo x > ../infra/a', `${project}/src`],
      ['tee infra/a < b', project],
    ] as const)
      expect(judged(policy, command, cwd).level, command).toBe('blocked');
    for (const command of ['rm src/infra.ts', 'cat infra/main.tf', 'rm *.ts', 'ssh host rm infra/x'])
      expect(judged(policy, command).level, command).not.toBe('blocked');
  });

  it('raises by host', () => {
    const policy = byUser(rule('host = "*.internal"\natLeast = "blocked"'));
    expect(judged(policy, 'curl https://user@db.internal:8443/x').level).toBe('blocked');
    expect(judged(policy, 'scp a ada@db.internal:/tmp').level).toBe('blocked');
    expect(judged(policy, 'curl https://example.org/?q=db.internal').level).not.toBe('blocked');
    expect(judged(policy, 'curl https://internal.example.org').level).not.toBe('blocked');
  });

  it('lowers a command only when it names all that the command does', () => {
    const policy = byUser(rule('effect = "delete"\ntarget = "scratch/**"\natMost = "caution"'));
    expect(judged(policy, 'rm -rf scratch/run-1').level).toBe('caution');
    expect(judged(policy, 'rm -rf run-1', `${project}/scratch`).level).toBe('caution');
    for (const command of [
      'rm -rf scratch/a src',
      'rm -rf scratch/../src',
      'rm -rf scratch/$X/..',
      `rm -rf ${project}/scratch/$X/..`,
      'rm -rf src; rm -rf scratch/a',
      'ssh host rm -rf scratch/a',
    ])
      expect(judged(policy, command).level, command).not.toBe('caution');
  });

  it('follows links on the disk before it lowers', () => {
    mkdirSync(join(folder, 'precious'), { recursive: true });
    mkdirSync(join(root, 'scratch'), { recursive: true });
    symlinkSync(join(folder, 'precious'), join(root, 'scratch/link'));
    const policy = byUser(rule('target = "scratch/**"\natMost = "safe"'));
    const place = {
      root,
      home,
      real: (path: string) => path.replace(`${root}/scratch/link`, join(folder, 'precious')),
    };
    const at = (command: string) =>
      analyze(command, { home, cwd: root, repository: root, rules: rulesFor(policy, place, () => undefined) })
        .level;
    expect(at('rm -r scratch/a')).toBe('safe');
    expect(at('rm -r scratch/link/a')).not.toBe('safe');
  });

  it('raises and lowers by finding, redirections too', () => {
    const policy = byUser(rule('code = "truncate"\natMost = "caution"'));
    expect(analyze('> notes.txt').level).toBe('dangerous');
    expect(judged(policy, '> notes.txt')).toMatchObject({ level: 'caution', rules: ['r'] });
    expect(
      judged(byUser(rule('code = "git-push-force"\natLeast = "blocked"')), 'sudo git push -fu o m').level,
    ).toBe('blocked');
  });
});

describe('a repository’s own file', () => {
  it('tightens', () => {
    const policy = byRepository(
      `[guard]\nask = ["caution"]\n[run]\napprovalFrom = "caution"\n${rule('command = "npm publish"\natLeast = "blocked"')}`,
    );
    expect(policy.guard.ask).toEqual(['dangerous', 'caution']);
    expect(policy.run.approvalFrom).toBe('caution');
    expect(judged(policy, 'npm publish').level).toBe('blocked');
  });

  it('lowers nothing but routine that can be undone', () => {
    const text = `${rule('command = "git stash drop"\natMost = "safe"')}${rule('command = "rm **"\natMost = "safe"')}${rule('code = ["delete-recursive", "truncate"]\natMost = "safe"')}${rule('command = "make-thing **"\natMost = "safe"')}`;
    const policy = byRepository(text);
    for (const command of ['git stash drop', 'rm notes.txt', 'rm -r src', '> notes.txt'])
      expect(judged(policy, command), command).toMatchObject({ level: analyze(command).level, rules: [] });
    expect(analyze('make-thing all').level).toBe('caution');
    expect(judged(policy, 'make-thing all').level).toBe('safe');
  });

  it('cannot switch the guard off, nor allow itself runs', () => {
    const policy = byRepository(
      '[guard]\nask = []\ndeny = []\n[run]\nunsandboxed = true\nnetwork = true\napprovalFrom = "dangerous"\n',
    );
    expect(policy).toMatchObject({ guard: STRICT.guard, run: STRICT.run });
    expect(byRepository('[trust]\n').faults[0]?.key).toBe('trust');
  });

  it('cannot hold the thread by its globs, and what is not decided counts as raised', () => {
    const rules = [
      `command = ["rm", "${'a*'.repeat(200)}b"]`,
      `target = "${'**/'.repeat(150)}x"`,
      `host = "${'a*'.repeat(200)}b"`,
    ].map((of) => rule(`${of}\natLeast = "blocked"`));
    const commands = [
      `rm ${'a'.repeat(4_000)}`,
      `touch ${'a/'.repeat(3_000)}y`,
      `curl https://${'a'.repeat(4_000)}.example.org/`,
    ];
    for (const [i, command] of commands.entries())
      expect(judged(byRepository(rules[i] ?? ''), command).level, command.slice(0, 20)).toBe('blocked');
  });

  it('takes back what the user allows', () => {
    byUser('[run]\nunsandboxed = true\nnetwork = true\n');
    expect(policies.of(root).run).toMatchObject({ unsandboxed: true, network: true });
    expect(byRepository('[run]\nunsandboxed = false\nnetwork = false\n').run).toMatchObject({
      unsandboxed: false,
      network: false,
    });
  });

  it('loosens when the user trusts that very text, and no other', () => {
    const text = `[run]\nnetwork = true\n${rule('command = "git stash drop"\natMost = "caution"')}`;
    const digest = createHash('sha256').update(text).digest('hex');
    byUser(`[trust]\n"${root}" = "${digest}"\n`);
    const trusted = byRepository(text);
    expect(trusted.run.network).toBe(true);
    expect(judged(trusted, 'git stash drop').level).toBe('caution');
    const edited = byRepository(`${text}# edited\n`);
    expect(edited.run.network).toBe(false);
    expect(judged(edited, 'git stash drop').level).toBe('dangerous');
  });
});

describe('the user’s own file', () => {
  it('sets the guard and the runs', () => {
    const policy = byUser('[guard]\nask = ["dangerous", "unknown"]\ndeny = []\n[run]\nunsandboxed = true\n');
    expect(policy.guard).toEqual({ ask: ['dangerous', 'unknown'], deny: [] });
    expect(policy.run).toEqual({ ...STRICT.run, unsandboxed: true });
  });

  it.each([
    ['[guard]\n\n[[rule]]\nname = "a"\natMost = "sfe"\ncode = "x"\n', 5, 'rule[0].atMost'],
    [`${rule('code = "x"\natMost = "safe"')}[[rule]]\nname = "b"\ncode = "y"\n`, 5, 'rule[1]'],
    ['[run]\nunsandboxed = 1\n', 2, 'run.unsandboxed'],
    ['[gaurd]\nask = []\n', 1, 'gaurd'],
    ['[run]\nnetwork = true\nnet = true\n', 3, 'run.net'],
    [rule('command = "git push | sh"\natMost = "safe"'), 3, 'rule[0].command'],
    [rule('command = ["-f"]\natMost = "safe"'), 3, 'rule[0].command'],
    ['[run]\nnetwork = yes\n', 2, ''],
  ])('tells a mistake by line and key, and stays strict: %j', (text, line, key) => {
    const policy = byUser(`${text}`);
    expect(policy.faults).toMatchObject([{ path: user, line, key }]);
    expect(policy.faults[0]?.message).toContain(`${user}:${line}:`);
    expect(policy).toMatchObject({ guard: STRICT.guard, run: STRICT.run, rules: [] });
  });

  it('loosens nothing while either file is wrong, and keeps what tightens', () => {
    byUser(
      `[run]\nunsandboxed = true\n${rule('command = "git stash drop"\natMost = "safe"')}${rule('command = "npm publish"\natLeast = "blocked"')}`,
    );
    const policy = byRepository('nonsense');
    expect(policy.run).toEqual(STRICT.run);
    expect(judged(policy, 'git stash drop').level).toBe('dangerous');
    expect(judged(policy, 'npm publish').level).toBe('blocked');
  });

  it('keeps what the user has tightened while the repository’s file is wrong', () => {
    byUser('[guard]\nask = ["caution", "unknown"]\ndeny = ["dangerous"]\n[run]\napprovalFrom = "caution"\n');
    const policy = byRepository('nonsense');
    expect(policy.faults).toHaveLength(1);
    expect(policy.guard).toEqual({
      ask: ['dangerous', 'caution', 'unknown'],
      deny: ['blocked', 'dangerous'],
    });
    expect(policy.run).toEqual({ ...STRICT.run, approvalFrom: 'caution' });
  });

  it('calls a pipe, a device and a link to itself a fault, without waiting for them', () => {
    mkdirSync(dirname(repositoryPolicyFile(root)), { recursive: true });
    const at = repositoryPolicyFile(root);
    for (const make of [
      () => execFileSync('mkfifo', [at]),
      () => symlinkSync('/dev/zero', at),
      () => symlinkSync('policy.toml', at),
    ]) {
      make();
      time += 1_000;
      expect(policies.of(root).faults).toMatchObject([{ path: at }]);
      rmSync(at);
    }
    // It says it is empty, and would hold the reader for ever.
    symlinkSync('/proc/kmsg', at);
    time += 1_000;
    expect(policies.of(root).rules).toEqual([]);
  });

  it('takes an edit, a removal and a folder in its place', () => {
    expect(policies.of(root)).toBe(STRICT);
    expect(byUser('[run]\nnetwork = true\n').run.network).toBe(true);
    expect(byUser('[run]\nnetwork = false\n').run.network).toBe(false);
    rmSync(user);
    time += 1_000;
    expect(policies.of(root)).toBe(STRICT);
    mkdirSync(user);
    time += 1_000;
    expect(policies.of(root).faults).toHaveLength(1);
  });
});

describe('a policy', () => {
  it('is not asked about commands where only codes are ruled', () => {
    const policy = byUser(rule('code = "truncate"\natMost = "caution"'));
    expect(rulesFor(policy, { root, home, real: (path) => path }, () => undefined)).toBeUndefined();
  });

  it('shows effects and findings once', () => {
    const policy = byUser(rule('command = "git push"\natLeast = "dangerous"'));
    const command = "bash -c 'rm -rf a b; rm -rf a; rm -rf b'";
    const plain = analyze(command);
    const { effects, findings, level } = judged(policy, command);
    expect({ effects, findings, level }).toEqual({
      effects: plain.effects,
      findings: plain.findings,
      level: plain.level as Level,
    });
  });
});

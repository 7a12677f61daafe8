/** Side doors of the sandbox: second names, odd files and names, descriptors, terminals, nested namespaces, control groups. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Preview, preview, run } from '../../src/servers/bash/sandbox/index.js';
import { sandboxMissing } from '../../src/servers/bash/sandbox/needs.js';

const missing = sandboxMissing();
const compiled = join(
  import.meta.dirname,
  '..',
  '..',
  'dist',
  'src',
  'servers',
  'bash',
  'sandbox',
  'index.js',
);
const isRoot = process.getuid?.() === 0;
let outer: string;
let folder: string;
beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'lmcp-doors-'));
  folder = mkdtempSync(join(outer, 'project-'));
});
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(outer, { recursive: true, force: true });
});

const rows = ({ diff }: Preview) => diff.map(({ path, change }) => `${change} ${path}`);
const methods = ['overlay', 'copy'] as const;

describe.skipIf(missing)(`side doors${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('makes no second name of a file outside', async () => {
    const outside = join(outer, 'outside');
    writeFileSync(outside, 'whole\n');
    const shared = join(outer, 'shared');
    writeFileSync(shared, 'whole\n');
    for (const how of [run, preview]) {
      const command = `ln '${outside}' here; perl -e 'link("${outside}", "there") or die "no"'; perl -e 'link("/etc/passwd", "pw") or die "no"'; ls`;
      expect((await how({ command, cwd: folder })).stdout).toBe('');
      expect(lstatSync(outside).nlink).toBe(1);
    }
    // One that was there before is the project's own file; a preview still leaves it whole.
    linkSync(shared, join(folder, 'inside'));
    for (const method of methods) {
      const seen = await preview({ command: 'echo more >> inside', cwd: folder, method });
      expect(rows(seen)).toEqual(['changed inside']);
      expect(seen.notCovered.join(' ')).toContain('inside');
      expect(readFileSync(shared, 'utf8')).toBe('whole\n');
    }
  });

  it('replaces a link by rename, and never what it points to', async () => {
    // Where the sandbox sees it: its /tmp is empty.
    const elsewhere = mkdtempSync(join(homedir(), '.lmcp-doors-'));
    closers.push(() => rmSync(elsewhere, { recursive: true }));
    const outside = join(elsewhere, 'outside');
    writeFileSync(outside, 'whole\n');
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(elsewhere, join(folder, 'door'));
    const command =
      'echo new > n && mv n link; echo evil > e; mv e door/outside; cp link door/copy; rm -rf door/*; cat link';
    for (const method of methods) {
      const seen = await preview({ command, cwd: folder, method });
      expect(rows(seen)).toEqual(['added e', 'changed link']);
    }
    expect(await run({ command, cwd: folder })).toMatchObject({ stdout: 'new\n' });
    expect(readFileSync(outside, 'utf8')).toBe('whole\n');
    expect(existsSync(join(elsewhere, 'copy'))).toBe(false);
    expect(existsSync(join(folder, 'link'))).toBe(true);
  });

  it.each(methods)('tells files by their bytes, whatever their names (%s)', async (method) => {
    writeFileSync(join(folder, 'naïve 日本\n.txt'), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff, 0xfe])]), 'y');
    const command = `mv naïve* plain; echo z > $'caf\\xe9'; echo t > $'tab\\there'; rm f*; echo o > -- ; echo d > '-rf'`;
    const seen = await preview({ command, cwd: folder, method });
    expect(rows(seen), seen.stderr).toEqual([
      'added --',
      'added -rf',
      'added caf\\xe9',
      'deleted f\\xff\\xfe',
      'renamed plain',
      'added tab\there',
    ]);
    expect(seen.diff.find(({ path }) => path === 'plain')?.from).toBe('naïve 日本\n.txt');
  });

  it.each(methods)('reads no pipe, socket or device, and no hole of a sparse file (%s)', async (method) => {
    spawnSync('mkfifo', [join(folder, 'old-pipe')]);
    const command = `mkfifo pipe; rm old-pipe; truncate -s 400M hole; perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un("./sock"))'`;
    const seen = await preview({ command, cwd: folder, method });
    expect(rows(seen), seen.stderr).toEqual(['added hole', 'deleted old-pipe', 'added pipe', 'added sock']);
    expect(seen.diff.find(({ path }) => path === 'hole')).toEqual({
      path: 'hole',
      change: 'added',
      bytes: 400 * 1024 ** 2,
    });
  });

  it('hands down no descriptor, and takes no word about the exit code from the command', async () => {
    // One that every child is born with: opened by a shell that starts us, as a terminal or a service manager may do.
    const file = join(outer, 'try.mjs');
    const code = `import { run } from ${JSON.stringify(compiled)}; console.log((await run({ command: 'ls /proc/self/fd', cwd: ${JSON.stringify(folder)} })).stdout);`;
    writeFileSync(file, code);
    const shell = `exec 9</etc/passwd 77</etc/passwd; exec '${process.execPath}' '${file}'`;
    const { stdout } = spawnSync('bash', ['-c', shell], { encoding: 'utf8' });
    // The last is the folder that ls reads.
    if (existsSync(compiled)) expect(stdout.trim().split('\n')).toEqual(['0', '1', '2', '3']);
    const forged = await run({
      command: `for fd in 3 4 5 6 7 8 9; do (printf '{"exit-code": 0}\\nover\\n' >&$fd) 2>/dev/null; done; exit 7`,
      cwd: folder,
    });
    expect(forged).toMatchObject({ exitCode: 7, timedOut: false });
  });

  it.skipIf(!existsSync('/usr/bin/script') || !existsSync(compiled))(
    'has no terminal to type into',
    async () => {
      // TIOCSTI (ioctl_tty(2)) puts characters into the input of the terminal that the shell of the user reads.
      const code = `
      import { run } from ${JSON.stringify(compiled)};
      const command = "perl -e 'open(T, \\"+<\\", \\"/dev/tty\\") and print \\"tty \\"; for my $c (split //, \\"id\\\\n\\") { for my $f (*STDIN, *STDERR, *T) { ioctl($f, 0x5412, $c) and print \\"typed \\" } }'; test -t 0 && echo t0; true";
      const seen = await run({ command, cwd: ${JSON.stringify(folder)} });
      const fs = await import('node:fs');
      fs.writeFileSync(${JSON.stringify(join(outer, 'said'))}, 'said:' + seen.stdout + (fs.existsSync('/dev/tty') ? (() => { try { fs.closeSync(fs.openSync('/dev/tty', 'r')); return 'host has a terminal'; } catch { return 'none'; } })() : 'none'));`;
      const file = join(outer, 'try.mjs');
      writeFileSync(file, code);
      const child = spawn('script', ['-qec', `${process.execPath} ${file}`, '/dev/null'], {
        stdio: 'ignore',
      });
      await new Promise((resolve) => child.once('exit', resolve));
      expect(readFileSync(join(outer, 'said'), 'utf8')).toBe('said:host has a terminal');
    },
  );

  it('opens nothing by way of /proc, nested namespaces or control groups', async () => {
    const name = `lmcp-door-${process.pid}`;
    const seen = await run({
      command: [
        `for root in /proc/[0-9]*/root /proc/self/cwd/../../../..; do touch "$root/etc/${name}" "$root/usr/${name}" 2>/dev/null && echo "$root"; done`,
        `unshare -Urmpf sh -c 'mount -t proc proc /mnt' 2>/dev/null && echo proc`,
        `unshare -Urm sh -c 'mount -t sysfs s /mnt' 2>/dev/null && echo sysfs`,
        `unshare -Urm sh -c 'mount --bind / /mnt && mount -o remount,rw,bind /mnt && touch /mnt/etc/${name}' 2>/dev/null && echo bound`,
        `nsenter -t 1 -m -p -n touch /etc/${name} 2>/dev/null && echo entered`,
        'for f in $(find /sys/fs/cgroup -maxdepth 3 -name cgroup.procs 2>/dev/null | head -50); do (echo 0 > "$f") 2>/dev/null && echo "$f"; done',
      ].join('\n'),
      cwd: folder,
    });
    expect(seen.stdout, seen.stderr).toBe('');
    expect([`/etc/${name}`, `/usr/${name}`].filter((path) => existsSync(path))).toEqual([]);
  });

  it.skipIf(!isRoot)('gives root no rights over programs beyond those of files', async () => {
    // security.capability with cap_net_raw (capabilities(7)): 188 is setxattr(2) on x86-64.
    const seen = await run({
      command: `cp /bin/true t; perl -e 'my $c = pack("VVVVV", 0x02000001, 8192, 0, 0, 0); my ($f, $n) = ("t", "security.capability"); print syscall(188, $f, $n, $c, length $c, 0)'; grep -E '^Cap(Prm|Eff)' /proc/self/status`,
      cwd: folder,
    });
    expect(seen.stdout).toMatch(/^-1/);
    // CHOWN, DAC_OVERRIDE, FOWNER and FSETID.
    expect(seen.stdout.match(/Cap\w+:\s*0*(\w*)/g)?.map((it) => it.replace(/\s+0*/, ' '))).toEqual([
      'CapPrm: 1b',
      'CapEff: 1b',
    ]);
  });

  it('hides what it is told to hide, also inside the folder', async () => {
    const secret = join(folder, 'own');
    spawnSync('mkdir', [secret]);
    writeFileSync(join(secret, 'token'), 'TOKEN\n');
    for (const how of [run, preview]) {
      const seen = await how({
        command: 'ls -A own; cat own/token; echo x > own/token; cat own/token',
        cwd: folder,
        hidden: [secret],
      });
      expect(seen.stdout).toBe('x\n');
    }
    expect(readFileSync(join(secret, 'token'), 'utf8')).toBe('TOKEN\n');
    await expect(run({ command: 'true', cwd: secret, hidden: [secret] })).rejects.toMatchObject({
      code: 'LMCP_PATH_OUTSIDE',
    });
  });
});

describe('without bubblewrap', () => {
  const command =
    'echo out; echo err >&2; (setsid sleep 77.25 >/dev/null 2>&1 &); (sleep 77.25 &) ; echo $$ > pid; exit 5';
  const running = () => spawnSync('pgrep', ['-f', '^sleep 77.25'], { encoding: 'utf8' }).stdout;

  it('runs nothing unless the caller says that the user wants it, and then ends what it can', async () => {
    const kept = process.env.PATH;
    const tools = join(outer, 'bin');
    // All that is on the way but bwrap.
    spawnSync('sh', [
      '-c',
      `mkdir '${tools}' && for d in /usr/local/bin /usr/bin /bin; do for f in "$d"/*; do [ "\${f##*/}" = bwrap ] || ln -s "$f" '${tools}' 2>/dev/null; done; done`,
    ]);
    process.env.PATH = tools;
    try {
      await expect(run({ command, cwd: folder })).rejects.toMatchObject({ code: 'LMCP_NO_SANDBOX' });
      expect(existsSync(join(folder, 'pid'))).toBe(false);
      const seen = await run({ command, cwd: folder, unsandboxed: true });
      expect(seen).toMatchObject({
        exitCode: 5,
        stdout: 'out\n',
        stderr: 'err\n',
        sandbox: { program: 'none' },
      });
      // What made itself a session of its own is found by its control group only.
      if (seen.sandbox.bounded === 'tree') expect(running()).toBe('');
      const slow = await run({ command: 'sleep 78.5', cwd: folder, unsandboxed: true, timeoutMs: 500 });
      expect(slow).toMatchObject({ exitCode: null, timedOut: true });
      await expect(
        run({ command: 'sleep 5', cwd: folder, unsandboxed: true, signal: AbortSignal.timeout(300) }),
      ).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    } finally {
      process.env.PATH = kept;
      for (const pid of running().split('\n').filter(Boolean)) process.kill(Number(pid));
    }
  });
});

/** What a hostile command tries from inside the sandbox, and what stays whole outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { preview, run } from '../../src/servers/bash/sandbox/index.js';
import { sandboxMissing } from '../../src/servers/bash/sandbox/needs.js';

const missing = sandboxMissing();
let outer: string;
let folder: string;
let mark: string;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'lmcp-escape-'));
  folder = mkdtempSync(join(outer, 'project-'));
  mark = `lmcp-mark-${process.pid}-${Math.floor(performance.now() * 1000)}`;
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(outer, { recursive: true, force: true });
});

/** Processes of this machine whose command line holds the mark. */
function marked(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

function victim(): ChildProcess {
  const child = spawn('sleep', ['1000']);
  closers.push(() => child.kill('SIGKILL'));
  return child;
}

/** A server that counts who comes. */
async function listening(
  where: string | number,
): Promise<{ server: Server; visitors: () => number; port: number }> {
  let visitors = 0;
  const server = createServer((socket) => {
    visitors += 1;
    socket.on('error', () => undefined);
    socket.resume().end('hello');
  });
  if (typeof where === 'number') server.listen(where, '127.0.0.1');
  else server.listen(where);
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return {
    server,
    visitors: () => visitors,
    port: typeof address === 'object' && address ? address.port : 0,
  };
}

const connectUnix = (path: string) =>
  `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die "socket"; connect($s, pack_sockaddr_un(${path})) or die "no: $!"; print "connected"'`;

describe.skipIf(missing)(`the sandbox holds${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.each(['preview', 'run'] as const)('%s: nothing outside the folder is written', async (how) => {
    const targets = [
      '/etc',
      '/usr',
      '/var/lib',
      '/opt',
      '/root',
      homedir(),
      outer,
      '/sys/kernel',
      '/boot',
      '/dev/shm',
      '/tmp',
    ];
    const command = `cd / ; ${targets.map((path) => `touch '${path}/${mark}'; echo "$?"`).join('; ')}; echo x > '${folder}/inside'`;
    await (how === 'preview' ? preview : run)({ command, cwd: folder });
    expect(targets.filter((path) => existsSync(join(path, mark)))).toEqual([]);
    expect(existsSync(join(folder, 'inside'))).toBe(how === 'run');
  });

  it('has no network: neither the machine nor its abstract sockets answer', async () => {
    const tcp = await listening(0);
    const abstract = await listening(`\0${mark}`);
    const seen = await run({
      command: `(echo hi > /dev/tcp/127.0.0.1/${tcp.port}) 2>&1; ${connectUnix(`"\\0${mark}"`)}; ls /sys/class/net`,
      cwd: folder,
    });
    expect(seen.stdout).not.toContain('connected');
    expect([tcp.visitors(), abstract.visitors()]).toEqual([0, 0]);
    const granted = await run({
      command: `(echo hi > /dev/tcp/127.0.0.1/${tcp.port}) && echo reached`,
      cwd: folder,
      network: true,
    });
    expect(granted.stdout, granted.stderr).toBe('reached\n');
  });

  it('reaches no service by its socket, be it in the folder or elsewhere', async () => {
    const inside = await listening(join(folder, 'service.sock'));
    const elsewhere = mkdtempSync(join(process.getuid?.() === 0 ? '/opt' : homedir(), 'lmcp-escape-'));
    closers.push(() => rmSync(elsewhere, { recursive: true }));
    const beside = await listening(join(elsewhere, 's'));
    for (const how of [run, preview]) {
      const seen = await how({
        command: `${connectUnix('"./service.sock"')}; ${connectUnix(`"${elsewhere}/s"`)}`,
        cwd: folder,
      });
      expect(seen.stdout).not.toContain('connected');
    }
    expect([inside.visitors(), beside.visitors()]).toEqual([0, 0]);
  });

  it('stops a fork bomb, and all of it is gone', async () => {
    const seen = await run({
      command: `bomb() { bash -c 'exec -a ${mark} sleep 50' & bomb | bomb & }; bomb; sleep 50`,
      cwd: folder,
      timeoutMs: 2500,
      limits: { processes: 64 },
    });
    expect(seen.timedOut || seen.exitCode !== 0).toBe(true);
    await expect.poll(marked).toEqual([]);
  });

  it('counts processes over the whole tree', async () => {
    const seen = await run({
      command: `perl -e 'for (1..60) { my $p = fork; last unless defined $p; if (!$p) { sleep 2; exit } $n++ } print $n'`,
      cwd: folder,
      limits: { processes: 24 },
    });
    expect(Number(seen.stdout)).toBeGreaterThan(5);
    expect(Number(seen.stdout)).toBeLessThanOrEqual(24);
  });

  it('leaves no process behind, however it hides', async () => {
    const hide = `(setsid nohup bash -c 'exec -a ${mark} sleep 500' >/dev/null 2>&1 < /dev/null &) ; (bash -c 'trap "" HUP TERM INT; exec -a ${mark} sleep 500' & disown) ; sleep 0.2`;
    for (const how of [run, preview]) {
      await how({ command: `${hide}; ls /proc | grep -c '^[0-9]'`, cwd: folder });
      await expect.poll(marked).toEqual([]);
    }
  });

  it('neither sees, signals nor traces a process of the machine', async () => {
    const { pid } = victim();
    const seen = await run({
      command: `kill -9 ${pid}; cat /proc/${pid}/cmdline; perl -e 'print "trace:", syscall(101, 16, ${pid}, 0, 0) == 0 ? "yes" : "no"'; ls -d /proc/[0-9]* | wc -l`,
      cwd: folder,
    });
    expect(seen.stdout).toContain('trace:no');
    expect(seen.stdout).not.toContain('sleep');
    expect(() => process.kill(pid!, 0)).not.toThrow();
  });

  it('changes no setting of the kernel, and cannot look at its memory', async () => {
    // Each writes back what is there, so that a hole would do no harm.
    const own = [
      'kernel/core_pattern',
      'vm/swappiness',
      'kernel/hostname',
      'fs/file-max',
      'net/ipv4/ip_forward',
    ];
    const seen = await run({
      command: [
        ...own.map(
          (name) =>
            `v=$(cat /proc/sys/${name}) && (echo "$v" > /proc/sys/${name}) 2>/dev/null && echo 'wrote ${name}'`,
        ),
        'test -s /proc/kcore && head -c 1 /proc/kcore >/dev/null 2>&1 && echo kcore',
        'head -c 10 /proc/sysrq-trigger 2>/dev/null | grep -q . && echo sysrq',
        'touch /proc/1/root/etc/x 2>/dev/null && echo root',
        'hostname changed 2>/dev/null && echo hostname',
        'true',
      ].join('\n'),
      cwd: folder,
    });
    expect(seen.stdout).toBe('');
  });

  it('writes through no link out of the folder, and its diff follows none', async () => {
    const secret = join(outer, 'secret');
    writeFileSync(secret, 'TOP SECRET\n');
    const command = `ln -s '${secret}' l; ln -s '${outer}' d; echo x >> l; echo x > d/secret; rm -f d/secret; mkdir sub; rmdir sub; ln -s '${outer}' sub`;
    const seen = await preview({ command, cwd: folder });
    expect(seen.diff.map(({ path, change }) => `${change} ${path}`)).toEqual([
      'link d',
      'link l',
      'link sub',
    ]);
    expect(JSON.stringify(seen.diff)).not.toContain('TOP SECRET');
    await run({ command, cwd: folder });
    expect(readFileSync(secret, 'utf8')).toBe('TOP SECRET\n');
  });

  it('gains nothing by set-user-id files, devices, mounts or namespaces', async () => {
    const seen = await run({
      command: [
        'grep -q "NoNewPrivs:.1" /proc/self/status && echo no-new-privs',
        'cp /bin/mount m; chmod 4755 m; ./m -t tmpfs t /mnt 2>/dev/null && echo mounted',
        'mknod disk b 254 0 2>/dev/null && echo device; mknod mem c 1 1 2>/dev/null && echo memory',
        'ls /dev | grep -E "^(sd|vd|nvme|mem|kmsg|kvm|fuse)" && echo devices',
        'mount -o remount,rw / 2>/dev/null && echo remounted',
        'umount /proc/sys 2>/dev/null && echo uncovered',
        `unshare -Urm sh -c 'mount -o remount,rw,bind / ; umount -l /proc/sys; touch /etc/${mark}' 2>/dev/null && echo nested`,
        'chroot / true 2>/dev/null && echo chroot',
        'true',
      ].join('\n'),
      cwd: folder,
    });
    expect(seen.stdout, seen.stderr).toBe('no-new-privs\n');
    expect(existsSync(`/etc/${mark}`)).toBe(false);
  });

  it('bounds memory, output and files', async () => {
    const hungry = await run({
      command: `perl -e 'my $x = "x" x 600_000_000; print length $x'`,
      cwd: folder,
      limits: { memoryBytes: 128 * 1024 ** 2 },
    });
    expect(hungry.stdout).toBe('');
    const loud = await run({
      command: 'head -c 20000000 /dev/zero | tr "\\0" y; echo end',
      cwd: folder,
      limits: { outputBytes: 10_000 },
    });
    expect(loud).toMatchObject({ truncated: true, exitCode: 0 });
    expect(loud.stdout.length).toBeLessThan(11_000);
    expect(loud.stdout.endsWith('end\n')).toBe(true);
    await run({
      command: 'head -c 20000000 /dev/zero > big',
      cwd: folder,
      limits: { writeBytes: 1_000_000 },
    });
    expect(lstatSync(join(folder, 'big')).size).toBeLessThanOrEqual(1_000_448);
  });

  it('shows the command no secret of our environment', async () => {
    process.env.LMCP_TEST_TOKEN = mark;
    closers.push(() => delete process.env.LMCP_TEST_TOKEN);
    const seen = await run({
      command: 'env; cat /proc/self/environ /proc/1/environ | tr "\\0" "\\n"',
      cwd: folder,
    });
    expect(seen.stdout).toContain('PATH=');
    expect(seen.stdout).not.toContain(mark);
  });

  it('ends everything when it is cancelled', async () => {
    const controller = new AbortController();
    const running = run({ command: `exec -a ${mark} sleep 500`, cwd: folder, signal: controller.signal });
    await expect.poll(() => marked().length, { timeout: 10_000 }).toBeGreaterThan(0);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    await expect.poll(marked).toEqual([]);
  });
});

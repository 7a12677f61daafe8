/**
 * Pairs of a destructive command and a harmless look-alike, by the mechanism that tells them apart.
 * They exist because a guard that asks about everything is as useless as one that asks about nothing.
 * Invariant: a pair counts only when both members are right.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own syntax in plain strings.
import { describe, expect, it } from 'vitest';
import { analyze } from './index.js';

const asks = (command: string) => /^(?:dangerous|blocked|unknown)$/.test(analyze(command).level);

const PAIRS: Readonly<Record<string, readonly (readonly [bad: string, good: string])[]>> = {
  'what cannot run': [
    ['false || rm -rf ~/src', 'true || rm -rf ~/src'],
    ['true && rm -rf /srv', 'false && rm -rf /srv'],
    ['if true; then rm -rf ~; fi', 'if false; then rm -rf ~; fi'],
    ['case x in x) rm -rf /opt;; esac', 'case x in y) rm -rf /opt;; esac'],
    ['case "$1" in *) rm -rf ~/data;; esac', 'case "$1" in -h) echo usage;; esac'],
    ['until false; do rm -rf /srv; done', 'until true; do rm -rf /srv; done'],
  ],
  'what never ends': [
    ['while :; do work & done', 'while :; do work & wait; done'],
    ['for ((;;)); do work & done', 'for ((i=0;i<3;i++)); do work & done'],
    ['while true; do cat a >> b; done', 'while true; do cat a >> b; sleep 1; done'],
    ['while [ 1 ]; do x & done', 'while [ -f 1 ]; do x & done'],
  ],
  'names that stand for others': [
    [
      'f(){ local TOOL=echo; }; TOOL=rm; f; "$TOOL" -rf /srv',
      'f(){ local TOOL=rm; }; TOOL=echo; f; "$TOOL" -rf /srv',
    ],
    ['declare -n ref=p; p=/etc; rm -rf "$ref"', 'declare -n ref=p; p=./build; rm -rf "$ref"'],
    ['declare -l T=RM; $T -rf /srv', 'declare -u t=rm; echo $t -rf /srv'],
    ['declare -a c=(rm -rf); c+=(/home/app); "${c[@]}"', 'declare -a c=(ls -la); c+=(/home/app); "${c[@]}"'],
    ['hash -p /bin/rm ls; ls -rf /home', 'hash -r; ls -R /home'],
    ['cp /bin/rm ./fmt && ./fmt -rf ~/src', 'cp build/fmt ./fmt && ./fmt --check'],
    ['cp $(which rm) ./safe; ./safe -rf ~/src', 'cp $(which node) ./safe; ./safe --version'],
    [
      'command_not_found_handle(){ rm -rf /srv; }; missing',
      'command_not_found_handle(){ echo "$1"; }; missing',
    ],
    ['read -ra a <<< "rm -rf /opt/x"; "${a[@]}"', 'read -ra a <<< "ls -l /opt/x"; "${a[@]}"'],
    ['cd ~/proj/src && rm -rf -- */', 'cd ~/proj/dist && rm -rf -- */'],
    ['HOME=/srv; rm -rf ~', 'HOME=/tmp/fake; rm -rf ~/x'],
    ['rm -rf "$(pwd)/.."', 'rm -rf "$(pwd)/build"'],
  ],
  'what an expansion runs': [
    ['echo $(( $(rm -rf ~/x; echo 1) + 1 ))', 'echo $(( $(wc -l < a) + 1 ))'],
    ['echo $((`git reset --hard` + 1))', 'echo $((`date +%s` + 1))'],
    ['env -S "A=1 git" reset --hard', 'env -S "A=1 git" status'],
    ['env - git reset --hard', 'env - git log'],
    ["echo 'rm -rf /srv' | parallel bash -c {}", "echo 'ls /srv' | parallel bash -c {}"],
    ['echo / | xargs -i{} rm -rf {}', 'echo / | xargs -i{} ls {}'],
    [
      'echo "DROP TABLE users;" > q.sql && psql -f q.sql',
      'echo "SELECT 1;" > /tmp/q.sql && psql -f /tmp/q.sql',
    ],
  ],
  'an answer that waits': [
    ['yes | terraform destroy', 'terraform destroy'],
    ['echo yes | terraform apply -destroy', 'echo no | terraform apply'],
    ['yes | rm -ri src', 'rm -ri src'],
    ['ufw --force reset', 'ufw reset'],
  ],
  git: [
    ['git checkout HEAD~2 src/a.ts', 'git checkout -b topic origin/main'],
    ['git checkout -f -B topic main', 'git checkout -B topic main'],
    ['git read-tree -u --reset HEAD~2', 'git read-tree HEAD'],
    ['git -c clean.requireForce=false clean -d', 'git -c clean.requireForce=false clean -nd'],
    ['git gc --prune=0', 'git gc --prune=2.weeks.ago'],
    ['git update-ref --delete refs/heads/main', 'git update-ref refs/heads/tmp HEAD'],
    ['rm -rf .git/objects', 'rm -f .git/index.lock'],
  ],
  'other machines': [
    [
      "ansible all -m file -a 'path=/data state=absent'",
      "ansible all -m file -a 'path=/data state=directory'",
    ],
    ["ansible web -m shell -a 'rm -rf /srv'", "ansible web -m shell -a 'uptime'"],
    [
      `aws ssm send-command --document-name X --parameters '{"commands":["rm -rf /srv"]}'`,
      `aws ssm send-command --document-name X --parameters '{"commands":["uptime"]}'`,
    ],
    ["gcloud compute ssh vm --command 'sudo rm -rf /data'", "gcloud compute ssh vm --command 'df -h'"],
    ["lftp -e 'mirror -R --delete . /www; quit' host", "lftp -e 'mirror . /tmp/www; quit' host"],
    ["sftp host <<< 'rm /data/*'", "sftp host <<< 'ls /data'"],
    ['scp passwd root@h:/etc/passwd', 'scp notes.txt root@h:/root/'],
    ['http DELETE :9200/logs', 'http GET :9200/logs'],
    ['curl -X POST localhost:9200/a/_delete_by_query -d x', 'curl -X POST localhost:9200/a/_search -d x'],
    ['java -jar jenkins-cli.jar delete-job app', 'java -jar jenkins-cli.jar list-jobs'],
    ['aws kms schedule-key-deletion --key-id k', 'aws kms cancel-key-deletion --key-id k'],
    ['azcopy sync . https://x --delete-destination=true', 'azcopy sync . https://x'],
    ['mc mirror --remove data minio/b', 'mc mirror data minio/b'],
    ['vault secrets disable kv/', 'vault secrets list'],
  ],
  'systems and disks': [
    ['apt-get purge -y linux-image-amd64', 'apt-get -s purge linux-image-amd64'],
    ['dnf remove -y systemd', 'dnf remove -y htop'],
    ['rpm -e --nodeps glibc', 'rpm -qi glibc'],
    ['pacman -Rns base', 'pacman -Rns htop'],
    ['efibootmgr -b 0000 -B', 'efibootmgr -v'],
    ['passwd -d root', 'passwd -S root'],
    ['sfdisk --delete /dev/sda', 'sfdisk --dump /dev/sda'],
    ['lvm lvremove vg/data', 'lvm lvs'],
    ['fallocate -l 900G /var/fill', 'fallocate -l 10M /tmp/disk.img'],
    ['chmod -R 000 .', 'chmod 000 lock'],
    ['systemctl stop postgresql-16', 'systemctl status postgresql-16'],
    ['nmcli networking off', 'nmcli networking'],
  ],
  'other languages': [
    [
      `powershell.exe -Command "Remove-Item -Recurse -Force C:\\Users"`,
      'powershell.exe -Command "Get-ChildItem C:\\Users"',
    ],
    ['pwsh -c "Get-ChildItem -Recurse | Remove-Item -Recurse"', 'pwsh -c "Remove-Item -Recurse dist"'],
    ['cmd.exe /c "del /s /q C:\\Users\\dev"', 'cmd.exe /c "dir C:\\Users\\dev"'],
    ['robocopy empty target /MIR', 'robocopy a b /L /MIR'],
    [`bun -e 'require("fs").rmSync("/srv",{recursive:true})'`, `bun -e 'console.log(1)'`],
    [
      `node -e "require('fs').unlinkSync(process.env.HOME+'/.ssh/id_rsa')"`,
      `node -e "require('fs').statSync(process.env.HOME+'/.ssh/id_rsa')"`,
    ],
    ["tclsh <<< 'file delete -force /home'", "tclsh <<< 'puts hi'"],
    ["perl -i -ne '' src/lib.rs", "perl -i -ne 'print' src/lib.rs"],
    ["vim -c ':%d' -c ':wq' config.yml", "vim -c ':q' config.yml"],
  ],
  'the guard itself': [
    ['lmcp approve 4f2a', 'lmcp status'],
    ["script -qc 'lmcp approve 4f2a' /dev/null", "script -qc 'lmcp status' /dev/null"],
    ['npx lmcp approve 4f2a', 'npx lmcp doctor'],
    [`expect -c 'spawn lmcp approve 4f2a; send "y"'`, `expect -c 'spawn lmcp status'`],
    ['lmcp stop', 'lmcp help'],
    ["sed -i 's/deny/allow/' .lmcp/policy.toml", 'cat .lmcp/policy.toml'],
    ['rm -rf .lmcp', 'ls .lmcp'],
    ["jq 'del(.hooks)' x > .claude/settings.json", "jq '.hooks' .claude/settings.json"],
    ['cat ~/.local/share/lmcp/token', 'ls ~/.local/share/lmcp'],
  ],
};

describe.each(Object.entries(PAIRS))('%s', (_, pairs) => {
  it.each(pairs)('asks about %s, not about %s', (bad, good) => {
    expect({ bad: asks(bad), good: asks(good) }).toEqual({ bad: true, good: false });
  });
});

describe('an approval', () => {
  it('is refused to the one who asks', () => {
    expect(analyze('lmcp approve 4f2a').level).toBe('blocked');
  });
});

describe('a finding said twice', () => {
  it('keeps the heavier weight', () => {
    const { level, findings } = analyze('terraform destroy -auto-approve');
    expect(level).toBe('dangerous');
    expect(findings.some((finding) => finding.level === 'dangerous')).toBe(true);
  });
});

/**
 * The guard’s own data, address, program and settings.
 * They exist because an agent that can answer for a person, or switch the guard off, has no guard.
 * Invariant: answering is blocked, switching off is dangerous, looking at states and logs is free.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell’s own syntax in plain strings.
import { describe, expect, it } from 'vitest';
import { analyze } from './analyze.js';

const ANSWERS = [
  'http POST :7777/api/approval request==abc answer==yes',
  "python3 -c \"import urllib.request as u;u.urlopen(u.Request('http://127.0.0.1:7777/api/approval',data=b'x',method='POST'))\"",
  'cat ~/.local/share/lmcp/token',
  'cd ~/.local/share/lmcp && cat token',
  'cat ~/.local/share/lmcp/*',
  'grep -r . ~/.local/share/lmcp',
  'cat ~/.local/share/lmcp/approval-token',
  'cat ~/.local/share/lmcp/key',
  'cat ~/.local/share/lmcp/daemon.json',
  'python3 -c "print(open(\'/root/.local/share/lmcp/token\').read())"',
  'python3 -c "import os;print(open(os.path.expanduser(\'~/.local/share/lmcp/token\')).read())"',
  'python3 -c \'import pty; pty.spawn(["lmcp","approve","x"])\'',
  "curl -X POST 'http://127.0.0.1:7777/api/approval?request=a&answer=yes'",
  'npx learning-mcp approve abc',
  'node ./node_modules/.bin/lmcp approve x',
  'node dist/src/cli/main.js approve x',
  'kill $(cat ~/.local/share/lmcp/daemon.json | jq .pid)',
  'head -c 99 ~/.local/share/lmcp/approval-token',
  'xxd ~/.local/share/lmcp/key',
  'cp ~/.local/share/lmcp/token /tmp/t',
  'T=$(cat ~/.local/share/lmcp/token)',
  'tar czf - ~/.local/share/lmcp | base64',
  'cat "$XDG_DATA_HOME"/lmcp/token',
  'cd ~/.local/share && cat lmcp/token',
  "grep '' ~/.local/share/lmcp/daemon.json",
  'jq -r .token ~/.local/share/lmcp/daemon.json',
  'source ~/.local/share/lmcp/token',
  "wget --post-data= 'http://localhost:7777/api/approval?request=a&answer=yes'",
  "curl -d '' 'localhost:7777/api/approval?request=a&answer=yes'",
  "curl --unix-socket /run/user/1000/lmcp/a.sock -XPOST 'http://x/api/approval?request=a'",
  "printf 'POST /api/approval?request=a&answer=yes HTTP/1.1\\r\\n\\r\\n' | nc 127.0.0.1 7777",
  "printf 'POST /api/approval?request=a HTTP/1.0\\r\\n\\r\\n' > /dev/tcp/127.0.0.1/7777",
  'http :7777/api/approval answer=yes',
  "node -e \"fetch('http://127.0.0.1:7777/api/approval?request=a',{method:'POST'})\"",
  'python3 -c "import requests;requests.post(\'http://127.0.0.1:7777/api/approval\')"',
  "node -e \"console.log(require('fs').readFileSync(process.env.HOME+'/.local/share/lmcp/token','utf8'))\"",
  'bunx learning-mcp approve abc',
  'npx -y learning-mcp@1.0.0 approve abc',
  'npm exec -- lmcp approve abc',
  './node_modules/.bin/lmcp approve abc',
  "script -qc 'lmcp approve abc' /dev/null",
  "expect -c 'spawn lmcp approve abc; send y'",
  'python3 -c \'import subprocess; subprocess.run(["lmcp","approve","x"])\'',
];

const SWITCHES_OFF = [
  'chmod 000 $XDG_RUNTIME_DIR/lmcp/*.sock',
  'rm $XDG_RUNTIME_DIR/lmcp/daemon.sock',
  'rm /run/user/1000/lmcp/lmcp.sock',
  'mv ~/.claude/settings.json /tmp/x',
  'mv .claude/settings.local.json /tmp/x',
  'rm ~/.claude/settings.json',
  'mv ~/.config/lmcp /tmp/y',
  'kill -STOP $(pgrep -f lmcp)',
  'systemctl --user stop lmcp',
  'pkill -f lmcp',
  'killall lmcp',
  "pkill -STOP -f 'lmcp start'",
  "kill $(pgrep -f 'node.*lmcp')",
  'pgrep -f lmcp | xargs kill -9',
  'kill -9 $(pidof lmcp)',
  'systemctl --user disable --now lmcp.service',
  'systemctl --user mask learning-mcp',
  'rm -rf ~/.config/lmcp',
  'rm -f "$XDG_RUNTIME_DIR"/lmcp/*.sock',
  'chmod -x ~/.claude/settings.json',
  'mv ~/.claude/settings.local.json ~/x',
];

const FREE = [
  'lmcp status',
  'lmcp approve',
  'lmcp approve --json',
  'npx learning-mcp status',
  'ls ~/.local/share/lmcp',
  'ls -la ~/.local/share/lmcp/',
  'du -sh ~/.local/share/lmcp',
  'tail -f ~/.local/share/lmcp/daemon.log',
  'cat ~/.config/lmcp/config.toml',
  'cat ~/projects/lmcp/README.md',
  'cd ~/projects/lmcp && cat token.md',
  'git clone https://example.com/lmcp.git',
  'curl http://127.0.0.1:7777/api/approval',
  'curl -X POST http://127.0.0.1:3000/api/approvals/list',
  'curl http://127.0.0.1:7777/health',
  'pgrep -f lmcp',
  'systemctl --user status lmcp',
  'node dist/src/cli/main.js status',
  'cat .claude/settings.json',
  'rm -rf /tmp/lmcp-test-x1',
];

describe('the guard’s own things', () => {
  it.each(ANSWERS)('blocks %j', (command) => {
    const { level, findings } = analyze(command);
    expect(level).toBe('blocked');
    expect(findings.map(({ code }) => code)).toContain('self-approval');
  });

  it.each(SWITCHES_OFF)('weighs %j', (command) => {
    const { level, findings } = analyze(command);
    expect(level).toBe('dangerous');
    expect(findings.some(({ code }) => code === 'guard-off' || code === 'guard-settings')).toBe(true);
  });

  it.each(FREE)('leaves %j alone', (command) => {
    expect(['safe', 'caution']).toContain(analyze(command).level);
  });
});

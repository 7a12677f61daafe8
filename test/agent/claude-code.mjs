/**
 * Runs Claude Code over a scripted model in a folder, with a home of its own and no traffic but to that model.
 * It exists so that each check of the guard is one call.
 * Invariant: nothing of the user's own home, keys or settings is read; the client ends when its script does.
 */
import { spawn } from 'node:child_process';
import { startModel } from './scripted-model.mjs';

const LONGEST_MS = 600_000;

/**
 * @param {{ claude: string, home: string, cwd: string, commands: readonly string[], flags?: readonly string[] }} options
 * @returns what each command came to, what the client printed (stream-json, one value a line), and its exit code
 */
export async function runSession({ claude, home, cwd, commands, flags = ['--allowedTools', 'Bash'] }) {
  const model = await startModel(commands);
  try {
    const args = ['-p', 'Do the next step.', '--output-format', 'stream-json', '--verbose', ...flags];
    const child = spawn(claude, args, {
      cwd,
      env: environment(home, model.url),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    return { code, results: model.results, out, err };
  } finally {
    await model.close();
  }
}

function environment(home, url) {
  const { PATH, LANG, TMPDIR, LMCP_DATA, XDG_RUNTIME_DIR } = process.env;
  return {
    PATH,
    ...(LANG && { LANG }),
    ...(TMPDIR && { TMPDIR }),
    HOME: home,
    // The servers of .mcp.json find the same daemon.
    LMCP_DATA,
    XDG_RUNTIME_DIR,
    SHELL: '/bin/bash',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'none-is-needed',
    // Without these the client reports, looks for updates and asks for a newer self.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    // It refuses to skip its own questions for root elsewhere.
    IS_SANDBOX: '1',
  };
}

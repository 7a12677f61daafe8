#!/usr/bin/env bash
# Lets a real agent client, Claude Code, work under the guard that `lmcp init` installs, over a model that is a script: destructive
# calls must be stopped with reason and safer form, a hundred ordinary ones must not. Needs a built tree (LMCP_MAIN: another one's
# main.js; CLAUDE: an installed client). Everything else, a home too, lies in a folder of its own, which goes with all that runs in it.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
main="${LMCP_MAIN:-$root/dist/src/cli/main.js}"
client="@anthropic-ai/claude-code@2.1.197"
work="$(mktemp -d)"
export LMCP_DATA="$work/data" XDG_RUNTIME_DIR="$work/run"
mkdir -m 700 "$XDG_RUNTIME_DIR"
guard=""
clean_up() {
  if [ -n "$guard" ]; then kill "$guard" 2>/dev/null && wait "$guard" || true; fi
  node "$main" stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
claude="${CLAUDE:-}"
if [ -z "$claude" ]; then
  mkdir "$work/client"
  if ! (cd "$work/client" && npm init -y && timeout 300 npm install --no-save "$client" && node node_modules/@anthropic-ai/claude-code/install.cjs) >"$work/install.log" 2>&1; then
    echo "skip Claude Code: $client does not install here: $(grep -m1 '^npm err' "$work/install.log" || tail -n1 "$work/install.log")"
    exit 0
  fi
  claude="$work/client/node_modules/.bin/claude"
fi
export HOME="$work/home"
mkdir -m 700 "$HOME"
mkdir "$work/projects"
# A group of its own: what the client or a daemon leaves running ends with it.
timeout --kill-after=10 240 node "$root/test/agent/check-guard.mjs" "$claude" "$main" "$work/projects" &
guard=$!
wait "$guard"

#!/usr/bin/env bash
# Lets a real agent client, Claude Code, work under the guard that `lmcp init` installs, over a model that is a script: destructive
# calls must be stopped with reason and safer form, a hundred ordinary ones must not. Needs a built tree (LMCP_MAIN: another one's
# main.js; CLAUDE: an installed client); everything else lies in a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
main="${LMCP_MAIN:-$root/dist/src/cli/main.js}"
# Not below /tmp: there everybody may write, and projects do not live there.
base="${XDG_CACHE_HOME:-$HOME/.cache}"
mkdir -p "$base"
work="$(mktemp -d -p "$base" lmcp-agent.XXXXXX)"
trap 'rm -rf "$work"' EXIT
claude="${CLAUDE:-}"
if [ -z "$claude" ]; then
  mkdir "$work/client"
  if ! (cd "$work/client" && npm init -y >/dev/null && npm install --silent --no-save @anthropic-ai/claude-code@2.1.197 >/dev/null 2>&1 && node node_modules/@anthropic-ai/claude-code/install.cjs >/dev/null 2>&1); then
    echo "skip Claude Code: its package does not install here"
    exit 0
  fi
  claude="$work/client/node_modules/.bin/claude"
fi
export LMCP_DATA="$work/data" XDG_RUNTIME_DIR="$work/run" HOME="$work/home"
mkdir -m 700 "$XDG_RUNTIME_DIR" "$HOME" "$HOME/projects"
node "$root/test/agent/check-guard.mjs" "$claude" "$main" "$HOME/projects"

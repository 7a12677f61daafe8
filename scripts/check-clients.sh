#!/usr/bin/env bash
# Lists and calls every tool with the MCP Inspector's command line (Node 22, both from the npm registry), and asks Claude Code,
# where its package installs, whether it is connected. Needs a built tree; uses a data folder and a home of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
work="$(mktemp -d)"
export LMCP_DATA="$work/data" XDG_RUNTIME_DIR="$work/run" HOME="$work/home"
mkdir -p "$XDG_RUNTIME_DIR" "$HOME" "$work/tools" "$work/repo"
lmcp() { node "$root/dist/src/cli/main.js" "$@"; }
trap 'lmcp stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

git -C "$work/repo" init -q -b main
for i in $(seq 1 40); do
  echo "$i" > "$work/repo/parser.ts"; echo "$i" > "$work/repo/parser.test.ts"
  git -C "$work/repo" add -A
  git -C "$work/repo" -c user.name=Ada -c user.email=ada@example.org commit -q -m "change $i"
done
(cd "$work/tools" && npm init -y >/dev/null && npm install --silent --no-save node@22 @modelcontextprotocol/inspector@2.12.0 >/dev/null)
inspect() { "$work/tools/node_modules/.bin/node" "$work/tools/node_modules/.bin/mcp-inspector" --cli "$@"; }
say() { if grep -q "$2" <<<"$3"; then echo "ok   $1"; else echo "BAD  $1"; echo "$3"; exit 1; fi; }

lmcp learn "$work/repo" --json > /dev/null
url="$(node -p "JSON.parse(require('node:fs').readFileSync('$LMCP_DATA/daemon.json','utf8')).url")"
token="Authorization: Bearer $(cat "$LMCP_DATA/token")"
over_stdio() { inspect node "$root/dist/src/cli/main.js" stdio --data "$LMCP_DATA" --repo "$work/repo" -e "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" "$@" 2>&1; }
over_http() { inspect "$url/mcp?workspace=$work/repo" --transport http "$@" --header "$token" 2>&1; }
for way in over_stdio over_http; do
  say "inspector $way tools/list" related_files "$($way --method tools/list)"
  answer="$($way --method tools/call --tool-name related_files --tool-arg 'paths=["parser.ts"]')"
  say "inspector $way related_files" parser.test.ts "$answer"
  say "inspector $way learning_report" co-change "$($way --method tools/call --tool-name learning_report)"
  prediction="$(sed -n 's/.*"prediction": "\([0-9A-Z]*\)".*/\1/p' <<<"$answer" | head -1)"
  say "inspector $way give_feedback" '"settled": true' "$($way --method tools/call --tool-name give_feedback --tool-arg "prediction=$prediction" accepted=true)"
done
say "inspector predict_next" '"mode"' "$(inspect "$url/mcp/learning?workspace=$work/repo" --transport http --method tools/call --tool-name predict_next --header "$token" 2>&1)"

if (mkdir -p "$work/claude" && cd "$work/claude" && npm init -y >/dev/null && npm install --silent --no-save @anthropic-ai/claude-code@2.1.197 >/dev/null 2>&1 && node node_modules/@anthropic-ai/claude-code/install.cjs >/dev/null 2>&1); then
  cd "$work/repo"
  "$work/claude/node_modules/.bin/claude" mcp add lmcp -- node "$root/dist/src/cli/main.js" stdio --data "$LMCP_DATA" > /dev/null
  if listed="$(timeout 120 "$work/claude/node_modules/.bin/claude" mcp list 2>&1)"; then
    say "Claude Code mcp list" Connected "$listed"
  else
    echo "skip Claude Code: its mcp list did not end in order: ${listed: -200}"
  fi
else
  echo "skip Claude Code: its package does not install here"
fi

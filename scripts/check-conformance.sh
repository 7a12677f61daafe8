#!/usr/bin/env bash
# Runs the public MCP conformance suite (Node 22, both from the npm registry) against `lmcp start --conformance`: the scored
# scenarios of both revisions, then everything it has. Needs a built tree; uses a data folder and a home of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
work="$(mktemp -d)"
export LMCP_DATA="$work/data" XDG_RUNTIME_DIR="$work/run" HOME="$work/home"
mkdir -p "$XDG_RUNTIME_DIR" "$HOME" "$work/tools" "$work/repo"
daemon=""
finish() {
  if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

# Scenarios that may fail, each with its reason; none of them is scored. Empty: none does.
allowed=()

git -C "$work/repo" init -q -b main
echo 1 > "$work/repo/one.txt"
git -C "$work/repo" add -A
git -C "$work/repo" -c user.name=Ada -c user.email=ada@example.org commit -q -m one

(cd "$work/tools" && npm init -y >/dev/null && npm install --silent --no-save node@22 @modelcontextprotocol/conformance@0.2.0-alpha.12 >/dev/null)
conformance() { "$work/tools/node_modules/node/bin/node" "$work/tools/node_modules/@modelcontextprotocol/conformance/dist/index.js" "$@"; }

node "$root/dist/src/cli/main.js" start --conformance --port 0 --repo "$work/repo" --json > "$work/daemon.json" 2> "$work/daemon.err" &
daemon=$!
for _ in $(seq 1 100); do [ -s "$work/daemon.json" ] && break; sleep 0.2; done
url="$(node -p "JSON.parse(require('node:fs').readFileSync('$work/daemon.json','utf8')).url" || { cat "$work/daemon.err"; exit 1; })"

failed=0
for what in "--requirements 2026-07-28" "--requirements 2025-11-25" "--suite all"; do
  # shellcheck disable=SC2086
  conformance server --url "$url/mcp/conformance" $what -o "$work/results" > "$work/log" 2>&1 && code=0 || code=$?
  if ! grep -q '^Total: ' "$work/log"; then tail -40 "$work/log"; echo "BAD  $what did not run to its end ($code)"; exit 1; fi
  bad=""
  for scenario in $(sed -n '/=== SUMMARY/,$p' "$work/log" | sed -n 's/^✗ \([a-z0-9-]*\):.*/\1/p'); do
    case " ${allowed[*]-} " in *" $scenario "*) echo "     $scenario fails, as it may" ;; *) bad="$bad $scenario" ;; esac
  done
  if [ -n "$bad" ]; then
    failed=1
    grep -h '"errorMessage"' -r "$work/results" | sort | uniq -c || true
    echo "BAD  $what:$bad"
  else
    echo "ok   $what: $(sed -n 's/^Total: //p' "$work/log")"
  fi
  rm -rf "$work/results"
done
exit "$failed"

/**
 * The status page: one static document that asks the daemon with the token from its own address.
 * It exists so that a first answer and its record can be seen in a browser before any agent is connected.
 * Invariant: no foreign resource, no secret in the document; all data is set as text, never as markup.
 */
export const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Learning MCP</title>
<style>
  :root { color-scheme: light dark; --muted: #6b7280; --line: #d1d5db55; --accent: #2563eb; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
  .muted { color: var(--muted) } .loud { color: #dc2626; font-weight: 600 } table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
  td.number, th.number { text-align: right } th { font-weight: 600 }
  input { font: inherit; padding: .4rem .6rem; width: 26rem; max-width: 70% } button { font: inherit; padding: .4rem .9rem }
  .asked { border: 2px solid #dc2626; border-radius: 6px; padding: .6rem .9rem; margin: 0 0 1rem } .asked p { margin: .3rem 0 }
  .asked pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20rem; overflow: auto; margin: .4rem 0 } .asked button { margin-right: .6rem }
  code, pre { font: 13px ui-monospace, monospace } .bar { display: inline-block; height: .6rem; background: var(--accent); border-radius: 2px }
</style>
<h1>Learning MCP</h1><p class="muted" id="about">…</p>
<section id="approvals" hidden><h2>A command waits for your word</h2>
<p class="muted">An answer needs the approval token; <code>lmcp approve</code> names its file. <input id="person" type="password" autocomplete="off" aria-label="approval token" placeholder="approval token"></p><div id="asked"></div></section>
<h2>What belongs to a change?</h2>
<form id="ask"><input id="path" placeholder="src/file.ts" aria-label="path"> <button>Ask</button></form>
<p id="said"></p><table id="answer" hidden><thead><tr><th>file</th><th class="number">p</th><th></th><th class="number">together</th><th>why</th><th>commits</th></tr></thead><tbody></tbody></table>
<h2>How often such answers were right</h2><div id="scores" class="muted">…</div>
<h2>How fast, and at what cost</h2><div id="monitor" class="muted">…</div>
<script>
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const $ = (id) => document.getElementById(id);
const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const percent = (v) => v == null ? '–' : (100 * v).toFixed(1) + ' %';
function row(cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement('td');
    if (cell instanceof Node) td.append(cell); else { td.textContent = cell.text ?? cell; if (cell.number) td.className = 'number'; }
    tr.append(td);
  }
  return tr;
}
async function ask(path) {
  $('said').textContent = 'asking…';
  const method = 'tools/call', name = 'related_files';
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'lmcp-page', version: '1' } };
  const response = await fetch('/mcp', { method: 'POST', headers: { ...headers, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, 'mcp-name': name },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name, arguments: { paths: [path] }, _meta: meta } }) });
  const { result, error } = await response.json();
  const body = $('answer').tBodies[0];
  body.replaceChildren();
  const answer = result?.structuredContent;
  const files = answer?.files ?? [];
  const said = error ? error.message : (result.content?.[0]?.text ?? '');
  const who = { learned: 'answered by the model', baseline: 'answered by the trivial predictor' }[answer?.mode];
  $('said').textContent = files.length === 0 ? said : who + ', receipt ' + (answer.prediction ?? 'not taken (sampled)') + '. The order spreads over alternatives; p is the probability of that file alone.';
  $('answer').hidden = files.length === 0;
  for (const f of files) {
    const bar = document.createElement('span'); bar.className = 'bar'; bar.style.width = 5 * (f.p ?? 0) + 'rem';
    const code = document.createElement('code'); code.textContent = f.path;
    body.append(row([code, { text: percent(f.p), number: true }, bar, { text: f.together + ' of ' + f.total, number: true }, f.reason, (f.commits ?? []).map((c) => c.slice(0, 8)).join(' ')]));
  }
}
const seconds = (s) => s == null ? '–' : s < 0.001 ? Math.round(s * 1e6) + ' µs' : s < 1 ? (s * 1e3).toPrecision(3) + ' ms' : s.toPrecision(3) + ' s';
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20) + ' MiB';
const right = (text) => ({ text, number: true });
function headed(names, left, rows) {
  const table = document.createElement('table');
  const head = row(names.map((text, i) => i < left ? text : right(text)));
  for (const cell of head.cells) cell.style.fontWeight = 600;
  table.append(head, ...rows); table.style.marginBottom = '1rem';
  return table;
}
function meter(share) {
  const bar = document.createElement('span'); bar.className = 'bar'; bar.style.width = 5 * Math.min(1, share) + 'rem';
  if (share > 0.9) bar.style.background = '#dc2626';
  return bar;
}
function showMonitor(monitor) {
  const box = $('monitor'); box.replaceChildren();
  const calls = monitor.servers.flatMap((s) => s.tools.map((t) => row([s.name, t.tool || '(other requests)',
    ...[t.calls.toLocaleString(), seconds(t.p50), seconds(t.p95), seconds(t.p99)].map(right)])));
  if (calls.length > 0) box.append(headed(['server', 'tool', 'calls', 'p50', 'p95', 'p99'], 2, calls));
  const threads = monitor.threads.map((t) => { const used = t.heapBytes + t.externalBytes; return row(t.running && monitor.enabled
    ? [t.name, right(mebibytes(used)), right(mebibytes(t.limitBytes)), meter(used / t.limitBytes), right(percent(t.utilization)), right(seconds(t.lag.p99)), right(seconds(t.gcSeconds)), right(t.restarts)]
    : [t.name, right(t.running ? '' : 'not running'), right(t.limitBytes > 0 ? mebibytes(t.limitBytes) : ''), '', '', '', '', right(t.restarts)]); });
  box.append(headed(['thread', 'memory', 'of', '', 'busy', 'lag p99', 'gc', 'restarts'], 1, threads));
  const notes = monitor.servers.filter((s) => s.inFlight + s.waiting + s.shed + s.failed > 0)
    .map((s) => s.name + ': ' + s.inFlight + ' in flight, ' + s.waiting + ' waiting, ' + s.failed + ' failed, ' + s.shed + ' refused for overload');
  const j = monitor.journal;
  if (j.commits > 0) notes.push('journal: ' + j.commits.toLocaleString() + ' commits of ' + j.eventsPerCommit.toFixed(1) + ' events, fsync p50 ' + seconds(j.fsync.p50) + ', p95 ' + seconds(j.fsync.p95));
  for (const note of notes) { const p = document.createElement('p'); p.textContent = note; box.append(p); }
}
const points = (v) => (v < 0 ? '−' : '+') + Math.abs(100 * v).toFixed(1);
function remarks(card) {
  const said = [], day = (at) => new Date(Math.min(8.64e15, Math.max(0, at))).toISOString().slice(0, 10);
  const sources = card.sources ?? [], r = card.receipts;
  const less = (v) => (-100 * v).toFixed(1);
  const advice = 'Its work may be noisier, or what it reports wrong: look at its events first.';
  for (const s of sources) if (s.suspect) said.push({ loud: true, text: 'Suspect source ' + s.source + ': its outcomes agree with the model ' + less(s.difference) + ' points less often (95 % interval '
    + less(s.interval[1]) + ' to ' + less(s.interval[0]) + ') than those of other sources around the same time where it was as sure; ' + s.n.toLocaleString() + ' outcomes rest on it. ' + advice });
  for (const s of sources) if (!s.suspect && s.overall.lower) said.push({ text: 'Source ' + s.source + ' stands out: its outcomes agree with the ' + (s.overall.by === 'baseline' ? 'trivial predictor ' : 'model ') + less(s.overall.difference) + ' points less often (95 % interval '
    + less(s.overall.interval[1]) + ' to ' + less(s.overall.interval[0]) + ') than those of other sources around the same time. ' + advice });
  if (card.interval) said.push({ text: 'Lift over ' + card.baseline.name + ': ' + points(card.lift) + ' points, 95 % interval ' + card.interval.map(points).join(' to ')
    + (card.since ? ', since ' + day(card.since) : '') + (card.calibration ? ' · calibration error ' + card.calibration.ece.toFixed(3) : '') });
  if (card.drift) said.push({ text: 'Changed ' + day(card.drift.at) + ': ' + card.drift.what });
  if (r) said.push({ text: 'Receipts: ' + [r.open + ' open', r.settled + ' settled', r.expired + ' expired unsettled', r.dropped + ' given up for newer ones'].join(', ') });
  if (sources.length > 1) said.push({ text: card.primary + ' by source: ' + sources.map((s) => (s.source ?? 'others') + ' ' + percent(s.value) + ' of ' + s.n.toLocaleString()).join(', ') });
  return said;
}
async function load() {
  const response = await fetch('/api/status?scorecards=1', { headers });
  const status = await response.json();
  if (status.error) { $('about').textContent = status.error.message + ' ' + status.error.hint; return; }
  const learning = status.workspaces.map((w) => w.learning).find(Boolean);
  $('about').textContent = 'version ' + status.version + ' · ' + status.workspaces.map((w) => w.root + ' (' + (w.events ?? 0).toLocaleString() + ' events)').join(', ')
    + (learning ? ' · ' + learning.what + ' ' + learning.done + ' of ' + (learning.total ?? '?') : '');
  showMonitor(status.monitor);
  const cards = status.workspaces.flatMap((w) => w.scorecards ?? []).filter((c) => c.n > 0 || c.receipts?.open > 0);
  const box = $('scores'); box.replaceChildren();
  if (cards.length === 0) { box.textContent = 'Nothing scored yet.'; }
  for (const card of cards) {
    const title = document.createElement('p');
    const by = { learned: 'the model answers', baseline: 'the trivial predictor answers: the model has not been shown to beat it', insufficient: 'too little scored to answer' }[card.mode];
    title.textContent = card.task + ' · ' + (card.kind === 'live' ? 'answers that were served' : 'replayed history') + ' · ' + card.n.toLocaleString() + ' questions · ' + by;
    const names = Object.keys(card.metrics); const metrics = [...new Set(names.flatMap((n) => Object.keys(card.metrics[n])))];
    const table = document.createElement('table'); const head = row(['', ...metrics.map((m) => ({ text: m, number: true }))]);
    table.append(head);
    for (const n of names) table.append(row([n === card.model ? n + ' (ours)' : n, ...metrics.map((m) => ({ text: percent(card.metrics[n][m]), number: true }))]));
    box.append(title, table, ...remarks(card).map(({ text, loud }) => {
      const p = document.createElement('p'); p.textContent = text; if (loud) p.className = 'loud';
      return p;
    }));
  }
  if (learning) setTimeout(load, 1000);
}
const visible = (text) => text.replace(/[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]/gu, (c) => '\\\\u{' + c.codePointAt(0).toString(16) + '}');
function line(text, name = 'p') { const it = document.createElement(name); it.textContent = text; return it; }
function asked(it) {
  const box = document.createElement('div'), said = line(''); box.className = 'asked';
  box.append(line(visible(it.command), 'pre'), line('in ' + visible(it.cwd) + ', may write to ' + visible(it.folder) + (it.network ? ', with network' : '')), line(visible(it.reason)));
  for (const { message } of it.analysis.findings) if (!it.reason.endsWith(message)) box.append(line(visible(message)));
  const effects = it.analysis.effects.map((e) => visible(e.kind + ' ' + e.target) + (e.reversible ? '' : ' (cannot be undone)'));
  if (effects.length > 0) box.append(line('Effects: ' + effects.join(' · ')));
  if (it.analysis.fixedCommand) box.append(line('Safer: ' + visible(it.analysis.fixedCommand)));
  box.append(line('Asked ' + new Date(it.askedAt).toLocaleTimeString() + ', stands until ' + new Date(it.expiresAt).toLocaleTimeString() + ' · request ' + it.request));
  for (const [label, answer] of [['Run it once', 'yes'], ['No', 'no']]) {
    const button = line(label, 'button');
    button.addEventListener('click', async () => {
      for (const each of box.querySelectorAll('button')) each.disabled = true;
      const query = new URLSearchParams({ request: it.request, channel: 'dashboard', answer });
      const person = { ...headers, 'lmcp-approval': $('person').value.trim() };
      const { error } = await (await fetch('/api/approval?' + query, { method: 'POST', headers: person })).json();
      if (!error) { sessionStorage.setItem('person', $('person').value.trim()); await loadApprovals(); return; }
      said.textContent = error.message;
      for (const each of box.querySelectorAll('button')) each.disabled = false;
    });
    box.append(button);
  }
  box.append(said);
  return box;
}
let shown = '';
async function loadApprovals() {
  const { approvals = [] } = await (await fetch('/api/approval', { headers })).json();
  const now = approvals.map((it) => it.request).join();
  // What a person is reading, or about to press, stays where it is.
  if (now === shown) return;
  const whole = await Promise.all(approvals.slice(0, 20).map(async ({ request }) =>
    (await (await fetch('/api/approval?' + new URLSearchParams({ request }), { headers })).json()).approvals?.[0]));
  shown = now;
  $('asked').replaceChildren(...whole.filter(Boolean).map(asked)); $('approvals').hidden = approvals.length === 0;
}
async function watchApprovals() {
  if (!document.hidden) await loadApprovals().catch(() => undefined);
  setTimeout(watchApprovals, 2000);
}
$('person').value = sessionStorage.getItem('person') ?? '';
$('ask').addEventListener('submit', (event) => { event.preventDefault(); ask($('path').value.trim()); });
const first = new URLSearchParams(location.search).get('path');
if (first) { $('path').value = first; ask(first); }
load();
watchApprovals();
</script></html>
`;

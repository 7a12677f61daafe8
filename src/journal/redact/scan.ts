/**
 * Finds secrets in one text and replaces them with `[redacted:<kind>]`.
 * It exists as the one place through which free text goes before it is stored, logged or shown.
 * Invariant: idempotent; what is not a secret stays byte for byte; time is linear in the text's length.
 *
 * Why not secretlint itself: its preset takes about 0.1 ms a short text and is asynchronous, twenty times what the write path has.
 */
import { contexts } from './contexts.js';
import { looksRandom } from './entropy.js';
import { anyProvider, providers } from './providers.js';

/** How a text is looked at: `text` fully; `path` without joining segments over `/`; `name` for ids, without the entropy test. */
export type ScanMode = 'text' | 'path' | 'name';

/** Names the equal secret equally, e.g. a short keyed hash; empty for none. */
export type SecretTag = (secret: string) => string;

interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** Nothing below can match without a long run, a URL, or one of these words. */
const suspicious =
  /[\w+/=~-]{20}|:\/\/[^\s/]*@|pass|pwd|secret|token|key|auth|cred|bearer|basic|cookie|jwt|sess|sig|pin|login|identified|sudo|pw=|-----|hooks\.|[\s][-][uUpPawh]|[A-Za-z0-9]\.[\w-]{16}/i;
const longRun = /[\w+/=~.-]{18}/;
const textToken = /[A-Za-z0-9+/_=-]{20,}/g;
const pathToken = /[A-Za-z0-9+_=-]{20,}/g;

/** Replaces the secrets in a text that goes to a log, an error message or a screen. */
export function redactText(text: string): string {
  return redactWith(text, 'text');
}

/** The same with a choice of mode and an optional tag, `[redacted:<kind>:<tag>]`. Returns the very same string when nothing was found. */
export function redactWith(text: string, mode: ScanMode, tag?: SecretTag): string {
  if (text.length < 8 || !suspicious.test(text)) return text;
  const findings = find(text, mode);
  if (findings.length === 0) return text;
  let out = '';
  let at = 0;
  for (const { start, end, kind } of merge(findings)) {
    const mark = tag?.(text.slice(start, end)) ?? '';
    out += `${text.slice(at, start)}[redacted:${kind}${mark && `:${mark}`}]`;
    at = end;
  }
  return out + text.slice(at);
}

function find(text: string, mode: ScanMode): Finding[] {
  const findings: Finding[] = [];
  for (const { kind, hint, pattern, accept, only } of contexts) {
    if ((only !== undefined && only !== mode) || !hint.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      const whole = match[0];
      const secret = match.groups?.secret ?? whole;
      if (secret.startsWith('[redacted:') || accept?.(secret, whole) === false) continue;
      const start = match.index + whole.lastIndexOf(secret);
      findings.push({ start, end: start + secret.length, kind });
    }
  }
  if (!longRun.test(text)) return findings;
  for (const match of text.matchAll(anyProvider)) {
    findings.push({
      start: match.index,
      end: match.index + match[0].length,
      kind: kindOf(text, match.index),
    });
  }
  if (mode === 'name') return findings;
  for (const match of text.matchAll(mode === 'path' ? pathToken : textToken)) {
    const token = match[0];
    const start = match.index;
    if (looksRandom(token, text.slice(Math.max(0, start - 8), start)))
      findings.push({ start, end: start + token.length, kind: 'key' });
  }
  return findings;
}

function kindOf(text: string, index: number): string {
  for (const { kind, pattern } of providers) {
    pattern.lastIndex = index;
    if (pattern.test(text)) return kind;
  }
  return 'key';
}

/** Sorted, without overlaps: touching findings become one, named after the first found. */
function merge(findings: readonly Finding[]): Finding[] {
  const sorted = findings
    .map((finding, order) => ({ ...finding, order }))
    .sort((a, b) => a.start - b.start || a.order - b.order);
  const merged: (Finding & { order: number })[] = [];
  for (const finding of sorted) {
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      continue;
    }
    merged[merged.length - 1] = {
      start: last.start,
      end: Math.max(last.end, finding.end),
      kind: finding.order < last.order ? finding.kind : last.kind,
      order: Math.min(finding.order, last.order),
    };
  }
  return merged;
}

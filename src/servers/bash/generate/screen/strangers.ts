/**
 * Hosts, users and texts of somebody else in a command: a word in capitals in their place, or no command at all.
 * It exists because a known command carries its author's addresses, and nobody asked for those.
 * Invariant: a host, an address or a user of the answer stands in the request, is a loopback or is root.
 */
import { type Argument, shapeOf } from '../shape.js';

const ownHost = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|root)$/i;
const host =
  /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:https?|ftps?|ssh|git):\/\/|^["']?[\w.-]+@[\w.-]+|^["']?(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|de|uk|dev|info|eu|co)\b/i;
const owners = new Set(['chown', 'chgrp']);
const named = /^(?:-user|-group|--user|--group|--owner|-gid|-uid)$/;
const substitution = /^(["']?)s([/|,#:@!])((?:(?!\2).)*)\2((?:(?!\2).)*)\2(\w*)\1$/s;

/** What takes the place of a value; null: the value may stay; `drop`: the command says what nobody asked for. */
function replacement(argument: Argument, first: boolean, has: (text: string) => boolean): string | null {
  const { program, option, text } = argument;
  const inner = text.replace(/^["']|["']$/g, '');
  if (inner === '' || has(inner) || ownHost.test(inner) || /^\$/.test(inner)) return null;
  if (host.test(inner)) {
    if (option !== '' || program === 'curl' || program === 'wget')
      return has(bareHost(inner)) ? null : 'drop';
    return has(bareHost(inner)) ? null : /:\/\//.test(inner) ? 'URL' : /@/.test(inner) ? 'USER@HOST' : 'HOST';
  }
  if ((owners.has(program) && option === '' && first) || named.test(option)) {
    if (/^\d+$|^--/.test(inner)) return null;
    const [user = '', group] = inner.split(/[:.]/);
    const kept = (name: string, word: string) => (name === '' || has(name) || name === 'root' ? name : word);
    const whole = program === 'chgrp' || /group/.test(option) ? 'GROUP' : 'USER';
    return group === undefined ? kept(user, whole) : `${kept(user, 'USER')}:${kept(group, 'GROUP')}`;
  }
  const change = program === 'sed' ? substitution.exec(text) : null;
  if (change) {
    const [, quote, mark, from = '', to = '', flags] = change;
    const word = (part: string, name: string) =>
      /^[A-Za-z][\w =:.-]{2,}$/.test(part) && !has(part) ? name : part;
    const made = `${quote}s${mark}${word(from, 'PATTERN')}${mark}${word(to, 'REPLACEMENT')}${mark}${flags}${quote}`;
    return made === text ? null : made;
  }
  return null;
}

function bareHost(text: string): string {
  return text.replace(/^\w+:\/\//, '').replace(/[/:].*$/s, '');
}

/** The command with capitals where somebody else's values stood; null where it makes no sense without them. */
export function withoutStrangers(command: string, request: string): string | null {
  const asked = request.toLowerCase();
  const has = (text: string) => text !== '' && asked.includes(text.toLowerCase());
  const seen = new Set<string>();
  const edits: { start: number; end: number; text: string }[] = [];
  for (const argument of shapeOf(command)?.arguments ?? []) {
    const { program, option, start, end } = argument;
    const first = option === '' && !seen.has(program);
    if (option === '') seen.add(program);
    const text = replacement(argument, first, has);
    if (text === 'drop') return null;
    if (text !== null) edits.push({ start, end, text });
  }
  let made = command;
  for (const { start, end, text } of edits.sort((a, b) => b.start - a.start))
    made = made.slice(0, start) + text + made.slice(end);
  return made;
}

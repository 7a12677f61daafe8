/**
 * Judges a program without an entry for its subcommand by the verb it is given.
 * It exists because command lines of services share one grammar: `thing delete`, `delete-thing`, `thing:destroy`.
 * Invariant: a reading verb makes nothing dangerous, and an unlisted verb counts as a change, not as harmless.
 */
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { isKnown } from '../words/field.js';

const DESTROYS = new Set(
  'delete destroy terminate purge wipe erase nuke drop obliterate deprovision decommission shred truncate dropdb unpublish flushall flushdb format batch-delete mass-delete deleteall deregister'.split(
    ' ',
  ),
);
const REMOVES = new Set(
  'remove rm del rb unset revoke uninstall expunge reset flush clear prune evict detach unregister undeploy'.split(
    ' ',
  ),
);
/** Words that are verbs of reading wherever they stand. */
const READS = new Set(
  'list ls get describe show inspect info help search find cat diff validate lint explain whoami print read preview exists'.split(
    ' ',
  ),
);
/** Words that read when no other verb is there, and are nouns otherwise. */
const MAY_READ = new Set(
  'status logs log events history test top query plan count watch wait env current ping doctor head export dump fetch tail stat check version versions view'.split(
    ' ',
  ),
);
const DRY =
  /^--?(?:dry-?run(?:=(?!none|false).*)?|dryrun|simulate|what-if|help|h|plan|preview|check-only|noop|no-op)$/;

export function judgeVerbs(machine: Machine, call: Call, from: number, mode: 'strict' | 'cautious'): void {
  let looked = 0;
  let reads = false;
  for (let i = from; i < call.fields.length && looked < 5; i += 1) {
    const text = call.fields[i]?.text ?? '';
    if (text.charCodeAt(0) === 45 || !isKnown(text)) continue;
    looked += 1;
    const verb = verbOf(text);
    if (verb === undefined) continue;
    if (READS.has(verb)) return;
    if (MAY_READ.has(verb)) reads = true;
    const destroys = DESTROYS.has(verb);
    if (!destroys && !REMOVES.has(verb)) continue;
    if (call.fields.some((field) => DRY.test(field.text))) return;
    const what = call.fields
      .slice(from, i + 1)
      .map((field) => field.text)
      .join(' ');
    machine.effect('delete', what, false);
    const heavy = mode === 'strict' || (destroys && !MILD.has(verb));
    machine.find(
      heavy ? DANGEROUS : CAUTION,
      'service-delete',
      `\`${call.name} ${what}\` deletes something that ${call.name} keeps; there may be no undo.`,
      call,
    );
    return;
  }
  if (!reads && mode === 'strict') machine.effect('write', call.name);
}

/** Verbs that destroy in a service's grammar and have other senses elsewhere. */
const MILD = new Set(['format', 'truncate', 'unpublish', 'deregister', 'erase', 'drop', 'shred']);

/** What is done, where it stands last: `service-instance-delete`, `schedule-key-deletion`. */
const LAST = new Map([
  ['delete', 'delete'],
  ['destroy', 'destroy'],
  ['deletion', 'delete'],
  ['termination', 'terminate'],
]);
const TAKES_BACK = /^(?:cancel|undo|restore|enable|disable|protect|recover|retry|wait)/;

/** `delete-stack` → delete, `apps:destroy` → destroy, `delete` → delete. */
function verbOf(text: string): string | undefined {
  if (!/^[a-z][a-z0-9:_-]*$/i.test(text)) return undefined;
  const last = text.slice(text.lastIndexOf(':') + 1).toLowerCase();
  if (DESTROYS.has(last) || REMOVES.has(last) || READS.has(last) || MAY_READ.has(last)) return last;
  const dash = last.search(/[-_]/);
  if (dash < 0) return last;
  const first = last.slice(0, dash);
  if (/^(?:batch|bulk|mass|force|multi)$/.test(first)) return verbOf(last.slice(dash + 1));
  if (DESTROYS.has(first) || REMOVES.has(first) || READS.has(first) || TAKES_BACK.test(first)) return first;
  return LAST.get(last.slice(Math.max(last.lastIndexOf('-'), last.lastIndexOf('_')) + 1)) ?? first;
}

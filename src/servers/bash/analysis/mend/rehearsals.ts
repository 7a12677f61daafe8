/**
 * Programs that can rehearse, and options that make them dangerous.
 * They exist as a table: the word after which an option goes, and the option.
 * Invariant: with the option the program changes nothing, or asks first.
 */
import type { Finding, Fix } from '../answer.js';
import { after, type Edit, fixOf, fromProgram, swap, type Typed, without, wordsOf } from './words.js';

interface Rehearsal {
  readonly programs: RegExp;
  /** The last of the words after which the option goes. */
  readonly verb: RegExp;
  readonly option?: string;
  /** The verb becomes this. */
  readonly instead?: string;
  /** Letters and long options that are dropped. */
  readonly drops?: readonly [RegExp, RegExp];
}

const NEVER = /^$/;

const REHEARSALS: readonly Rehearsal[] = [
  {
    programs: /^(?:kubectl|oc|k|kubecolor)$/,
    verb: /^(?:delete|replace|drain|apply|scale|patch)$/,
    option: '--dry-run=server',
  },
  { programs: /^helm$/, verb: /^(?:uninstall|delete|del|un|upgrade|rollback)$/, option: '--dry-run' },
  {
    programs: /^(?:terraform|tofu)$/,
    verb: /^destroy$/,
    instead: 'plan -destroy',
    drops: [NEVER, /^-{1,2}(?:auto-approve|force)(?:=\w+)?$/],
  },
  { programs: /^(?:terraform|tofu)$/, verb: /^apply$/, drops: [NEVER, /^-{1,2}auto-approve(?:=\w+)?$/] },
  { programs: /^pulumi$/, verb: /^(?:destroy|down)$/, option: '--preview-only' },
  {
    programs: /^pulumi$/,
    verb: /^(?:up|update)$/,
    instead: 'preview',
    drops: [/[yf]/, /^--(?:yes|skip-preview)$/],
  },
  { programs: /^aws$/, verb: /^(?:rm|sync|mv)$/, option: '--dryrun' },
  {
    programs: /^rclone$/,
    verb: /^(?:sync|delete|purge|deletefile|move|rmdirs|cleanup|dedupe)$/,
    option: '--dry-run',
  },
  { programs: /^gsutil$/, verb: /^rsync$/, option: '-n' },
  { programs: /^(?:npm|pnpm)$/, verb: /^unpublish$/, option: '--dry-run' },
  { programs: /^(?:apt|apt-get|aptitude)$/, verb: /^(?:remove|purge|autoremove)$/, option: '-s' },
  { programs: /^(?:dnf|yum)$/, verb: /^(?:remove|erase|autoremove)$/, option: '--assumeno' },
  { programs: /^restic$/, verb: /^(?:forget|prune)$/, option: '--dry-run' },
  { programs: /^borg$/, verb: /^(?:delete|prune)$/, option: '--dry-run' },
  {
    programs: /^(?:lvremove|vgremove|pvremove|lvreduce)$/,
    verb: /^(?:lvremove|vgremove|pvremove|lvreduce)$/,
    option: '--test',
  },
  { programs: /^wipefs$/, verb: /^wipefs$/, option: '--no-act' },
  { programs: /^zfs$/, verb: /^destroy$/, option: '-nv' },
  { programs: /^(?:s3cmd|s5cmd)$/, verb: /^(?:rm|del|sync|rb)$/, option: '--dry-run' },
  { programs: /^(?:docker|podman|nerdctl)$/, verb: /^prune$/, drops: [/a/, /^--(?:all|volumes)$/] },
  { programs: /^(?:docker|podman|nerdctl|docker-compose)$/, verb: /^down$/, drops: [/v/, /^--volumes$/] },
  { programs: /^prisma$/, verb: /^push$/, drops: [NEVER, /^--(?:force-reset|accept-data-loss)$/] },
  { programs: /^prisma$/, verb: /^reset$/, instead: 'status', drops: [/f/, /^--(?:force|skip-\w+)$/] },
  {
    programs: /^redis-cli$/,
    verb: /^flush(?:all|db)$/i,
    instead: 'DBSIZE',
    drops: [NEVER, /^(?:async|sync)$/i],
  },
  { programs: /^crontab$/, verb: /^-r$/, instead: '-l' },
  { programs: /^(?:cryptsetup)$/, verb: /^(?:erase|luksErase)$/, instead: 'luksDump' },
];

export function rehearse(source: string, finding: Finding): Fix | undefined {
  const all = wordsOf(source, finding);
  for (const { programs, verb, option, instead, drops } of REHEARSALS) {
    const words = fromProgram(all, programs);
    if (!words) continue;
    const at = words.findIndex(({ text }) => verb.test(text));
    const word = words[at];
    if (!word || words.some(({ text }) => text === option)) continue;
    const edits: Edit[] = [];
    if (option !== undefined) edits.push(after(word, option));
    else if (instead !== undefined) edits.push(swap(word, instead));
    if (drops) edits.push(...dropped(source, words.slice(at + 1), drops));
    if (edits.length === 0) continue;
    return fixOf(
      source,
      edits,
      option !== undefined || instead !== undefined
        ? 'Shows what would happen; run the other form when it is right.'
        : 'Leaves out what makes it delete more, or asks first.',
    );
  }
  return undefined;
}

function dropped(
  source: string,
  words: readonly Typed[],
  [letters, long]: readonly [RegExp, RegExp],
): Edit[] {
  return words.flatMap((word) => without(source, word, letters, long) ?? []);
}

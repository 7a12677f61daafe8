/**
 * The holder: a small shell that makes the mounts, runs bubblewrap and keeps the mounts until they were read.
 * It exists because an overlay lives in a private mount namespace, and some process must hold that one open.
 * Invariant: the text of the script is fixed; paths and the command come as arguments and are never parsed by it.
 */
import { type Limits, ulimits } from './limits.js';

/**
 * Lets go of every descriptor above `last`: whoever started the daemon may have left it some, and a child gets them all.
 * Needs bash: other shells name single digits only.
 */
export const closeInherited = (last: number) => `
for fd in /proc/self/fd/*; do
  fd=\${fd##*/}
  if [ "$fd" -gt ${last} ]; then eval "exec $fd>&-"; fi
done`;

/** Arguments: number of groups to join, their files, then bwrap and its arguments. */
const run = (limits: Limits) => `
joins=$1; shift
while [ "$joins" -gt 0 ]; do
  echo 0 > "$1" || { echo 'failed cgroup' >&3; exit 1; }
  joins=$((joins - 1)); shift
done
(
${ulimits(limits)}
${closeInherited(3)}
exec "$@"
)
exec >&- 2>&-
echo over >&3
read -r _ <&4
exit 0
`;

/**
 * Scratch, lower folder and overlay options come first. Everything is below the scratch folder, whose name needs no escape: a
 * lower folder with a colon or a comma in its name would (mount(8)).
 */
const overlay = (limits: Limits) => `
failed() { echo "failed $1" >&3; exit 1; }
scratch=$1 folder=$2 options=$3; shift 3
mount -t tmpfs -o "size=${limits.writeBytes},mode=700" lmcp "$scratch" || failed tmpfs
cd "$scratch" || failed scratch
mkdir lower upper work merged || failed scratch
mount --bind "$folder" lower || failed bind
chmod --reference=lower upper && chown --reference=lower upper || failed owner
mount -t overlay -o "lowerdir=lower,upperdir=upper,workdir=work,$options" lmcp merged || failed overlay
cd /
`;

export interface HolderOptions {
  readonly limits: Limits;
  readonly joins: readonly string[];
  /** bwrap with all arguments and the command. */
  readonly command: readonly string[];
}

/** Our end is theirs: the kernel kills the holder when the thread that started it dies (prctl(2), PR_SET_PDEATHSIG). */
export const SHELL = ['setpriv', '--pdeathsig', 'KILL', 'bash', '--noprofile', '--norc', '-c'] as const;

export function plainHolder({ limits, joins, command }: HolderOptions): [string, ...string[]] {
  // In a user namespace of its own the limit of processes counts the command's, not all of the user's (user_namespaces(7)).
  const inner = [...SHELL, run(limits), 'lmcp', `${joins.length}`, ...joins, ...command];
  const namespace = process.getuid?.() === 0 ? ['env'] : ['unshare', '--user', '--map-root-user'];
  const [program = 'env', ...rest] = namespace;
  return [program, ...rest, ...inner];
}

export interface OverlayPlace {
  readonly scratch: string;
  readonly folder: string;
  readonly root: boolean;
}

/** Root needs a mount namespace only; all others also a user namespace, where overlays keep their marks in user.* attributes. */
export function overlayHolder(
  place: OverlayPlace,
  { limits, joins, command }: HolderOptions,
): [string, ...string[]] {
  const { scratch, folder, root } = place;
  const options = root ? 'redirect_dir=on,metacopy=off,index=off' : 'userxattr';
  const namespaces = root ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  return [
    'unshare',
    ...namespaces,
    ...SHELL,
    overlay(limits) + run(limits),
    'lmcp',
    ...[scratch, folder, options],
    ...[`${joins.length}`, ...joins],
    ...command,
  ];
}

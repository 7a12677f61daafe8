/**
 * Runs a command without bubblewrap, where the user's own policy allows that and there is none.
 * It exists so that a machine without user namespaces can still be worked on, by its owner's decision.
 * Invariant: time, output and single processes are bounded; what left its process group is ended where a control group can be made.
 */
import { environment, newControlGroup } from './enclose.js';
import { closeInherited, SHELL } from './holder.js';
import { type Finished, launch } from './launch.js';
import { type Limits, ulimitsAmongOthers } from './limits.js';
import type { Place } from './place.js';

/** Arguments: folder, command, files of the groups to join. The holder says on descriptor 3 how it went, as bwrap does. */
const script = (limits: Limits) => `
cwd=$1 command=$2; shift 2
for group; do echo 0 > "$group" || { echo 'failed cgroup' >&3; exit 1; }; done
cd "$cwd" || { echo 'failed folder' >&3; exit 1; }
(
${ulimitsAmongOthers(limits)}
${closeInherited(2)}
exec bash --noprofile --norc -c "$command"
)
echo "{\\"exit-code\\": $?}" >&3
echo over >&3
exec >&- 2>&-
read -r _ <&4
`;

export interface DirectOptions {
  readonly command: string;
  readonly place: Place;
  readonly limits: Limits;
  readonly signal?: AbortSignal;
}

export async function runDirectly(
  it: DirectOptions,
): Promise<{ readonly finished: Finished; readonly bounded: 'tree' | 'process' }> {
  const { command, place, limits, signal } = it;
  const group = await newControlGroup(limits);
  const [program, ...shell] = SHELL;
  const launched = launch({
    holder: [program, ...shell, script(limits), 'lmcp', place.cwd, command, ...group.joins],
    limits,
    env: environment(),
    endTree: group.end,
    ...(signal ? { signal } : {}),
  });
  try {
    const finished = await launched.finished;
    return { finished, bounded: group.limits.processes && group.limits.memory ? 'tree' : 'process' };
  } finally {
    await launched.release();
    await group.remove();
  }
}

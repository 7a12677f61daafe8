/**
 * `docker compose` and its kin, and running a command in a container.
 * It exists apart from the containers because several programs share it.
 * Invariant: what goes with its volumes is dangerous; what only stops is caution.
 */
import { caution, danger, type Spec } from './spec.js';

export const exec: Spec = {
  run: 'wrapper',
  values: 'e env w workdir u user env-file detach-keys index',
  wraps: { skip: 1, scope: 'remote' },
  does: 'exec',
};
const composeDown: Spec = {
  does: 'write',
  values: 't timeout',
  options: {
    'v volumes': danger('delete-volume', 'Deletes the volumes with the data in them.'),
    rmi: 'value',
    'dry-run': 'dry',
  },
  risk: caution('stop-containers', 'Stops and removes containers.'),
};
export const compose: Spec = {
  values: 'f file p project-name env-file profile project-directory ansi progress parallel c',
  options: { 'dry-run': 'dry' },
  sub: {
    down: composeDown,
    rm: {
      does: 'write',
      options: { v: danger('delete-volume', 'Deletes the volumes of containers.'), 'f s': 'force' },
      risk: caution('stop-containers', 'Removes stopped containers.'),
    },
    'stop kill restart pause': { does: 'write', risk: caution('stop-containers', 'Stops containers.') },
    exec: { ...exec, wraps: { skip: 1, scope: 'remote' } },
    run: {
      ...exec,
      values: `${exec.values} name v volume p publish entrypoint`,
      wraps: { skip: 1, scope: 'remote' },
    },
    'ps ls logs top config images port version events stats': {},
    '*': { does: 'write' },
  },
};

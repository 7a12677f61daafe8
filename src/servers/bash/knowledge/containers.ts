/**
 * Containers and virtual machines.
 * They exist because volumes, namespaces and machines go with one word.
 * Invariant: what deletes data (volumes, namespaces, machines, claims) is dangerous; what restarts is caution.
 */
import { compose, exec } from './compose.js';
import { caution, danger, type Spec, type Table } from './spec.js';

const gone = (code: string, message: string): Spec => ({
  does: 'delete!',
  options: { 'dry-run n': 'dry' },
  risk: danger(code, message),
});
const run: Spec = {
  run: 'container',
  values:
    'v volume mount p publish e env env-file name w workdir u user network net h hostname entrypoint l label m memory cpus gpus restart platform pid ipc uts userns cap-add cap-drop device security-opt add-host dns tmpfs log-driver log-opt ulimit shm-size pull runtime cidfile group-add ip link cpuset-cpus c cpu-shares',
  options: { 'rm d i t P privileged init read-only q detach interactive tty': 'force' },
};

export const containers: Table = {
  'docker podman nerdctl lima-docker': {
    values: 'H host l log-level c context config tlscacert',
    verbs: 'cautious',
    sub: {
      'run create': run,
      exec,
      container: {
        sub: {
          'run create': run,
          exec,
          'rm remove': {
            run: 'remove-containers',
            does: 'delete!',
            values: '',
            options: {
              'f force v volumes': danger(
                'delete-containers',
                'Removes running containers or their volumes.',
              ),
            },
            risk: caution('delete-containers', 'Removes containers.'),
          },
          prune: { does: 'delete!', risk: caution('delete-containers', 'Removes stopped containers.') },
          'stop kill restart pause': {
            does: 'write',
            risk: caution('stop-containers', 'Stops containers.'),
          },
          'ls list ps logs inspect stats top port diff': {},
          '*': { does: 'write' },
        },
      },
      rm: {
        run: 'remove-containers',
        does: 'delete!',
        options: {
          'f force': danger('delete-containers', 'Removes containers even while they run.'),
          'v volumes': danger('delete-volume', 'Deletes the volumes of containers.'),
        },
        risk: caution('delete-containers', 'Removes containers.'),
      },
      rmi: {
        does: 'delete!',
        options: { 'f force': danger('delete-images', 'Removes images even while they are used.') },
        risk: caution('delete-images', 'Removes images.'),
      },
      'stop kill restart pause': {
        does: 'write',
        values: 't time s signal',
        risk: caution('stop-containers', 'Stops containers.'),
      },
      volume: {
        sub: {
          'rm remove': gone('delete-volume', 'Deletes volumes with the data in them.'),
          prune: gone('delete-volume', 'Deletes all volumes that no container uses.'),
          'ls inspect list': {},
          '*': { does: 'write' },
        },
      },
      system: {
        sub: {
          prune: {
            does: 'delete!',
            values: 'filter',
            options: {
              'a all': danger('prune-all', 'Removes everything that no container uses now.'),
              volumes: danger('delete-volume', 'Deletes all volumes that no container uses.'),
              'f force': 'force',
            },
            risk: caution('prune', 'Removes stopped containers, unused networks and dangling images.'),
          },
          reset: gone('prune-all', 'Removes everything.'),
          '*': {},
        },
      },
      image: {
        sub: {
          'rm remove': {
            does: 'delete!',
            options: { 'f force': danger('delete-images', 'Removes images even while they are used.') },
            risk: caution('delete-images', 'Removes images.'),
          },
          prune: {
            does: 'delete!',
            values: 'filter',
            options: {
              'a all': danger('prune-all', 'Removes every image that no container uses.'),
              'f force': 'force',
            },
            risk: caution('prune', 'Removes dangling images.'),
          },
          'ls inspect history list': {},
          '*': { does: 'write' },
        },
      },
      network: {
        sub: {
          'rm remove prune': { does: 'write', risk: caution('delete-network', 'Removes networks.') },
          'ls inspect list': {},
          '*': { does: 'write' },
        },
      },
      'builder buildx': {
        sub: {
          prune: { does: 'write', risk: caution('prune', 'Clears the build cache.') },
          rm: { does: 'write' },
          'ls inspect du version': {},
          '*': { does: 'write' },
        },
      },
      compose,
      stack: { sub: { 'rm remove down': gone('delete-stack', 'Removes a stack of services.'), '*': {} } },
      service: {
        sub: {
          'rm remove': gone('delete-service', 'Removes services.'),
          'ls ps logs inspect': {},
          '*': { does: 'write' },
        },
      },
      swarm: {
        sub: {
          leave: {
            does: 'write',
            options: { 'f force': danger('leave-swarm', 'Leaves the swarm; its state may be lost.') },
          },
          '*': { does: 'write' },
        },
      },
      'secret config context plugin node manifest trust': {
        sub: {
          'rm remove': { does: 'delete!', risk: caution('service-delete', 'Removes it from the engine.') },
          'ls inspect show list ps': {},
          '*': { does: 'write' },
        },
      },
      'pull push login logout search': { does: 'network write' },
      save: { does: 'read', options: { 'o output': 'use:write' } },
      export: { options: { 'o output': 'use:write' } },
      cp: { run: 'copy-container', does: 'write' },
      'build load import tag commit start attach rename update unpause checkpoint init scout sbom machine pod generate play kube':
        { does: 'write', values: 't tag f file build-arg target o output i input' },
      'ps ls images logs inspect stats top port diff history info version events wait help': {},
    },
  },
  'docker-compose podman-compose': compose,
  'docker-machine': {
    verbs: 'strict',
    sub: {
      rm: gone('delete-machine', 'Deletes a machine.'),
      'ls env ip inspect status': {},
      '*': { does: 'write' },
    },
  },
  vagrant: {
    sub: {
      destroy: gone('delete-machine', 'Deletes a virtual machine with its disk.'),
      ssh: { run: 'wrapper', wraps: { skip: 99, scope: 'remote' }, options: { 'c command': 'use:shell' } },
      'status global-status ssh-config port validate version list-commands': {},
      'halt suspend': { does: 'write', risk: caution('stop-machine', 'Stops a machine.') },
      'box snapshot': {
        sub: {
          'remove delete prune': {
            does: 'delete!',
            risk: caution('delete-box', 'Deletes boxes or snapshots.'),
          },
          'list outdated': {},
          '*': { does: 'write' },
        },
      },
      'up reload provision init': { does: 'write' },
      plugin: { sub: { list: {}, '*': { does: 'network write' } } },
      '*': { does: 'write' },
    },
  },
  virsh: {
    values: 'c connect',
    sub: {
      destroy: { does: 'process', risk: danger('stop-machine', 'Cuts the power of a machine.') },
      'undefine vol-delete pool-delete snapshot-delete net-undefine vol-wipe': gone(
        'delete-machine',
        'Deletes a machine or its disks.',
      ),
      'shutdown reboot reset': { does: 'write', risk: caution('stop-machine', 'Stops a machine.') },
      'list dominfo domstate dumpxml net-list pool-list vol-list nodeinfo capabilities domblklist': {},
      '*': { does: 'write' },
    },
  },
  'VBoxManage vboxmanage': {
    sub: {
      unregistervm: {
        does: 'write',
        options: { '-delete': danger('delete-machine', 'Deletes a machine with its disks.') },
      },
      closemedium: { does: 'write', options: { '-delete': danger('delete-machine', 'Deletes a disk.') } },
      'list showvminfo showhdinfo': {},
      '*': { does: 'write' },
    },
  },
  'multipass limactl colima orb incus lxc': {
    sub: {
      'delete purge destroy rm': gone('delete-machine', 'Deletes a machine or a container.'),
      exec: { ...exec, wraps: { skip: 1, scope: 'remote' } },
      shell: exec,
      'list ls info get find version help config image-list': {},
      'stop suspend': { does: 'write', risk: caution('stop-machine', 'Stops a machine.') },
      '*': { does: 'write' },
    },
  },
  'qm pct pvesm lxc-stop lxc-start lxc-create lxc-clone': {
    does: 'privilege',
    sub: {
      'destroy delsnapshot free': gone('delete-machine', 'Deletes a machine or a disk.'),
      rollback: gone('rollback', 'Discards everything since the snapshot.'),
      'list status config showcmd pending listsnapshot snapshot-list ls': {},
      'stop reset shutdown reboot suspend': {
        does: 'write',
        risk: caution('stop-machine', 'Stops a machine.'),
      },
      '*': { does: 'write' },
    },
  },
  'lxc-destroy': { does: 'privilege delete!', risk: danger('delete-machine', 'Deletes a container.') },
  'lxc-attach lxc-execute': { run: 'wrapper', values: 'n name', wraps: { scope: 'remote' } },
  'qemu-img': {
    sub: { 'info check compare map measure': {}, snapshot: { does: 'write' }, '*': { does: 'write' } },
  },
  'crictl ctr': {
    sub: {
      'rm rmi rmp stopp stop': {
        does: 'delete!',
        options: { 'a all f force': danger('delete-containers', 'Removes all of them.') },
        risk: caution('delete-containers', 'Removes containers, pods or images.'),
      },
      exec: { ...exec },
      'ps images pods logs inspect stats info version': {},
      '*': { does: 'write' },
    },
  },
  'skopeo crane oras buildah kaniko dive trivy grype syft cosign hadolint': {
    does: 'network',
    verbs: 'cautious',
    sub: { delete: gone('delete-images', 'Deletes images from a registry.') },
  },
  'apptainer singularity toolbox distrobox': {
    sub: {
      'exec run': { run: 'wrapper', wraps: { skip: 1, scope: 'remote' }, values: 'B bind' },
      rm: {
        does: 'delete!',
        options: { 'f force': 'force' },
        risk: caution('delete-containers', 'Removes containers.'),
      },
      '*': { does: 'write' },
    },
  },
};

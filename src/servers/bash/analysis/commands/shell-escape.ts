/**
 * Shells that programs start whose work is something else: a pager, a packer, an editor with `/bin/sh` among its words.
 * It exists because such a program hands its rights on, and a guard that reads only its name sees nothing.
 * Invariant: only an interactive shell counts; a program that is made to start shells may.
 */
import { type Call, DANGEROUS, type Machine } from '../machine.js';

/** Handlers of programs that start shells for their user. */
const STARTS_SHELLS =
  /^(?:wrapper|shell|exec|eval|source|container|xargs|parallel|alias|trap|at|crontab|function|tmux|screen|hyperfine|watch|expect|script|git|build|systemctl|account|toolbox|distrobox|nix-shell|nix|poetry|pipenv|conda)$/;

/** A bare shell, started by a program whose work is something else. */
export function escapes({ starter, forked, scope }: Machine, { stdin, fields }: Call): boolean {
  return (
    starter !== undefined &&
    !forked &&
    !(STARTS_SHELLS.test(starter) || (starter === 'prefix' && !scope.root)) &&
    (stdin.text === undefined || stdin.text === '') &&
    stdin.taint === 0 &&
    fields.every(({ text }) => /^-\w+$/.test(text))
  );
}

/** Programs for which a shell's path is only a name, or that are made to start one. */
const NAMES_SHELLS =
  /^(?:ls|ll|cat|bat|echo|printf|grep|egrep|rg|file|stat|test|\[|\[\[|chmod|chown|cp|mv|ln|rm|install|mkdir|touch|useradd|adduser|usermod|chsh|which|whereis|type|command|md5sum|sha\d+sum|ldd|strings|readelf|nm|dpkg|rpm|realpath|readlink|cmp|diff|head|tail|wc|sed|awk|jq|yq|gh|git|docker|docker-compose|podman|nerdctl|buildah|kubectl|oc|k|helm|configure|cmake|make|meson|env|export|declare|local|set|alias|sudo|su|doas|crontab|tar|rsync|find|fd|python\S*|perl|ruby|node|php|lua\S*|getent|chroot|nsenter|tmux|screen|defaults|dscl|gcloud|aws|az|fly|flyctl|heroku|vagrant|ansible\S*|ssh|terraform|packer|systemd-run|update-alternatives|fish_config|lxc|lxd|incus|virsh|srun|salloc|qsub|bsub|qlogin|toolbox|distrobox|flatpak|snap|nix\S*|zsh|bash|sh|dash)$/;
const SHELL_PATH = /(?:^|[\s'"`!:=({;,])(?:\/usr)?\/bin\/(?:ba|da|z|k|a)?sh(?:$|[\s'"`;,)}#])/;

/** `program … /bin/sh`, whatever the program's own way of running it is. */
export function judgeShellWords(machine: Machine, call: Call): void {
  if (NAMES_SHELLS.test(call.name)) return;
  // A setting that names the shell for later.
  if (call.fields[0]?.text === 'config' && call.fields[1]?.text === 'set') return;
  for (const { text } of call.fields)
    if (SHELL_PATH.test(text) && !/\s-c\s/.test(text)) {
      machine.effect('exec', '/bin/sh');
      machine.find(
        DANGEROUS,
        'shell-escape',
        `Opens a shell from inside ${call.name}, with its rights and past its limits.`,
        call,
      );
      return;
    }
}

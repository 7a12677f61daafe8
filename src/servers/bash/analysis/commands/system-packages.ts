/**
 * Removing packages of the system: `apt remove`, `dnf erase`, `pacman -R`, `dpkg -P`, `rpm -e`.
 * It exists because some names carry the system itself, and the rest can be installed again.
 * Invariant: a simulation removes nothing.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { readArguments } from '../run/arguments.js';
import type { Stream } from '../stream.js';
import { shown } from '../words/field.js';

/** A machine without one of these does not start, log in, or install anything again. */
const ESSENTIAL =
  /^(?:systemd(?:-sysv)?|init|base|base-files|base-passwd|filesystem|glibc|libc6|libc-bin|musl|bash|dash|coreutils|util-linux|linux(?:-(?:image|generic|kernel|headers-generic|lts|virtual|base)\S*)?|kernel(?:-core|-\d\S*)?|grub\S*|shim\S*|sudo|apt|dpkg|rpm|dnf|yum|pacman|zypper|apk-tools|python3(?:-minimal)?|perl-base|openssh-server|openssh|sshd|network-manager|NetworkManager|netplan\.io|login|passwd|shadow|mount|e2fsprogs|lvm2|cryptsetup|initramfs-tools|udev|dbus|pam|libpam\S*|tar|gzip|grep|sed)(?::\w+)?$/;

export function isEssential(name: string): boolean {
  return ESSENTIAL.test(name.replace(/=.*$/, ''));
}

/** `spec` says which options only pretend. */
export function judgeEssential(machine: Machine, call: Call, spec: Spec): void {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ meaning }) => meaning === 'dry' || meaning === 'help')) return;
  const lost = operands.find(({ text }) => isEssential(text));
  if (lost)
    machine.find(
      DANGEROUS,
      'remove-essential',
      `Removes ${shown(lost.text)}, without which the system does not start or cannot be mended.`,
      call,
    );
}

/** Programs that remove with an option: `dpkg -P`, `rpm -e`. */
export function runRemoval(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ name }) => /^(?:r|remove|P|purge|e|erase)$/.test(name)))
    judgeEssential(machine, call, spec);
  return apply(machine, call, spec);
}

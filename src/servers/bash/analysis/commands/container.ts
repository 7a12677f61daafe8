/**
 * `docker run` and its kin: an image, its mounts, and a command inside.
 * It exists because `rm -rf /` in a throw-away container is nothing, and with `-v /:/h` everything.
 * Invariant: a container is disposable only with no mount of ours, no privilege and no host namespace.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { readArguments } from '../run/arguments.js';
import { type Stream, UNKNOWN_STREAM } from '../stream.js';
import { placed } from '../targets/place.js';
import { isKnown, literal, shown } from '../words/field.js';

/** `docker rm -f one`: a container by its name is made again from its image; all of them, or their volumes, are not. */
export function runRemoveContainers(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  const [only] = operands;
  const one = operands.length === 1 && only !== undefined && isKnown(only.text);
  if (!one || options.some(({ name }) => /^(?:v|volumes|a|all)$/.test(name)))
    return apply(machine, call, spec);
  return apply(machine, call, { ...spec, options: { 'f force': 'force' } });
}

/** `docker cp`: keys of a home have no business in a container. */
export function runCopyContainer(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands } = readArguments(call.fields, 0, compile(spec));
  const [from, to] = operands;
  machine.effect('write', shown(to?.text ?? 'container'));
  if (!from || !to) return UNKNOWN_STREAM;
  if (/^[\w.-]+:/.test(to.text)) {
    const { path, place } = placed(from.text, machine.cwd, machine.places);
    const keys = place === 'secret' && /^\/(?:root|(?:home|Users)\/[^/]+)\/\./.test(path);
    if (keys || from.text === machine.places.home)
      machine.find(DANGEROUS, 'keys-into-container', `Gives a container ${shown(from.text)}.`, call);
  } else if (to.text !== '-') written(machine, to, { mode: 'create', span: call });
  return UNKNOWN_STREAM;
}

export function runContainer(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, next } = readArguments(call.fields, 0, compile(spec), true);
  if (options.some(({ name }) => name === 'help')) return UNKNOWN_STREAM;
  machine.effect('exec', call.name);
  machine.effect('write', 'container');
  const mounts = options.flatMap(({ name, value }) =>
    value && (name === 'v' || name === 'volume' || name === 'mount') ? [value.text] : [],
  );
  const sources = mounts.map(
    (mount) => /(?:src|source)=([^,]*)/.exec(mount)?.[1] ?? mount.split(':')[0] ?? '',
  );
  const host = options.some(
    ({ name, value, field }) =>
      name === 'privileged' ||
      (/^(?:pid|ipc|uts|userns|network|net)$/.test(name) &&
        (value?.text ?? field.text).endsWith('host') &&
        name !== 'network' &&
        name !== 'net') ||
      (name === 'cap-add' && /ALL|SYS_ADMIN/i.test(value?.text ?? '')),
  );
  const whole = sources.some(
    (source) => source === '/' || /^\/(?:etc|root|var\/run\/docker\.sock|proc|boot|dev)?$/.test(source),
  );
  if (whole && sources.includes('/'))
    machine.find(DANGEROUS, 'host-mount', 'Gives the container the whole file system of this machine.', call);
  else if (whole)
    machine.find(CAUTION, 'host-mount', 'Gives the container parts of the system of this machine.', call);
  if (host) machine.find(CAUTION, 'host-privilege', 'Gives the container rights over this machine.', call);
  const entry = options.find(({ name }) => name === 'entrypoint')?.value;
  const command = call.fields.slice(next + 1);
  const words = entry ? [entry, ...command] : command;
  if (host && /^(?:nsenter|chroot|unshare|mount|fdisk)$/.test(words[0]?.text ?? ''))
    machine.find(DANGEROUS, 'host-privilege', 'Leaves the container for this machine.', call);
  if (words.length === 0) return UNKNOWN_STREAM;
  const { scope, cwd } = machine;
  machine.scope = { ...scope, disposable: mounts.length === 0 && !host, remote: true };
  machine.cwd = '/workdir';
  const out = machine.run.call(
    machine,
    words.map((field) => (field.start < field.end ? field : literal(field.text, call.start, call.end))),
    call.stdin,
    call,
  );
  machine.scope = scope;
  machine.cwd = cwd;
  return { ...out, text: undefined };
}

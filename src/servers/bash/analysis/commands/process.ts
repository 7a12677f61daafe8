/**
 * `kill`, `pkill`, `killall`: which processes, with which signal.
 * It exists because signal 0 only asks and process -1 is all of them.
 * Invariant: listing signals touches nothing.
 */
import { namesGuard } from '../effects/own-guard.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { type Field, GUARD, shown } from '../words/field.js';

const VITAL =
  /^(?:1|init|systemd|sshd|Xorg|gdm|NetworkManager|dbus-daemon|auditd|cron|crond|rsyslogd|dockerd|containerd|kubelet|falcon-sensor|osqueryd|mdatp)$/;

/** `fuser -k`: a port's processes are one's own, those of a whole file system are everybody's. */
export function runFuser(machine: Machine, { fields, ...span }: Call): Stream {
  const letters = fields
    .flatMap(({ text }) => (/^-[a-zA-Z]+$/.test(text) ? [text.slice(1).replace(/^[A-Z]+\d*$/, '')] : []))
    .join('');
  const long = (name: string) => fields.some(({ text }) => text === name);
  if (!letters.includes('k') && !long('--kill')) return UNKNOWN_STREAM;
  const target = shown(fields.findLast(({ text }) => !text.startsWith('-'))?.text ?? '');
  const whole = /[mMc]/.test(letters) || long('--mount') || target === '/' || target === '/home';
  machine.effect('process', target, false);
  machine.find(
    whole ? DANGEROUS : CAUTION,
    'kill-users',
    whole
      ? `Kills every process that uses the file system of ${target}.`
      : `Kills the processes that use ${target}.`,
    span,
  );
  return UNKNOWN_STREAM;
}

export function runKill(machine: Machine, call: Call): Stream {
  const { fields, name } = call;
  let signal = 'TERM';
  const targets: Field[] = [];
  let options = true;
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field) continue;
    const { text } = field;
    if (options && text === '--') options = false;
    else if (options && /^(?:-l|-L|--list|--table|--help|--version|-V)$/.test(text)) return NOTHING;
    else if (options && (text === '-s' || text === '--signal' || text === '-n')) {
      i += 1;
      signal = fields[i]?.text ?? signal;
    } else if (
      options &&
      /^-(?:[uUgGPtstF]|-user|-euid|-group|-parent|-terminal)$/.test(text) &&
      name !== 'kill'
    ) {
      i += 1;
      if (/^-u|-U|--user/.test(text) && fields[i])
        targets.push({ ...field, text: `processes of ${fields[i]?.text ?? ''}` });
    } else if (
      options &&
      i === 0 &&
      /^-(?:\d+|SIG\w+|[A-Z]+\d*)$/.test(text) &&
      (fields.length > 1 || name !== 'kill')
    )
      signal = text.slice(1);
    else if (options && text.startsWith('-') && !/^-\d+$/.test(text)) continue;
    else targets.push(field);
  }
  if (name === 'killall5')
    machine.find(DANGEROUS, 'kill-all', 'Kills every process that it may signal.', call);
  if (signal === '0' || signal === 'EXIT' || targets.length === 0) return NOTHING;
  for (const { text, taint } of targets) {
    machine.effect('process', shown(text), false);
    if (text === '-1' || text === '0')
      machine.find(
        DANGEROUS,
        'kill-all',
        text === '-1'
          ? 'Kills every process it may signal.'
          : 'Kills the whole process group, this shell included.',
        call,
      );
    else if (VITAL.test(text))
      machine.find(DANGEROUS, 'kill-vital', `Stops ${text}, which the system or others rely on.`, call);
    else if ((taint & GUARD) !== 0 || namesGuard(text))
      machine.find(DANGEROUS, 'guard-off', 'Stops the guard that looks at commands before they run.', call);
    else if (/^processes of/.test(text)) machine.find(DANGEROUS, 'kill-user', `Kills all ${text}.`, call);
    else if (name !== 'kill' && /^(?:\.|\.\*|)$/.test(text))
      machine.find(DANGEROUS, 'kill-all', 'Kills every process that it may signal.', call);
    else machine.find(CAUTION, 'kill', `Ends ${shown(text)}.`, call);
  }
  return NOTHING;
}

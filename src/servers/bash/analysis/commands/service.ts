/**
 * `systemctl`, `service`, `crontab`, `at`: what runs, stops and starts later.
 * It exists because stopping a unit may lock one out, and a crontab is replaced as a whole.
 * Invariant: asking for a state changes nothing.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { namesGuard } from '../effects/own-guard.js';
import { read } from '../effects/read.js';
import { isLight } from '../effects/startup.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { ANY, NETWORK, shown } from '../words/field.js';
import { runInput, runText } from './shell.js';

const CRITICAL =
  /^(?:sshd?|nginx|apache2|httpd|haproxy|caddy|traefik|postgres(?:ql)?(?:[@-].*)?|mysqld?|mariadb|mongod?|redis(?:-server)?|rabbitmq(?:-server)?|elasticsearch|kafka|etcd|consul|vault|docker|containerd|crio|podman|kubelet|k3s|NetworkManager|networking|network|systemd-networkd|systemd-resolved|systemd-logind|systemd-journald|dbus|udev|cron|crond|rsyslog|syslog|syslog-ng|auditd|ufw|firewalld|iptables|nftables|pf|fail2ban|apparmor|falcon-sensor|osqueryd|wazuh-agent|clamav-daemon|mdatp|named|bind9|dnsmasq|postfix|dovecot|chronyd?|ntpd?|lvm2.*|multipathd|iscsid|nfs-server|smbd|libvirtd|gdm|display-manager|multi-user\.target|graphical\.target)$/;

export function runSystemctl(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version', 'dry-run')) return NOTHING;
  const [verb, ...units] = operands;
  if (!verb) return UNKNOWN_STREAM;
  const user = has(options, 'user');
  const changes = (weight: 1 | 3, code: string, message: string) => {
    machine.effect(
      user ? 'process' : 'privilege',
      units.map(({ text }) => shown(text)).join(' ') || verb.text,
    );
    machine.find(weight, code, message, call);
  };
  const names = units.map(({ text }) => text.replace(/\.(?:service|socket)$/, ''));
  const critical = names.some((name) => CRITICAL.test(name)) && !user;
  if (/^(?:stop|kill|disable|mask|freeze)$/.test(verb.text) && names.some(namesGuard))
    changes(DANGEROUS, 'guard-off', 'Stops the guard that looks at commands before they run.');
  switch (verb.text) {
    case 'stop':
    case 'kill':
      changes(
        critical ? DANGEROUS : CAUTION,
        'stop-service',
        critical ? `Stops ${names.join(', ')}, which others rely on.` : `Stops ${names.join(', ')}.`,
      );
      break;
    case 'disable':
    case 'mask': {
      const guards = names.some((name) =>
        /^(?:auditd|ufw|firewalld|apparmor|fail2ban|falcon-sensor|rsyslog|wazuh-agent)$/.test(name),
      );
      const now = has(options, 'now') && critical;
      changes(
        guards || now ? DANGEROUS : CAUTION,
        'disable-service',
        `${names.join(', ')} will not start again by itself.`,
      );
      break;
    }
    case 'isolate':
    case 'rescue':
    case 'emergency':
    case 'halt':
    case 'poweroff':
    case 'reboot':
    case 'kexec':
    case 'soft-reboot':
      changes(DANGEROUS, 'system-state', 'Ends what runs on this machine.');
      break;
    case 'suspend':
    case 'hibernate':
    case 'hybrid-sleep':
      changes(CAUTION, 'system-state', 'Puts the machine to sleep.');
      break;
    case 'start':
    case 'restart':
    case 'reload':
    case 'try-restart':
    case 'reload-or-restart':
    case 'enable':
    case 'reenable':
    case 'unmask':
    case 'edit':
    case 'revert':
    case 'set-property':
    case 'set-default':
    case 'daemon-reload':
    case 'daemon-reexec':
    case 'link':
    case 'preset':
    case 'reset-failed':
    case 'set-environment':
    case 'unset-environment':
    case 'import-environment':
    case 'add-wants':
    case 'add-requires':
    case 'switch-root':
    case 'service-log-target':
      changes(
        CAUTION,
        'change-service',
        `Changes the state of ${names.join(', ') || 'the service manager'}.`,
      );
      break;
    default:
      machine.effect('read', 'services');
  }
  return UNKNOWN_STREAM;
}

/** `service NAME stop`, `/etc/init.d/NAME stop`, `rc-service`. */
export function runService(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands } = readArguments(call.fields, 0, compile(spec));
  const [name, action] = operands;
  if (!name || !action || /^(?:status|onestatus)$/.test(action.text)) return UNKNOWN_STREAM;
  machine.effect('privilege', shown(name.text));
  const stops = /stop|disable|onestop|kill/.test(action.text);
  const critical = CRITICAL.test(name.text);
  machine.find(
    stops && critical ? DANGEROUS : CAUTION,
    stops ? 'stop-service' : 'change-service',
    `${stops ? 'Stops' : 'Changes'} ${shown(name.text)}.`,
    call,
  );
  return UNKNOWN_STREAM;
}

/** `nginx -s stop`, `apachectl stop`. */
export function runDaemon(machine: Machine, call: Call): Stream {
  const stops = call.fields.some(({ text }) => /^(?:stop|quit|graceful-stop|shutdown)$/.test(text));
  if (stops) {
    machine.effect('process', call.name, false);
    machine.find(DANGEROUS, 'stop-service', `Stops ${call.name}, which others rely on.`, call);
  } else if (!call.fields.some(({ text }) => /^(?:-[tTvVh]|configtest|status|-c)$/.test(text)))
    machine.effect('exec', call.name);
  return UNKNOWN_STREAM;
}

/** Jobs of one crontab that are looked at. */
const MAX_JOBS = 16;

export function runCrontab(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  // The jobs there are: one unknown line, so that what is added to it can be told apart.
  if (has(options, 'l')) return { ...UNKNOWN_STREAM, text: `${ANY}\n` };
  if (has(options, 'e', 'V', 'T', 'help')) return UNKNOWN_STREAM;
  if (has(options, 'r')) {
    machine.effect('delete', 'crontab', false);
    machine.find(
      has(options, 'i') ? CAUTION : DANGEROUS,
      'delete-crontab',
      'Deletes all scheduled jobs of the user.',
      call,
      undefined,
    );
    return NOTHING;
  }
  const [file] = operands;
  machine.effect('write', 'crontab', false);
  const content = file && file.text !== '-' ? read(machine, file, call) : call.stdin;
  const jobs = content.text;
  const remote = (content.taint & NETWORK) !== 0;
  const lines = jobs?.split('\n').map((line) => /^\s*(?:@\w+|(?:\S+\s+){5})\s*(.+)$/.exec(line)?.[1]) ?? [];
  const kept =
    jobs?.startsWith(ANY) === true &&
    lines.length < MAX_JOBS &&
    lines.every((line) => line === undefined || isLight(machine, line, { local: true }));
  if (remote)
    machine.find(DANGEROUS, 'remote-code', 'Schedules commands from the network that nobody has read.', call);
  if (jobs === undefined)
    machine.find(
      file && file.text === '-' ? DANGEROUS : CAUTION,
      'replace-crontab',
      'Replaces all scheduled jobs of the user.',
      call,
    );
  else
    machine.find(
      kept ? CAUTION : DANGEROUS,
      'persist',
      kept
        ? 'Schedules a command that runs later, and keeps the other jobs.'
        : 'Schedules commands that run later, unasked, and replaces all other jobs.',
      call,
    );
  for (const line of lines.slice(0, MAX_JOBS))
    if (line !== undefined) machine.run.text(machine, line, UNKNOWN_STREAM, call);
  return NOTHING;
}

/** `at`, `batch`: the commands come on standard input. */
export function runAt(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'l', 'q', 'V', 'c') && call.stdin.text === undefined) return UNKNOWN_STREAM;
  if (has(options, 'd', 'r')) {
    machine.find(CAUTION, 'delete-job', 'Deletes a scheduled job.', call);
    return NOTHING;
  }
  machine.effect('exec', 'later');
  machine.find(CAUTION, 'scheduled', 'Runs commands later, unasked.', call);
  if (call.stdin.text !== undefined) runInput(machine, call.stdin, call);
  const file = options.find(({ name }) => name === 'f')?.value;
  if (file) runText(machine, file, NOTHING, call);
  return NOTHING;
}

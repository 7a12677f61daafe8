/**
 * What hands out rights or switches a guard off by the value of an option: groups, capabilities, kernel settings, times.
 * It exists because `usermod -aG docker` and `usermod -aG sudo`, or `setcap` for a port and for everything, differ in one word.
 * Invariant: the program's own entry is applied first; this only adds weight.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import type { Stream } from '../stream.js';
import { placed } from '../targets/place.js';
import { shown } from '../words/field.js';
import { judgeEssential } from './system-packages.js';

const ROOT_GROUPS = /^(?:0|root|sudo|wheel|admin|adm|shadow|disk|lxd|kmem)$/;

/** `useradd`, `usermod`, `gpasswd`, `chpasswd`: who becomes root. */
export function runAccount(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  const groups = options.flatMap(({ name, value }) =>
    value && /^(?:g|G|gid|groups)$/.test(name) ? value.text.split(',') : [],
  );
  const added =
    optionValue(options, 'a', 'add') && call.name === 'gpasswd' ? operands.map(({ text }) => text) : [];
  const adduser =
    call.name === 'adduser' && operands.length > 1 ? operands.slice(1).map(({ text }) => text) : [];
  const uid = optionValue(options, 'u', 'uid')?.text;
  if (uid === '0') machine.find(DANGEROUS, 'second-root', 'Makes a user with the rights of root.', call);
  const group = [...groups, ...added, ...adduser].find((name) => ROOT_GROUPS.test(name));
  if (group !== undefined)
    machine.find(
      DANGEROUS,
      'grant-access',
      `Puts a user into the group ${group}, which may become root.`,
      call,
    );
  if (call.name === 'chpasswd' && /^root:/m.test(call.stdin.text ?? ''))
    machine.find(DANGEROUS, 'grant-access', 'Sets the password of root.', call);
  return apply(machine, call, spec);
}

/** Capabilities that a service needs to work without root; any other is a way to root. */
const ORDINARY_CAPABILITY =
  /^(?:cap_(?:net_bind_service|net_raw|net_admin|sys_nice|ipc_lock|sys_time|sys_resource|wake_alarm)(?:,|$))+$/i;

export function runCapability(machine: Machine, call: Call, spec: Spec): Stream {
  const given = call.fields.find(({ text }) => /^cap_|^all=|^=/i.test(text))?.text ?? '';
  const names = given.replace(/[=+-].*$/, '');
  const light =
    ORDINARY_CAPABILITY.test(names) || call.fields[0]?.text === '-r' || call.fields[0]?.text === '-v';
  machine.find(
    light ? CAUTION : DANGEROUS,
    'capability',
    light ? 'Gives a program one right of root.' : 'Gives a program rights of root.',
    call,
  );
  return apply(machine, call, spec);
}

/** Settings of the kernel that keep processes and memory apart. */
const KERNEL_GUARD =
  /^(?:kernel[./](?:yama[./]ptrace_scope|randomize_va_space|kptr_restrict|dmesg_restrict|perf_event_paranoid|unprivileged_bpf_disabled|modules_disabled|kexec_load_disabled)|fs[./](?:protected_\w+|suid_dumpable))\s*=\s*(-1|0|1|2)$/;

export function runSysctl(machine: Machine, call: Call, spec: Spec): Stream {
  for (const { text } of call.fields) {
    const value = KERNEL_GUARD.exec(text)?.[1];
    const off = value === '0' || value === '-1' || (value !== undefined && /suid_dumpable/.test(text));
    if (off || /^kernel[./]core_pattern\s*=\s*\|/.test(text))
      machine.find(DANGEROUS, 'security-off', `Takes a guard of the kernel away (${shown(text)}).`, call);
  }
  return apply(machine, call, spec);
}

export function runAudit(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  if (optionValue(options, 'e')?.text === '0')
    machine.find(DANGEROUS, 'security-off', 'Stops the record of what happens.', call);
  return apply(machine, call, spec);
}

/** `touch -r /bin/ls /tmp/x`: a file takes the age of another, or one of the system's gets a new one. */
export function runTouch(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  const as = optionValue(options, 'r', 'reference');
  const dated = as !== undefined || has(options, 't', 'd', 'date');
  const system = (text: string) => {
    const { place } = placed(text, machine.cwd, machine.places);
    return place === 'system' || place === 'startup' || place === 'log';
  };
  if (dated && ((as && system(as.text)) || operands.some(({ text }) => system(text))))
    machine.find(DANGEROUS, 'false-times', 'Gives a file a false age: traces are covered.', call);
  return apply(machine, call, spec);
}

/** Programs that watch over a machine. */
const WATCHERS =
  /^(?:clamav\S*|falcon-sensor|crowdstrike\S*|osquery\S*|auditd|audit|wazuh-agent|ossec\S*|sysmon\S*|aide|apparmor|selinux\S*|fail2ban|ufw|rkhunter|chkrootkit|tripwire|samhain|snort|suricata|mdatp|sentinelone\S*|cbagentd|cb-psc-sensor|ds_agent|esm_agent|rsyslog|syslog-ng|firewalld|tetragon|falco|aliyun-service|cloudmonitor|aegis\S*)$/i;

export function runRemovePackage(machine: Machine, call: Call, spec: Spec): Stream {
  if (call.fields.some(({ text }) => WATCHERS.test(text)))
    machine.find(DANGEROUS, 'security-off', 'Removes a program that watches over the machine.', call);
  judgeEssential(machine, call, spec);
  return apply(machine, call, spec);
}

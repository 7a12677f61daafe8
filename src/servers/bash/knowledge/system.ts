/**
 * The system: power, services, users, processes, kernel, security, schedules.
 * They exist so that what locks out, switches off or weakens a machine is named.
 * Invariant: asking for a state is free; changing it needs administrator rights and says so.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const ends = danger('system-state', 'Ends everything that runs on this machine.');
const power: Spec = { does: 'privilege process', risk: ends, options: { 'w wtmp-only c k show': 'help' } };
const admin: Spec = { does: 'privilege write' };

export const system: Table = {
  'reboot halt poweroff': power,
  shutdown: { does: 'privilege process', risk: ends, options: { 'c k show': 'help' } },
  'init telinit': { run: 'init' },
  systemctl: {
    run: 'systemctl',
    values:
      't type p property P o output n lines s signal H host M machine root state kill-who kill-whom what',
    options: { 'user now force f no-block quiet q all a': 'force' },
  },
  'service rc-service invoke-rc.d sv': { run: 'service' },
  'rc-update chkconfig update-rc.d insserv': { does: 'privilege write', options: { 'list l show': 'help' } },
  'initctl supervisorctl launchctl s6-svc pm2 forever': {
    verbs: 'cautious',
    sub: {
      'status list ls logs log show info describe monit print': {},
      '*': { does: 'process', risk: caution('change-service', 'Changes the state of a service.') },
    },
  },
  'kill pkill killall killall5 skill xkill': { run: 'kill' },
  renice: { does: 'process', values: 'n p g u' },
  'nginx apachectl apache2ctl haproxy varnishadm': { run: 'daemon' },
  ss: { values: 'f A', options: { 'K kill': '+privilege process' } },
  'useradd adduser groupadd addgroup': {
    run: 'account',
    does: 'privilege write',
    values: 'c d e f g G k K p s u b home-dir shell gid groups comment password uid',
    options: {
      'o non-unique': danger('second-root', 'Makes a user with the number of another: possibly root.'),
    },
    risk: caution('new-user', 'Makes a new user or group.'),
  },
  'userdel deluser groupdel delgroup': {
    does: 'privilege delete!',
    risk: danger('delete-user', 'Deletes a user or group, and possibly their files.'),
    options: { help: 'help' },
  },
  usermod: {
    run: 'account',
    does: 'privilege write',
    values: 'c d e g G l s u p R groups gid home comment shell login uid',
    options: { 'L lock U unlock': 'force' },
    risk: caution('change-user', 'Changes a user.'),
  },
  'groupmod chsh chfn gpasswd chage chpasswd newusers': {
    run: 'account',
    does: 'privilege write',
    values: 'a c d e g G l s u p L U c crypt-method M m E I W',
    options: { 'l list S status': 'help' },
    risk: caution('change-user', 'Changes a user.'),
  },
  passwd: {
    does: 'privilege write',
    options: {
      'S status a all': 'help',
      'd delete': danger('no-password', 'Lets anyone log in without a password.'),
    },
    risk: caution('change-password', 'Changes a password.'),
  },
  'pw dscl': { does: 'privilege write', risk: caution('change-user', 'Changes users.') },
  visudo: admin,
  crontab: { run: 'crontab', values: 'u' },
  'at batch atrm atq': { run: 'at', values: 'q f t' },
  insmod: {
    does: 'privilege write',
    operands: 'read',
    risk: danger('kernel-module', 'Loads code into the kernel.'),
  },
  modprobe: {
    does: 'privilege',
    values: 'C d S',
    options: { 'r remove': '+write', 'n dry-run show D c': 'help' },
    risk: caution('kernel-module', 'Loads code into the kernel.'),
  },
  rmmod: {
    does: 'privilege',
    options: {
      'f force': danger('kernel-module', 'Tears a module out of the kernel while it may be in use.'),
    },
    risk: caution('kernel-module', 'Unloads a module of the kernel.'),
  },
  kexec: { does: 'privilege', risk: ends },
  sysctl: {
    run: 'sysctl',
    values: 'p load',
    options: { 'a all n N': 'help', 'w write': '+privilege write' },
  },
  setenforce: { run: 'setenforce' },
  apparmor_parser: {
    does: 'privilege write',
    options: {
      'S stdout Q skip-kernel-load p preprocess N names': 'help',
      'R remove': danger('security-off', 'Switches a protection of the system off.'),
    },
  },
  'aa-disable aa-complain aa-teardown': {
    does: 'privilege write',
    risk: danger('security-off', 'Switches a protection of the system off.'),
  },
  'semanage setsebool semodule restorecond': { does: 'privilege write', options: { 'l list': 'help' } },
  auditctl: {
    run: 'audit',
    does: 'privilege write',
    options: {
      'l s': 'help',
      D: danger('security-off', 'Deletes the rules that record what happens.'),
      e: 'value',
    },
  },
  mdatp: {
    does: 'privilege write',
    risk: danger('security-off', 'Changes the protection of the system.'),
    options: { help: 'help' },
  },
  'spctl csrutil': {
    does: 'privilege write',
    options: {
      'master-disable global-disable': danger('security-off', 'Switches a protection of the system off.'),
    },
    sub: {
      disable: { risk: danger('security-off', 'Switches a protection of the system off.') },
      status: {},
    },
  },
  'swapon swapoff': { does: 'privilege', values: 'p', options: { 's show summary': 'help' } },
  'hostnamectl timedatectl localectl loginctl machinectl coredumpctl homectl': {
    sub: {
      'status show list list-timezones list-locales list-keymaps list-sessions list-users session-status user-status show-session show-user hostname timesync-status dump info gdb debug':
        {},
      'terminate-session terminate-user kill-session kill-user terminate poweroff': {
        does: 'privilege process',
        risk: danger('end-session', 'Ends the processes of a session or a machine.'),
      },
      remove: { does: 'privilege delete!', risk: danger('service-delete', 'Deletes a machine or a home.') },
      '*': admin,
    },
  },
  'update-alternatives alternatives dpkg-reconfigure locale-gen update-locale update-ca-certificates update-ca-trust authconfig pam-auth-update systemd-tmpfiles systemd-sysusers raspi-config nvram cpufreq-set cpupower powertop tuned-adm':
    {
      does: 'privilege write',
      options: { 'display list query l v': 'help' },
    },
  efibootmgr: {
    does: 'privilege write',
    values: 'b bootnum o bootorder n bootnext l loader L label d disk p part t timeout',
    options: {
      'v verbose': 'help',
      'B delete-bootnum O delete-bootorder': danger(
        'boot-entry',
        'Deletes an entry the machine starts from.',
      ),
    },
  },
  'lastlog utmpdump wtmp': {},
  'mokutil tpm2_clear': { does: 'privilege write' },
  ipcrm: {
    does: 'process',
    risk: caution('ipc', 'Removes shared memory of other processes.'),
    options: { 'a all': danger('ipc', 'Removes all shared memory.') },
  },
  'gsettings dconf xfconf-query kwriteconfig5 defaults': {
    sub: {
      'get list-schemas list-keys list-recursively list-children read list dump describe range writable monitor':
        {},
      'reset-recursively': { does: 'write', risk: caution('settings', 'Resets settings.') },
      '*': { does: 'write' },
    },
  },
  nmcli: {
    values: 't terse f fields m mode g',
    sub: {
      'networking net n': {
        sub: {
          off: {
            does: 'privilege',
            risk: danger('cut-network', 'Cuts the network: a remote session may be lost.'),
          },
          '*': {},
        },
      },
      'general g device dev d monitor m': {},
      '*': { does: 'write' },
    },
  },
  'bluetoothctl iwctl iw rfkill networkctl resolvectl wpa_cli': {
    sub: {
      'show list devices info status device-list scan general get dev monitor query statistics help': {},
      '*': { does: 'write' },
    },
  },
  tcpdump: {
    does: 'privilege network',
    values: 'i c s w r W C G F y z',
    options: { w: 'use:write', z: 'use:program' },
    risk: caution('capture', 'Records what others send over the network.'),
  },
  'tshark dumpcap ngrep ettercap dsniff bettercap': {
    does: 'privilege network',
    values: 'i c s r f Y T e',
    options: { w: 'use:write' },
    risk: caution('capture', 'Records what others send over the network.'),
  },
  'pwck grpck pwconv faillock pam_tally2': admin,
  xauth: { does: 'write', options: {}, sub: { 'list info': {}, '*': { does: 'write' } } },
  xhost: { run: 'xhost' },
};

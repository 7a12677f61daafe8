/**
 * Network: transfers, connections, interfaces, firewalls, names, scanners.
 * They exist so that what leaves, what comes in and what locks out is told apart.
 * Invariant: looking at the network is free; flushing rules and taking links down is not.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const looksUp: Spec = { does: 'network', values: 'c i t p n w W s I m q f x d e l o T', out: 'network' };
const cut = danger('cut-network', 'Cuts the network: a remote session may be lost.');
const open = danger('firewall-flush', 'Removes the rules of the firewall.');

export const network: Table = {
  'curl curlie': {
    run: 'fetch',
    values:
      'o output X request d data data-raw data-binary data-ascii data-urlencode json F form form-string T upload-file H header u user A user-agent e referer b cookie c cookie-jar x proxy m max-time connect-timeout retry retry-delay retry-max-time w write-out K config C continue-at r range E cert key cacert resolve url output-dir limit-rate interface D dump-header max-redirs y Y z t Q P',
    options: {
      'O remote-name remote-name-all s S L f k i I v G g N n p 4 6 silent show-error location fail insecure':
        'force',
    },
  },
  'wget wget2': {
    run: 'fetch',
    values:
      'O output-document o output-file a append-output P directory-prefix i input-file U user-agent header post-data post-file body-data body-file method t tries T timeout w wait Q quota l level A accept R reject D domains I X e execute B base user password http-user http-password load-cookies save-cookies limit-rate referer ca-certificate certificate n',
    options: { 'q r m p k c N E x S b v d spider delete-after no-check-certificate quiet': 'force' },
  },
  'aria2c axel lwp-download lwp-mirror lwp-request GET HEAD fetch': {
    run: 'fetch',
    values: 'o out output d dir x s j n k split max-connection-per-server m H i',
  },
  'http https xh xhs httpie': {
    run: 'httpie',
    does: 'network',
    values: 'o output A auth-type a auth s style p print session timeout proxy verify cert',
    options: { 'offline help version': 'help', 'd download': '+write', 'o output': 'use:write' },
    out: 'network',
  },
  'lynx links w3m elinks yt-dlp youtube-dl gallery-dl': {
    does: 'network',
    values: 'o output d dir x s j f format i P c',
    options: { download: '+write', 'o output': 'use:write' },
    out: 'network',
  },
  'nc ncat netcat nc.openbsd nc.traditional': {
    run: 'connect',
    values: 'p i w s q x X T e c exec sh-exec lua-exec g G O I V',
    options: { 'l v n u z k h help 6 4 C d D F N r S t U Z': 'force' },
  },
  ztcp: { run: 'socket-builtin' },
  'iwr irm invoke-webrequest invoke-restmethod': { does: 'network', out: 'network' },
  'iex invoke-expression': { run: 'input' },
  socket: { run: 'connect', values: 'p', options: { 's v q l b f c r t': 'force' } },
  'rcat rustcat': {
    run: 'connect',
    values: 's e c exec',
    sub: { 'connect c listen l': { run: 'connect', values: 's e exec' } },
  },
  'socat telnet rlogin': { run: 'connect', values: 'T b t' },
  'rsh rexec': {
    run: 'wrapper',
    values: 'l',
    wraps: { skip: 1, joined: true, scope: 'remote' },
    does: 'network',
  },
  'scp sftp rcp': { run: 'transfer', values: 'P i F o c l S J b D X' },
  'lftp ftp tftp ncftp smbclient rpcclient impacket-smbclient': {
    does: 'network',
    values: 'e c u p U',
    run: 'transfer',
  },
  'dig host nslookup drill dog kdig delv': { ...looksUp, run: 'lookup' },
  'ping ping6 fping hping3 arping traceroute traceroute6 tracepath mtr whois iperf iperf3 speedtest nmap masscan rustscan zmap nuclei gobuster ffuf nikto wpscan sqlmap hydra amass subfinder httpx dirb whatweb wafw00f theharvester enum4linux nbtscan avahi-browse ippfind snmpwalk snmpget ldapsearch openvpn wg wg-quick tailscale zerotier-cli cloudflared ngrok bore localtunnel frpc':
    looksUp,
  ifconfig: { run: 'interface' },
  ifdown: { does: 'privilege', risk: cut },
  'ifup dhclient dhcpcd': { does: 'privilege network', options: { 'r release': cut } },
  ip: { run: 'ip', values: 'n netns b batch l family' },
  route: { run: 'route' },
  'netstat arp-scan ipcalc sipcalc ethtool mii-tool iwlist lldpctl ss2': {
    options: { 's change K set-ring': '+write' },
  },
  arp: { options: { 'd s': '+privilege write' } },
  'iptables ip6tables ebtables arptables iptables-legacy iptables-nft': {
    does: 'privilege',
    values:
      't table s source d destination p protocol j jump i o dport sport m to-destination to-source to-ports state ctstate log-prefix comment',
    options: {
      'L list S list-rules help': 'help',
      'F flush X delete-chain': open,
      'P policy': caution('firewall', 'Changes the firewall.'),
      'A append I insert D delete R replace N new-chain Z zero': caution('firewall', 'Changes the firewall.'),
    },
  },
  'iptables-save ip6tables-save iptables-apply': { options: { 'f file': 'use:write' } },
  'iptables-restore ip6tables-restore ipset': {
    does: 'privilege write',
    sub: { 'list save test': {}, 'flush destroy': { risk: open }, '*': {} },
  },
  nft: {
    does: 'privilege',
    values: 'I D',
    options: { 'f file': 'use:read', 'c check': 'dry' },
    sub: {
      list: {},
      flush: { risk: open },
      'delete destroy reset': { risk: open },
      '*': { does: 'write', risk: caution('firewall', 'Changes the firewall.') },
    },
  },
  ufw: {
    run: 'ufw',
    does: 'privilege',
    options: { 'dry-run': 'dry', force: 'force' },
    sub: {
      'status show version app': {},
      disable: { risk: danger('firewall-off', 'Switches the firewall off.') },
      reset: {
        risk: caution('firewall', 'Resets the firewall; it asks and keeps a copy.'),
      },
      '*': { does: 'write', risk: caution('firewall', 'Changes the firewall.') },
    },
  },
  'firewall-cmd': {
    does: 'privilege',
    values: 'zone',
    options: {
      'list-all list-ports list-services list-rich-rules state get-zones get-default-zone get-active-zones query-service query-port list-all-zones':
        'help',
      'panic-on': cut,
      'remove-service remove-port remove-rich-rule complete-reload': caution(
        'firewall',
        'Changes the firewall.',
      ),
    },
  },
  pfctl: { does: 'privilege', values: 'f t a', options: { s: 'help', 'F flush d': open } },
  'brctl ovs-vsctl tc bridge vconfig teamdctl ifenslave ifmetric': {
    does: 'privilege',
    sub: { 'show list list-ports -s': {}, '*': { does: 'write' } },
  },
  'mail mailx sendmail mutt neomutt swaks msmtp': {
    run: 'post',
    values: 's a A attach c b r S body to from server',
    does: 'network',
  },
  'ssh-keygen': { run: 'ssh-keygen', values: 'f t b C N P R F m I n V s z D a w Y' },
  'ssh-copy-id': { does: 'network write', values: 'i p o' },
  'ssh-add': {
    does: 'write',
    options: { D: caution('forget-keys', 'Forgets all keys of the agent.'), 'l L': 'help', d: 'force' },
    values: 't s e c',
  },
  'ssh-keyscan ssh-keysign': { does: 'network' },
  gsutil: {
    does: 'network',
    values: 'h o u',
    verbs: 'strict',
    sub: {
      'rm rb': { does: 'delete!', options: {}, risk: danger('cloud-delete', 'Deletes objects or buckets.') },
      'ls cat du stat hash version help': {},
      rsync: {
        options: {
          d: danger('mirror-delete', 'Deletes from the target what the source does not have.'),
          n: 'dry',
        },
        does: 'write',
      },
      '*': { does: 'write' },
    },
  },
  rclone: {
    does: 'network',
    values: 'config include exclude filter max-age min-age transfers checkers bwlimit log-file',
    options: { 'n dry-run': 'dry' },
    sub: {
      sync: {
        does: 'write',
        options: { 'n dry-run i interactive': 'dry' },
        risk: danger('mirror-delete', 'Deletes from the target what the source does not have.'),
      },
      'move moveto': {
        options: { 'n dry-run': 'dry' },
        does: 'write delete',
        risk: caution('cloud-move', 'Removes from the source what it has copied.'),
      },
      'delete purge deletefile cleanup rmdirs dedupe': {
        options: { 'n dry-run': 'dry' },
        does: 'delete!',
        risk: danger('cloud-delete', 'Deletes remote files.'),
      },
      'ls lsd lsl lsf lsjson size check tree about cat md5sum sha1sum listremotes version ncdu config': {},
      '*': { does: 'write', options: { 'n dry-run': 'dry' } },
    },
  },
  's3cmd s5cmd mc azcopy b2 swift': {
    does: 'network',
    verbs: 'strict',
    values: 'c config',
    options: {
      'dry-run dryrun n': 'dry',
      'delete-destination delete-removed': danger(
        'mirror-delete',
        'Deletes from the target what the source does not have.',
      ),
    },
    sub: {
      'sync mirror': {
        does: 'write',
        options: {
          'dry-run n': 'dry',
          'delete-destination delete-destination=true delete-removed delete remove': danger(
            'mirror-delete',
            'Deletes from the target what the source does not have.',
          ),
        },
      },
      'rb rm del delete remove': {
        does: 'delete!',
        options: { 'dry-run n': 'dry' },
        risk: danger('cloud-delete', 'Deletes objects or buckets.'),
      },
      'ls la du info list head stat': {},
    },
  },
  'kinit klist kdestroy': { does: 'network' },
  'pass gopass passage': {
    sub: {
      'ls show find grep list': {},
      'rm delete remove': { does: 'delete!', risk: caution('delete-secret', 'Deletes a stored secret.') },
      '*': { does: 'write' },
    },
  },
  'op bw vault lpass doppler infisical secrethub': {
    does: 'network',
    values: 'namespace address n ns account config project env',
    dash: true,
    verbs: 'cautious',
    sub: {
      kv: {
        sub: {
          'destroy metadata delete': {
            risk: danger('delete-secret', 'Deletes stored secrets.'),
            does: 'delete!',
          },
          '*': {},
        },
      },
      'read get list status login version item-get': {},
      run: {
        run: 'wrapper',
        values: 'env-file p project c config account environment fallback',
        options: { command: 'use:shell' },
        wraps: { known: true },
      },
      'lease token policy secrets auth audit': {
        verbs: 'strict',
        sub: {
          'disable revoke': {
            does: 'delete!',
            risk: danger('delete-secret', 'Switches off a store with what it holds, or takes access away.'),
          },
        },
      },
    },
  },
};

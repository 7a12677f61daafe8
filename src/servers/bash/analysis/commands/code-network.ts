/**
 * What code of other languages does over the network: gives a shell, sends secrets, runs what it fetched.
 * It exists because a one-liner in Python or Ruby is the usual remote shell where `nc -e` is missing.
 * Invariant: two sides must both be there, the connection and what is handed over; one alone is ordinary.
 */
import { leaked } from '../effects/leak.js';
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { isSecret } from '../targets/names.js';
import { shellOverNetwork } from './network.js';

/** A raw connection is opened. */
const CONNECTS =
  /\bsocket\b|\bSocket\b|\bsockets\b|\bfsockopen\b|\bstream_socket_client\b|\bsocket_create\b|\bTCPSocket\b|\bTCPServer\b|\bUDPSocket\b|\bTcpStream\b|\bTCPClient\b|\bnet\.(?:connect|Socket|createConnection|createServer|Dial)\b|\bDeno\.(?:connect|listen)\b|\bBun\.(?:connect|listen)\b|require\(['"](?:node:)?(?:net|tls|dgram)['"]\)|IO::Socket|\bSocket\.tcp\b|\bgen_tcp\b|\/inet\/tcp\/|\/dev\/tcp\//;
/** A process is started or a descriptor handed over. */
const HANDS_OVER =
  /\bdup2\b|\bpty\b|\/bin\/(?:ba|z|da|k)?sh\b|cmd\.exe|>&\s*(?:S|SOCKET|\$\w+)|\bexec\w*\b|child_process|subprocess|\bspawn\w*\b|\bsystem\b|\bpopen\b|\bproc_open\b|\bshell_exec\b|\bpassthru\b|os\.execute|ProcessBuilder|getRuntime|Deno\.(?:Command|run)|exec\.Command|Process\.(?:start|new|Start)|fdopen|\bfork\b|`[^`]*sh\b|\bgetline\b/;
/** Something is sent or fetched. */
const SENDS =
  /\burlopen\b|\bRequest\(|\brequests\.\w+|\bhttpx\.|\baiohttp\b|\bhttp\.client\b|\bfetch\s*\(|\baxios\b|\bhttps?['"]?\)?\.(?:get|post|request)\b|\bNet::(?:HTTP|FTP|SMTP)\b|\bHTTP::Tiny\b|\bLWP\b|\bURI\.open\b|\bopen-uri\b|\bfaraday\b|\bhttparty\b|\bcurl_(?:exec|init)\b|\bfile_get_contents\s*\(\s*["']https?:|\bfopen\s*\(\s*["'](?:https?|ftp):|\bsmtplib\b|\bftplib\b|\bparamiko\b|\bmail\s*\(|\bsend(?:all|to)?\s*\(|XMLHttpRequest|\bdns\.(?:resolve|lookup)|gethostbyname|getaddrinfo|\bhttp\.(?:Post|Get)\b/;
/** The whole environment, not one variable of it. */
const ENVIRONMENT =
  /\bos\.environ\b(?!\s*\[|\s*\.\s*(?:get|pop|setdefault|update)\b)|\bprocess\.env\b(?!\s*[.[])|[%@]ENV\b|\$ENV\{\$_\}|\bENV\.(?:to_h|to_a|inspect|map|each|to_s|sort)\b|\bgetenv\(\s*\)|\$_(?:ENV|SERVER)\b(?!\s*\[)|\bos\.Environ\(\)|Deno\.env\.toObject/;
const SECRET_NAMED =
  /\benviron(?:\.get)?\s*[[(]\s*["']\w*(?:SECRET|TOKEN|PASSWORD|API_?KEY|PRIVATE_?KEY|ACCESS_KEY)|process\.env\.\w*(?:SECRET|PASSWORD|PRIVATE_?KEY|ACCESS_KEY)/;
const ACCOUNTS = /\/etc\/(?:passwd|shadow|group|sudoers)\b|\/proc\/(?:self|\d+)\/environ|_history\b/;
/** What is run is no literal: it may be what was fetched. */
const RUNS =
  /(?<![.\w])(?:exec|eval|execfile|compile)\s*\(|\.then\(\s*eval\s*\)|\beval\s*(?:\{|`|\$|get\b|LWP|URI|open)|\b(?:instance_eval|class_eval|loadstring|runpy|create_function|Invoke-Expression|iex|IEX)\b|\bvm\.run\w*|\bnew Function\b|(?<![.\w])Function\s*\(|\b(?:include|require)(?:_once)?\s*\(?\s*["']https?:|\bassert\s*\(\s*(?:\$|file_get)|\b(?:os\.system|os\.popen|system|popen|subprocess\.\w+|exec(?:Sync)?|spawn(?:Sync)?|shell_exec|passthru)\s*\(\s*(?!["'`[\s])|\bimport\s*\(?\s*["']https?:/;
const FETCHES =
  /\burlopen\b|\burlretrieve\b|\brequests\.(?:get|post)\b|\bhttpx\.get\b|\bfetch\s*\(|\bhttps?['"]?\)?\.get\b|\bopen-uri\b|\bURI\.open\b|\bNet::HTTP\b|\bLWP::Simple\b|\bget\s*\(\s*["']https?:|\bgetstore\b|\bfile_get_contents\s*\(\s*["']https?:|\bopen\s*\(\s*["']https?:|\binclude\s*\(?\s*["']https?:|\bhttp\.request\b|DownloadString|DownloadFile|DownloadData|Invoke-WebRequest|Invoke-RestMethod|\biwr\b|\birm\b|\bimport\s*\(?\s*["']https?:/;

/** Judges the code; true when nothing more need be said of it. */
export function judgeNetworkCode(machine: Machine, code: string, call: Call): boolean {
  if (CONNECTS.test(code) && HANDS_OVER.test(code)) {
    machine.effect('network', call.name);
    shellOverNetwork(machine, call);
    return true;
  }
  const fetches = FETCHES.test(code);
  if (!fetches && !SENDS.test(code) && !CONNECTS.test(code)) return false;
  machine.effect('network', call.name);
  if (holdsSecrets(code)) leaked(machine, call);
  if (fetches && RUNS.test(code)) {
    machine.effect('exec', 'code from the network', false);
    machine.find(DANGEROUS, 'remote-code', 'Runs code from the network that nobody has read.', call);
    return true;
  }
  return false;
}

function holdsSecrets(code: string): boolean {
  if (ENVIRONMENT.test(code) || ACCOUNTS.test(code) || SECRET_NAMED.test(code)) return true;
  for (const m of code.matchAll(/"([^"\n]{0,200})"|'([^'\n]{0,200})'|`([^`\n]{0,200})`/g)) {
    const text = m[1] ?? m[2] ?? m[3] ?? '';
    if (!text.includes('://') && !text.endsWith('.pub') && isSecret(text)) return true;
  }
  return false;
}

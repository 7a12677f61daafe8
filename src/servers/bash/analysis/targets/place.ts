/**
 * What kind of place a path is, seen from where the command would run.
 * It exists because effects weigh by what they hit: a device, the system, the home, the project, something rebuildable.
 * Invariant: of two readings the heavier one is named; an unknown start of a path is `unknown`, never `inside`.
 */
import type { Places } from '../surroundings.js';
import { ANY, isDynamic } from '../words/field.js';
import { isBroadGlob, isHistoryFile, isRebuildable, isSecret, isStartup, isSystemLog } from './names.js';
import { absolute, isWithin, lastPart, parent } from './path.js';

export type Place =
  | 'sink'
  | 'socket'
  | 'device'
  | 'kernel'
  | 'root'
  | 'system'
  | 'home'
  | 'secret'
  | 'startup'
  | 'history'
  | 'log'
  | 'project'
  | 'ancestor'
  | 'repository'
  | 'temporary'
  | 'rebuildable'
  | 'inside'
  | 'outside'
  | 'unknown'
  | 'guarded';

export interface Placed {
  readonly place: Place;
  /** Absolute and folded; may hold symbols. */
  readonly path: string;
  /** Whether the last part is a glob that takes everything there. */
  readonly everything: boolean;
}

const SYSTEM_TOP =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|proc|root|run|sbin|srv|sys|usr|var|home|Users|opt|mnt|media|data|System|Library|Applications|private|nix|snap)$/;
const SYSTEM_DEEP = /^\/(?:bin|boot|etc|lib|lib32|lib64|libx32|sbin|sys|usr|System|Library|root|nix)\//;
const SYSTEM_HEART = /^\/(?:var\/(?:lib|log|spool|mail|www|run|backups?|db|opt|local)|usr\/local)$/;
const TEMPORARY = /^\/(?:tmp|var\/tmp|private\/tmp|dev\/shm|run\/user\/\d+)\//;
const DEVICE =
  /^\/dev\/(?:sd|hd|vd|xvd|nvme|mmcblk|dm-|md|loop|nbd|disk|mapper\/|rdisk|zvol|vg|ubi|mtd|st\d|nst|sr\d|fd\d|ram|zram|bcache|drbd|rbd|mem$|kmem$|port$|core$)/;
const SINK =
  /^\/dev\/(?:null|zero|full|tty\d*|stdout|stderr|stdin|console|ptmx|u?random|pts\/.*|fd\/\d+|ttyS\d+|ttyUSB\d+|lp\d+|dsp|snd\/.*|input\/.*|video\d+)$/;

/**
 * Whether a path lies where every user may write and nobody keeps things. What lies in the repository, in the folder the session
 * stands in or in its home does not, wherever those lie: a clone below /tmp holds work like any other.
 */
export function isScratch(path: string, { repository, home }: Pick<Places, 'repository' | 'home'>): boolean {
  return (
    TEMPORARY.test(path) &&
    !(TEMPORARY.test(repository) && isWithin(path, repository)) &&
    !(TEMPORARY.test(home) && isWithin(path, home))
  );
}

export function placed(text: string, cwd: string, places: Places): Placed {
  const first = text.charCodeAt(0);
  if (first === 0xe000) return { place: 'unknown', path: text, everything: true };
  if (first === 0xe001) return { place: 'guarded', path: text, everything: false };
  const path = absolute(text, cwd);
  if (path === ANY || path.charCodeAt(0) === 0xe000)
    return { place: 'unknown', path: text, everything: true };
  const name = lastPart(path);
  const everything = isBroadGlob(name);
  // `dir/*` is judged as `dir`; an unknown last part may be empty.
  const whole = everything || name === ANY ? parent(path) : path;
  return { place: kindOf(path, whole, everything, places, cwd), path, everything };
}

function kindOf(path: string, whole: string, everything: boolean, places: Places, cwd: string): Place {
  if (whole === '/') return 'root';
  if (!everything && isOrdinary(path, places.repository))
    return rebuildable(path.slice(places.repository.length)) ? 'rebuildable' : 'inside';
  if (path.startsWith('/dev/')) {
    if (SINK.test(path)) return 'sink';
    if (/^\/dev\/(?:tcp|udp)\//.test(path)) return 'socket';
    if (DEVICE.test(path)) return 'device';
    if (!path.startsWith('/dev/shm/')) return 'system';
  }
  if (/^\/(?:proc|sys)\//.test(path)) return 'kernel';
  const { home, repository } = places;
  if (isStartup(path, home)) return 'startup';
  if (isHistoryFile(path)) return 'history';
  if (isSystemLog(whole)) return 'log';
  if (whole === home || /^\/(?:home|Users)\/[^/]+$/.test(whole) || whole === '/root') return 'home';
  if (isSecret(path)) return 'secret';
  if (isScratch(path, places)) return 'temporary';
  if (SYSTEM_TOP.test(whole) || SYSTEM_HEART.test(whole) || whole === '/tmp') return 'system';
  if (isWithin(path, repository) || isWithin(path, cwd)) {
    const below = path.slice(repository.length);
    // What a crashed git leaves behind.
    if (/\/\.git\/(?:[\w./-]+\.lock|gc\.pid)$/.test(below)) return 'rebuildable';
    if (/\/\.(?:git|hg|svn|jj)(?:\/(?!hooks\/)|$)/.test(below)) return 'repository';
    if (whole === repository || whole === cwd) {
      // Inside a directory of build output everything may go.
      const deeper = isWithin(whole, repository) ? whole.slice(repository.length) : `/${lastPart(whole)}`;
      return deeper !== '' && rebuildable(deeper) ? 'rebuildable' : 'project';
    }
    const inner = path.slice((isWithin(path, cwd) ? cwd : repository).length);
    return rebuildable(inner) ? 'rebuildable' : 'inside';
  }
  if (isWithin(cwd, whole) || isWithin(repository, whole)) return 'ancestor';
  if (SYSTEM_DEEP.test(path)) return 'system';
  if (path.startsWith(`${home}/`)) {
    const inner = path.slice(home.length);
    if (
      /^\/\.(?:cache|npm|yarn|cargo\/registry|gradle\/caches|m2\/repository|local\/share\/Trash|Trash)\/|^\/Library\/(?:Caches|Developer\/Xcode\/DerivedData)\/./.test(
        `${inner}/`,
      )
    )
      return 'rebuildable';
    if (/\/\.git(?:\/|$)/.test(inner)) return 'repository';
    if (rebuildable(inner)) return 'rebuildable';
    return /^\/(?:Documents|Desktop|Downloads|Pictures|Music|Videos|Library|projects|work|src|code)$/.test(
      everything ? whole.slice(home.length) : inner,
    )
      ? 'home'
      : 'outside';
  }
  if (/^\/var\/cache\//.test(path)) return 'rebuildable';
  return 'outside';
}

const NOTABLE =
  /\/\.|\/id_|\.(?:pem|key|p12|pfx|kdbx|keystore|jks|pth|tfstate)|credential|secret|token|shadow|logins|key4|sitecustom|usercustom|history/;

/** A path in the repository whose name says nothing: most are. */
function isOrdinary(path: string, repository: string): boolean {
  return (
    path.length > repository.length &&
    path.startsWith(repository) &&
    path.charCodeAt(repository.length) === 47 &&
    repository !== '/' &&
    repository !== '/tmp' &&
    !NOTABLE.test(path)
  );
}

function rebuildable(inner: string): boolean {
  let start = 1;
  for (;;) {
    const slash = inner.indexOf('/', start);
    const part = inner.slice(start, slash < 0 ? undefined : slash);
    if (part !== '' && isRebuildable(part)) return !isDynamic(inner.slice(0, start));
    if (slash < 0) return false;
    start = slash + 1;
  }
}

/**
 * The handlers that entries of the knowledge base name in `run`.
 * They exist for what a table cannot say: orders of operands, embedded languages, selections.
 * Invariant: an entry that names a handler which is not here fails the room's tests.
 */
import type { Spec } from '../../knowledge/spec.js';
import type { Call, Machine } from '../machine.js';
import type { Stream } from '../stream.js';
import { runApprove, runFindProcess } from './approve.js';
import { runTar, runUnpack, runUnzip, runZip } from './archive.js';
import {
  runAlias,
  runCd,
  runDeclare,
  runHash,
  runHistory,
  runLet,
  runRead,
  runSet,
  runShellSetting,
  runShift,
  runTest,
  runTrap,
  runUnalias,
  runUnset,
} from './builtins.js';
import { runCompile } from './compile.js';
import { runContainer, runCopyContainer, runRemoveContainers } from './container.js';
import { runCopy, runRsync } from './copy.js';
import { runDatabase, runRedis } from './database.js';
import {
  runBuild,
  runBun,
  runFramework,
  runHttpMethod,
  runJava,
  runMigration,
  runPacman,
  runRollout,
  runSalt,
  runSshKeygen,
} from './developer.js';
import { runDd } from './disk.js';
import { runAnsible, runSendCommand } from './far.js';
import { runFetch } from './fetch.js';
import { runFd, runFind } from './find.js';
import { runGit } from './git.js';
import { runAccount, runAudit, runCapability, runRemovePackage, runSysctl, runTouch } from './guards.js';
import { runHttpie } from './http-method.js';
import { runPackageSetting } from './install.js';
import { runAwk, runInterpreter } from './interpreter.js';
import {
  runHostname,
  runInit,
  runInterface,
  runIp,
  runRoute,
  runSetenforce,
  runUfw,
  runXhost,
} from './machine-state.js';
import { runConnect, runLookup, runOpenssl, runPost, runSocketBuiltin, runTransfer } from './network.js';
import {
  runCat,
  runDecoder,
  runEcho,
  runFilter,
  runMktemp,
  runPass,
  runPrintenv,
  runPrintf,
  runRev,
  runTee,
  runTr,
} from './output.js';
import { runAttributes, runPermission } from './permission.js';
import { runFuser, runKill } from './process.js';
import { runRm, runShred, runTrash } from './remove.js';
import { runEd, runEditor, runSed } from './sed.js';
import { runNameUpdate, runRunner } from './servers.js';
import { runAt, runCrontab, runDaemon, runService, runSystemctl } from './service.js';
import { runEval, runExec, runShell, runSource, runStandardInput } from './shell.js';
import { runSourceFile } from './source-file.js';
import {
  runAllocate,
  runFormat,
  runImage,
  runMount,
  runPartition,
  runSqueeze,
  runTruncate,
  runYes,
} from './storage.js';
import { runRemoval } from './system-packages.js';
import { runDebugger, runScreen } from './terminal.js';
import { runPwd, runWhich } from './where.js';
import { runDos, runPowershell } from './windows.js';
import { runWrapper } from './wrapper.js';
import { runParallel, runXargs } from './xargs.js';

export type Handler = (machine: Machine, call: Call, spec: Spec) => Stream;

const HANDLERS: Readonly<Record<string, Handler>> = {
  account: runAccount,
  alias: runAlias,
  allocate: runAllocate,
  ansible: runAnsible,
  'remove-package': runRemovePackage,
  audit: runAudit,
  capability: runCapability,
  sysctl: runSysctl,
  touch: runTouch,
  approve: runApprove,
  'find-process': runFindProcess,
  at: runAt,
  attributes: runAttributes,
  awk: runAwk,
  cat: runCat,
  cd: runCd,
  connect: runConnect,
  container: runContainer,
  copy: runCopy,
  crontab: runCrontab,
  daemon: runDaemon,
  database: runDatabase,
  editor: runEditor,
  dd: runDd,
  declare: runDeclare,
  dos: runDos,
  decoder: runDecoder,
  echo: runEcho,
  ed: runEd,
  eval: runEval,
  exec: runExec,
  fd: runFd,
  fetch: runFetch,
  filter: runFilter,
  find: runFind,
  git: runGit,
  hash: runHash,
  history: runHistory,
  httpie: runHttpie,
  interpreter: runInterpreter,
  java: runJava,
  kill: runKill,
  let: runLet,
  test: runTest,
  openssl: runOpenssl,
  parallel: runParallel,
  pass: runPass,
  permission: runPermission,
  powershell: runPowershell,
  printenv: runPrintenv,
  printf: runPrintf,
  pwd: runPwd,
  read: runRead,
  redis: runRedis,
  removal: runRemoval,
  rev: runRev,
  rm: runRm,
  rsync: runRsync,
  sed: runSed,
  'send-command': runSendCommand,
  service: runService,
  set: runSet,
  shell: runShell,
  'shell-setting': runShellSetting,
  'socket-builtin': runSocketBuiltin,
  input: runStandardInput,
  shift: runShift,
  shred: runShred,
  source: runSource,
  'source-file': runSourceFile,
  systemctl: runSystemctl,
  tar: runTar,
  tee: runTee,
  tr: runTr,
  transfer: runTransfer,
  trap: runTrap,
  trash: runTrash,
  ufw: runUfw,
  unalias: runUnalias,
  unset: runUnset,
  unpack: runUnpack,
  unzip: runUnzip,
  build: runBuild,
  compile: runCompile,
  'package-setting': runPackageSetting,
  'remove-containers': runRemoveContainers,
  'copy-container': runCopyContainer,
  lookup: runLookup,
  bun: runBun,
  framework: runFramework,
  migration: runMigration,
  mktemp: runMktemp,
  pacman: runPacman,
  post: runPost,
  rollout: runRollout,
  salt: runSalt,
  hostname: runHostname,
  init: runInit,
  interface: runInterface,
  ip: runIp,
  route: runRoute,
  setenforce: runSetenforce,
  xhost: runXhost,
  format: runFormat,
  fuser: runFuser,
  'name-update': runNameUpdate,
  runner: runRunner,
  image: runImage,
  mount: runMount,
  partition: runPartition,
  squeeze: runSqueeze,
  truncate: runTruncate,
  yes: runYes,
  'http-method': runHttpMethod,
  'ssh-keygen': runSshKeygen,
  which: runWhich,
  screen: runScreen,
  debugger: runDebugger,
  wrapper: runWrapper,
  xargs: runXargs,
  zip: runZip,
};

/** A map, because looking a name up in a large object costs several times as much. */
const BY_NAME: ReadonlyMap<string, Handler> = new Map(Object.entries(HANDLERS));

export function handler(name: string): Handler | undefined {
  return BY_NAME.get(name);
}

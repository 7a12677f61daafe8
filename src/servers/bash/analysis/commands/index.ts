/**
 * The handlers that entries of the knowledge base name in `run`.
 * They exist for what a table cannot say: orders of operands, embedded languages, selections.
 * Invariant: an entry that names a handler which is not here fails the room's tests.
 */
import type { Spec } from '../../knowledge/spec.js';
import type { Call, Machine } from '../machine.js';
import type { Stream } from '../stream.js';
import { runTar, runUnzip, runZip } from './archive.js';
import {
  runAlias,
  runCd,
  runDeclare,
  runHistory,
  runRead,
  runSet,
  runShellSetting,
  runShift,
  runTrap,
  runUnalias,
  runUnset,
} from './builtins.js';
import { runContainer } from './container.js';
import { runCopy, runRsync } from './copy.js';
import { runDatabase, runRedis } from './database.js';
import {
  runBuild,
  runFramework,
  runHttpMethod,
  runMigration,
  runPacman,
  runPost,
  runRollout,
  runSalt,
  runSshKeygen,
} from './developer.js';
import { runDd } from './disk.js';
import { runFd, runFind } from './find.js';
import { runGit } from './git.js';
import { runAwk, runInterpreter } from './interpreter.js';
import {
  runHostname,
  runInit,
  runInterface,
  runIp,
  runRoute,
  runSetenforce,
  runXhost,
} from './machine-state.js';
import { runConnect, runFetch, runOpenssl, runTransfer } from './network.js';
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
import { runKill } from './process.js';
import { runRm, runShred, runTrash } from './remove.js';
import { runEd, runEditor, runSed } from './sed.js';
import { runAt, runCrontab, runDaemon, runService, runSystemctl } from './service.js';
import { runEval, runExec, runShell, runSource } from './shell.js';
import { runFormat, runImage, runMount, runPartition, runSqueeze, runTruncate, runYes } from './storage.js';
import { runWrapper } from './wrapper.js';
import { runParallel, runXargs } from './xargs.js';

export type Handler = (machine: Machine, call: Call, spec: Spec) => Stream;

const HANDLERS: Readonly<Record<string, Handler>> = {
  alias: runAlias,
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
  history: runHistory,
  interpreter: runInterpreter,
  kill: runKill,
  openssl: runOpenssl,
  parallel: runParallel,
  pass: runPass,
  permission: runPermission,
  printenv: runPrintenv,
  printf: runPrintf,
  read: runRead,
  redis: runRedis,
  rev: runRev,
  rm: runRm,
  rsync: runRsync,
  sed: runSed,
  service: runService,
  set: runSet,
  shell: runShell,
  'shell-setting': runShellSetting,
  shift: runShift,
  shred: runShred,
  source: runSource,
  systemctl: runSystemctl,
  tar: runTar,
  tee: runTee,
  tr: runTr,
  transfer: runTransfer,
  trap: runTrap,
  trash: runTrash,
  unalias: runUnalias,
  unset: runUnset,
  unzip: runUnzip,
  build: runBuild,
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
  image: runImage,
  mount: runMount,
  partition: runPartition,
  squeeze: runSqueeze,
  truncate: runTruncate,
  yes: runYes,
  'http-method': runHttpMethod,
  'ssh-keygen': runSshKeygen,
  wrapper: runWrapper,
  xargs: runXargs,
  zip: runZip,
};

export function handler(name: string): Handler | undefined {
  return HANDLERS[name];
}

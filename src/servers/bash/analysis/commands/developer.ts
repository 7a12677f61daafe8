/**
 * `pacman`, build tools, migrations, framework consoles, host APIs: verbs that need a second look.
 * It exists because `db:drop` and `migrate reset` are deletions in a developer's dress.
 * Invariant: a task that is not known runs unseen code: `exec`, not dangerous.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { judgeVerbs } from '../run/verbs.js';
import { type Stream, saysYes, tainted, UNKNOWN_STREAM } from '../stream.js';
import { placed } from '../targets/place.js';
import { NETWORK, shown } from '../words/field.js';
import { judgeCode } from './code.js';
import { judgeMakefiles } from './makefile.js';
import { remoteCode } from './shell.js';
import { isEssential } from './system-packages.js';

/** `-S`, `-R`, `-Q` in one cluster of letters. */
export function runPacman(machine: Machine, call: Call): Stream {
  const first = call.fields.find(({ text }) => text.startsWith('-'))?.text ?? '';
  if (
    /^-(?:Q|T|F(?!y)|Si|Ss|Sl|Sg|Sp|h|V|D?k)|^--(?:query|deptest|help|version)/.test(first) ||
    call.fields.some(({ text }) => text === '--print' || text === '-p')
  )
    return UNKNOWN_STREAM;
  machine.effect('privilege', call.name);
  machine.effect('write', 'packages');
  if (/^-R|^--remove/.test(first)) {
    const lost = call.fields.find(({ text }) => isEssential(text));
    const deep = /^-R\w*(?:c|dd)/.test(first) || call.fields.some(({ text }) => text === '--cascade');
    machine.find(
      deep || lost ? DANGEROUS : CAUTION,
      'remove-package',
      lost
        ? `Removes ${lost.text}, without which the system does not start or cannot be mended.`
        : deep
          ? 'Removes packages and what depends on them.'
          : 'Removes packages.',
      call,
    );
  } else {
    machine.effect('network', 'packages');
    machine.find(CAUTION, 'install-package', 'Installs or upgrades packages.', call);
  }
  return UNKNOWN_STREAM;
}

export function runBuild(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  if (
    options.some(
      ({ meaning, name }) => meaning === 'help' || meaning === 'dry' || name === 'help' || name === 'version',
    )
  )
    return UNKNOWN_STREAM;
  machine.effect('exec', call.name);
  if (call.name === 'make' || call.name === 'gmake') judgeMakefiles(machine, call);
  const words = operands.map(({ text }) => text);
  for (const field of operands) {
    const shell = /^(?:SHELL|MAKE|CC|CXX)=(.*\s.*)/.exec(field.text)?.[1];
    if (shell !== undefined) machine.run.text(machine, shell, UNKNOWN_STREAM, field);
  }
  if (
    !words.some((word) =>
      /^(?:tasks|projects|properties|dependencies|help|info|list|query|dependency:tree|-version)$/.test(word),
    )
  )
    machine.effect('write', 'build output');
  const heavy = words.find((word) =>
    /(?:^|[:_-])(?:destroy|drop|wipe|nuke|purge|reset-db|db-reset|teardown)(?:$|[:_-])/.test(word),
  );
  if (heavy !== undefined) machine.find(CAUTION, 'task', `Runs the task ${heavy}, which was not read.`, call);
  if (
    words.some((word) =>
      /^(?:ecto\.(?:drop|reset)|db:(?:drop|reset|purge|truncate_all|migrate:reset|schema:load|drop:all))$/.test(
        word,
      ),
    )
  )
    machine.find(DANGEROUS, 'database-reset', 'Drops the database.', call);
  return UNKNOWN_STREAM;
}

const RESETS =
  /(?:^|[:\s])(?:reset|drop|drop-?all|dropAll|sql:drop|--all|undo:all|rollback:all|fresh|refresh|clean|down|base|wipe|purge|drop-all|db:drop|schema:drop|flush|push --force-reset)(?:$|[:\s])/;

export function runMigration(machine: Machine, call: Call): Stream {
  const words = call.fields.map(({ text }) => text).join(' ');
  machine.effect('network', 'database');
  if (
    /\b(?:status|validate|format|generate|info|history|current|heads|list|diff|studio|--help|init|new|create)\b/.test(
      words,
    ) &&
    !/reset|drop/.test(words)
  )
    return UNKNOWN_STREAM;
  machine.effect('write', 'database');
  const drops =
    /\bdown-to 0\b/.test(words) || RESETS.test(words) || /--force-reset|--accept-data-loss/.test(words);
  if (drops && !/^down(?: 1)?$/.test(words)) {
    machine.effect('delete', 'database', false);
    machine.find(DANGEROUS, 'database-reset', 'Drops data to bring the schema to another state.', call);
  } else machine.find(CAUTION, 'migration', 'Changes the schema of a database.', call);
  return UNKNOWN_STREAM;
}

export function runFramework(machine: Machine, call: Call): Stream {
  const words = call.fields.map(({ text }) => text).filter((text) => !text.startsWith('-'));
  machine.effect('exec', call.name);
  const drops =
    words.some((word) =>
      /^(?:db:(?:drop|reset|wipe|purge|truncate_all|migrate:reset|schema:load|seed:replant)|migrate:(?:fresh|reset|refresh)|doctrine:(?:database|schema):drop|sql[:-](?:drop|create|sync)|site[:-]install|flush|reset_db|sqlflush|zero|environment:destroy)$/.test(
        word,
      ),
    ) ||
    (words[0] === 'db' && /^(?:reset|drop|clean)$/.test(words[1] ?? '')) ||
    (words[0] === 'site' && words[1] === 'empty');
  if (drops) {
    machine.effect('delete', 'database', false);
    machine.find(DANGEROUS, 'database-reset', 'Drops the database or empties its tables.', call);
  } else if (
    !/^(?:routes|route:list|about|version|help|list|check|showmigrations|inspectdb|notes|stats)$/.test(
      words[0] ?? '',
    )
  )
    machine.effect('write', 'project');
  return UNKNOWN_STREAM;
}

/** `gh api -X DELETE …`. */
export function runHttpMethod(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  machine.effect('network', call.name);
  const method = optionValue(options, 'X', 'method')?.text.toUpperCase();
  if (method === 'DELETE') {
    machine.effect('delete', shown(operands.at(-1)?.text ?? ''), false);
    machine.find(
      DANGEROUS,
      'http-delete',
      `Deletes ${shown(operands.at(-1)?.text ?? 'something')} on the host.`,
      call,
    );
  } else if (method !== undefined && method !== 'GET') machine.effect('write', 'host');
  return tainted(NETWORK);
}

/** Package managers of JavaScript; `bun -e` is an interpreter. */
export function runBun(machine: Machine, call: Call, spec: Spec): Stream {
  const [first, code] = call.fields;
  if (call.name !== 'bun' || !code || !/^(?:-e|-p|--eval|--print)$/.test(first?.text ?? ''))
    return apply(machine, call, spec);
  judgeCode(machine, code, call, 'node');
  return UNKNOWN_STREAM;
}

/** Programs in archives: judged by the verbs they are given. */
export function runJava(machine: Machine, call: Call, spec: Spec): Stream {
  const at = call.fields.findIndex(({ text }) => text === '-jar');
  const jar = at >= 0 ? call.fields[at + 1] : undefined;
  if (jar && machine.files && (read(machine, jar, call).taint & NETWORK) !== 0) remoteCode(machine, call);
  if (at >= 0 && call.fields[at + 2]) judgeVerbs(machine, call, at + 2, 'cautious');
  return apply(machine, call, spec);
}

export function runSshKeygen(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  const forgets = optionValue(options, 'R');
  if (forgets) {
    machine.effect('write', 'known hosts');
    machine.find(CAUTION, 'forget-host', 'Forgets the key of a host.', call);
    return UNKNOWN_STREAM;
  }
  if (has(options, 'l', 'y', 'F', 'B', 'L', 'Y')) return UNKNOWN_STREAM;
  const file = optionValue(options, 'f');
  machine.effect('write', shown(file?.text ?? '~/.ssh'));
  const key = file?.text ?? `${machine.places.home}/.ssh/id_rsa`;
  if (
    saysYes(call.stdin) &&
    !has(options, 'p', 'c') &&
    placed(key, machine.cwd, machine.places).place === 'secret'
  )
    machine.find(
      DANGEROUS,
      'overwrite-secret',
      `Replaces the key ${shown(key)}: it asks, and the answer already waits.`,
      call,
    );
  return UNKNOWN_STREAM;
}

export function runRollout(machine: Machine, call: Call, spec: Spec): Stream {
  const verb = call.fields.find(({ text }) => !text.startsWith('-'))?.text;
  if (call.name.endsWith(' rollout') && /^(?:status|history)$/.test(verb ?? '')) return UNKNOWN_STREAM;
  return apply(machine, call, { ...spec, does: 'write' });
}

export function runSalt(machine: Machine, call: Call, spec: Spec): Stream {
  const at = call.fields.findIndex(({ text }) => text === 'cmd.run');
  const command = at >= 0 ? call.fields[at + 1] : undefined;
  if (command) machine.run.text(machine, command.text, UNKNOWN_STREAM, command);
  return apply(machine, call, { does: spec.does ?? 'network' });
}

/**
 * Variables that change what other programs run: loaders, search paths, pagers, prompts.
 * It exists because `LD_PRELOAD=./x ls` runs x and not ls, and `PROMPT_COMMAND` runs at every prompt.
 * Invariant: a variable is judged by its name and value; names that only inform are free.
 */
import type { Assignment } from 'unbash';
import { CAUTION, DANGEROUS, type Machine, type Span } from '../machine.js';
import { UNKNOWN_STREAM } from '../stream.js';
import { isStrangeProxy, isStrangeSource } from '../targets/hosts.js';
import { absolute } from '../targets/path.js';
import { isScratch } from '../targets/place.js';
import { expandOne } from '../words/expand.js';
import { isDynamic } from '../words/field.js';
import { assign } from '../words/variables.js';

const LOADERS =
  /^(?:LD_(?:PRELOAD|LIBRARY_PATH|AUDIT|CONFIG)|DYLD_\w+|GCONV_PATH|BASH_ENV|ENV|PERL5LIB|PERL5OPT|PERLLIB|PYTHONPATH|PYTHONSTARTUP|PYTHONHOME|RUBYLIB|RUBYOPT|NODE_OPTIONS|NODE_PATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|CLASSPATH|GIT_EXEC_PATH|GIT_TEMPLATE_DIR|PATH)$/;
/** Values are commands that another program runs. */
const COMMANDS =
  /^(?:PROMPT_COMMAND|PAGER|MANPAGER|GIT_PAGER|GIT_SSH_COMMAND|GIT_SSH|GIT_EDITOR|GIT_SEQUENCE_EDITOR|GIT_ASKPASS|GIT_EXTERNAL_DIFF|GIT_PROXY_COMMAND|EDITOR|SUDO_EDITOR|VISUAL|BROWSER|LESSOPEN|LESSCLOSE|SSH_ASKPASS|SUDO_ASKPASS|SYSTEMD_PAGER|PSQL_PAGER|AWS_PAGER|RSYNC_RSH|CVS_RSH|TAR_OPTIONS|MAKEFLAGS|FZF_DEFAULT_COMMAND|PS0|PS1|PS4|XDG_UTILS_BROWSER)$/;

/** `lasting`: no command follows, the assignment stays. */
export function danglingEnvironment(
  machine: Machine,
  assigned: readonly Assignment[],
  span: Span,
  lasting: boolean,
): void {
  for (const { name, value } of assigned) {
    if (value.type !== 'Word') continue;
    const field = expandOne(machine, value);
    environment(machine, name, field.text, span, lasting);
    // A prefix assignment does not reach the words of its own command, which are expanded by now.
    if (!lasting && name === 'IFS') assign(machine, name, [field]);
  }
}

export function environment(
  machine: Machine,
  name: string,
  text: string,
  span: Span,
  lasting: boolean,
): void {
  if (text.includes('://') && (isStrangeSource(name, text) || isStrangeProxy(name, text)))
    machine.find(
      DANGEROUS,
      'source-redirect',
      `${name} sends traffic through a machine without a name.`,
      span,
    );
  if (LOADERS.test(name)) {
    loader(machine, name, text, span, lasting);
    return;
  }
  if (COMMANDS.test(name)) {
    // Prompts are text with substitutions in them.
    const commands = /^PS\d$/.test(name)
      ? [...text.matchAll(/\$\(([^)]*)\)|`([^`]*)`/g)].map((m) => m[1] ?? m[2] ?? '')
      : [name.startsWith('LESS') ? text.replace(/^[|-]+/, '') : text];
    for (const command of commands)
      if (command !== '' && !isDynamic(command) && /[\s;|&$`/]/.test(command))
        machine.run.text(machine, command, UNKNOWN_STREAM, span);
      else if (command !== '' && /^(?:rm|dd|shred|sh|bash)$/.test(command))
        machine.run.text(machine, command, UNKNOWN_STREAM, span);
    return;
  }
  if (/^(?:HISTFILE|HISTSIZE|HISTFILESIZE|HISTCONTROL|HISTIGNORE)$/.test(name)) {
    const off =
      (name === 'HISTFILE' && (text === '' || text === '/dev/null')) ||
      (/SIZE$/.test(name) && text === '0') ||
      (name === 'HISTCONTROL' && text === 'ignoreboth' && !lasting) ||
      (name === 'HISTIGNORE' && text === '*');
    machine.effect('history', name);
    machine.find(
      off ? DANGEROUS : CAUTION,
      'history-setting',
      off
        ? 'Turns the shell history off: what follows leaves no trace.'
        : `Changes what the shell history keeps (${name}).`,
      span,
    );
  }
}

function loader(machine: Machine, name: string, text: string, span: Span, lasting: boolean): void {
  const parts = text.split(/[:\s]/).filter((part) => part !== '' && part !== '/dev/null');
  if (name === 'PATH') {
    const [first] = parts;
    if (first !== undefined && (first === '.' || planted(machine, first)))
      machine.find(
        DANGEROUS,
        'search-path',
        `Looks for programs in ${first} first: anyone may put one there.`,
        span,
      );
    else
      machine.find(
        lasting ? CAUTION : CAUTION,
        'search-path',
        'Changes where programs are looked for.',
        span,
      );
    return;
  }
  const preload = /^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|BASH_ENV|GCONV_PATH|PERL5OPT|RUBYOPT)$/.test(
    name,
  );
  // Of options only those count that load something.
  if (
    /OPT(?:S|IONS)?$/.test(name) &&
    !/(?:^|\s)-(?:r|I|M|-?require|-?import|-?loader|-?experimental-loader|javaagent|agentpath|agentlib|Xbootclasspath)/.test(
      text,
    )
  )
    return;
  const odd = parts.some((part) => planted(machine, part) || part.startsWith('.'));
  if (parts.length === 0) return;
  const trusted =
    /(?:jemalloc|tcmalloc|mimalloc|libfaketime|libasan|libtsan|libeatmydata|--max-old-space-size|--inspect)/.test(
      text,
    );
  if (trusted) return;
  const library = /^(?:LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|GIT_EXEC_PATH)$/.test(name);
  const heavy = preload || ((library || odd) && parts.some((part) => planted(machine, part)));
  machine.find(
    heavy ? DANGEROUS : CAUTION,
    'loader-hijack',
    `${name} makes programs load code from ${text}.`,
    span,
  );
}

function planted(machine: Machine, folder: string): boolean {
  return isScratch(`${absolute(folder, machine.cwd)}/`, machine.places);
}

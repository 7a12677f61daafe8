/**
 * Tells commands that wait for a person at a terminal.
 * It exists because without a terminal they hang until the time is over, or fail with a riddle.
 * Invariant: only names that are certain to ask are refused; a batch use of the same program is let through.
 */
import { parse } from 'unbash';
import { LmcpError } from '../../../errors/index.js';

interface Interactive {
  /** An argument that makes it batch; absent: there is none. */
  readonly batch?: RegExp;
  /** A script or other operand makes it batch. */
  readonly operand?: true;
  readonly hint: string;
}

const editor: Interactive = {
  batch: /^(-es?|-s|--headless|--batch|-batch|--version|--help)$/,
  hint: 'Edit with sed, a patch, or write the file.',
};
const pager: Interactive = { hint: 'Print it with cat, head or tail instead.' };
const monitor: Interactive = {
  batch: /^-[a-zA-Z]*b|^--(version|help)$/,
  hint: 'Take one reading: top -b -n 1, ps, free.',
};
const shell: Interactive = {
  batch: /^(-c|-e|-m|-p|--?(eval|print|version|help|test|check))$|^-[a-zA-Z]*[ce]$/,
  operand: true,
  hint: 'Give it a script or its inline option (-c, -e).',
};
const client: Interactive = {
  batch: /^(-[a-zA-Z]*[ecfQ]|--(execute|command|file|eval|version|help|list))/,
  hint: 'Give it its statement (-c, -e, --eval) or a file.',
};

const NAMES: Readonly<Record<string, Interactive>> = {
  vi: editor,
  vim: editor,
  nvim: editor,
  nano: editor,
  emacs: editor,
  pico: editor,
  joe: editor,
  micro: editor,
  visudo: editor,
  vipw: editor,
  less: pager,
  more: pager,
  most: pager,
  top: monitor,
  htop: { hint: monitor.hint },
  btop: { hint: monitor.hint },
  atop: { hint: monitor.hint },
  iotop: monitor,
  watch: { hint: 'Run the command once.' },
  tmux: {
    batch: /^(new|new-session|kill-.*|send-keys|ls|list-.*|has-session)$/,
    hint: 'Run the command itself.',
  },
  screen: { batch: /^-(dmS|ls|X|list|wipe)/, hint: 'Run the command itself.' },
  mc: { hint: 'Use ls, cp and mv.' },
  ranger: { hint: 'Use ls, cp and mv.' },
  fzf: { batch: /^(-f|--filter)/, hint: 'Filter with --filter or grep.' },
  python: shell,
  python3: shell,
  node: shell,
  irb: shell,
  ghci: shell,
  lua: shell,
  psql: client,
  mysql: client,
  mariadb: client,
  mongosh: client,
  passwd: {
    batch: /^(-[dlSu]|--(delete|lock|status|unlock|stdin))$/,
    hint: 'It asks for a password: run it in a terminal.',
  },
  telnet: { hint: 'Test a port with nc -z, or use curl.' },
};
/** Programs that read what is piped or redirected into them. */
const READS_INPUT = new Set([
  'python',
  'python3',
  'node',
  'irb',
  'ghci',
  'lua',
  'psql',
  'mysql',
  'mariadb',
  'mongosh',
  'telnet',
  'passwd',
  'fzf',
  'less',
  'more',
  'most',
]);

/** @throws LMCP_INTERACTIVE */
export function refuseInteractive(command: string): void {
  const found = interactiveIn(command);
  if (found)
    throw new LmcpError('LMCP_INTERACTIVE', `${found.name} waits for a person at a terminal. ${found.hint}`);
}

export function interactiveIn(command: string): { name: string; hint: string } | undefined {
  try {
    return look(parse(command), false);
  } catch {
    // What cannot be parsed is the analysis's matter.
    return undefined;
  }
}

/** Walks the whole tree by its shape: wherever a simple command can stand, it is found. */
function look(node: unknown, piped: boolean): { name: string; hint: string } | undefined {
  if (Array.isArray(node)) {
    for (const it of node) {
      const found = look(it, piped);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof node !== 'object' || node === null) return undefined;
  const record = node as Record<string, unknown>;
  if (record.type === 'Command') {
    const found = judge(record, piped);
    if (found) return found;
  }
  if (record.type === 'Pipeline' && Array.isArray(record.commands)) {
    return look(record.commands[0], piped) ?? look(record.commands.slice(1), true);
  }
  if (record.type === 'Redirected') piped = true;
  for (const [key, value] of Object.entries(record)) {
    if (key === 'parent') continue;
    const found = look(value, piped);
    if (found) return found;
  }
  return undefined;
}

function judge(command: Record<string, unknown>, piped: boolean): { name: string; hint: string } | undefined {
  const words = [command.name, ...(Array.isArray(command.suffix) ? command.suffix : [])];
  const redirected = words.some((word) => isNode(word) && isInput(word));
  const values = words.flatMap((word) =>
    isNode(word) && typeof word.value === 'string' ? [word.value] : [],
  );
  const [name = '', ...args] = values[0] === 'sudo' || values[0] === 'env' ? values.slice(1) : values;
  const known = Object.hasOwn(NAMES, base(name)) ? NAMES[base(name)] : undefined;
  if (!known) return undefined;
  if ((piped || redirected) && READS_INPUT.has(base(name))) return undefined;
  if (known.batch && args.some((arg) => known.batch?.test(arg))) return undefined;
  if (known.operand && args.some((arg) => !arg.startsWith('-'))) return undefined;
  return { name: base(name), hint: known.hint };
}

const base = (name: string) => name.slice(name.lastIndexOf('/') + 1);
const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isInput = ({ type, operator }: Record<string, unknown>) =>
  type === 'HereDoc' || type === 'HereString' || (typeof operator === 'string' && operator.startsWith('<'));

/**
 * Programs whose output is made to be evaluated: `eval "$(ssh-agent)"`.
 * It exists because running what a program prints is an attack nearly everywhere else.
 * Invariant: read from the words as typed; a program is known by its name, wherever it lies.
 */
import type { Statement } from 'unbash';
import { lastPart } from '../targets/path.js';

const SETUPS =
  /^(?:ssh-agent|gpg-agent|dircolors|lesspipe|lesspipe\.sh|resize|keychain|brew shellenv|direnv (?:hook|export)|(?:py|rb|nod|go|j|ph)env (?:init|virtualenv-init)|(?:starship|zoxide|atuin|oh-my-posh|mcfly|thefuck|navi|fasd|sheldon) .*|fnm env.*|mise activate.*|asdf .*|opam env.*|luarocks path.*|minikube .*docker-env|docker-machine env.*|conda shell\.\w+ hook|register-python-argcomplete .*|[\w-]+ (?:completions?|init|hook|shellenv|activate)(?: .*)?|fzf --\w+|npm completion|tset -s.*|op signin.*|spack .*|xdg-user-dirs.*|opam config env|systemctl show-environment|locale)(?: -\w*| \w+)*$/;

/** The first words, and the second ones, without which nothing of the above fits. */
const SETUP_PROGRAMS = new Set(
  'ssh-agent gpg-agent dircolors lesspipe lesspipe.sh resize keychain brew direnv pyenv rbenv nodenv goenv jenv phenv starship zoxide atuin oh-my-posh mcfly thefuck navi fasd sheldon fnm mise asdf opam luarocks minikube docker-machine conda register-python-argcomplete fzf npm tset op spack systemctl locale'.split(
    ' ',
  ),
);
const SETUP_VERBS = new Set('completion completions init hook shellenv activate'.split(' '));

/** Whether the output of the script is meant for `eval`. */
export function printsSetup({ commands }: { readonly commands: readonly Statement[] }): boolean {
  const command = commands.length === 1 ? commands[0]?.command : undefined;
  if (command?.type !== 'Command' || !command.name) return false;
  const program = lastPart(command.name.text);
  const verb = command.suffix.find(({ type }) => type === 'Word');
  if (
    !SETUP_PROGRAMS.has(program) &&
    !(verb?.type === 'Word' && SETUP_VERBS.has(verb.text)) &&
    !program.startsWith('xdg-user-dirs')
  )
    return false;
  const words = [
    command.name.text,
    ...command.suffix.flatMap((item) => (item.type === 'Word' ? [item.text] : [])),
  ];
  const line = words.join(' ');
  return SETUPS.test(line.includes('/') ? line.replace(/^(?:~|[\w.$"{}-]*)\/(?:[\w.-]+\/)*/, '') : line);
}

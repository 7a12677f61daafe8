/**
 * What a shell evaluates so that each finished interactive command is told to the daemon: `eval "$(lmcp hook --shell bash)"`.
 * It exists because most of a team's commands are typed by people, not by agents.
 * Invariant: the prompt waits for two forks and nothing else; a line that begins with a space is nobody's business.
 *
 * Each command goes to the hook on its standard input, so that no process list shows it: session, folder, exit code,
 * milliseconds, line, each ended by NUL. Nothing is printed, and an absent daemon goes unnoticed.
 */
import { shellWords } from './hook-command.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function isShell(name: string): name is Shell {
  return (shells as readonly string[]).includes(name);
}

/** @param command the hook's program and arguments */
export function shellSnippet(shell: Shell, command: readonly string[]): string {
  const words = [...command, '--shell'];
  switch (shell) {
    case 'bash':
      return bash(shellWords(words));
    case 'zsh':
      return zsh(shellWords(words));
    case 'fish':
      return fish(words.map(fishQuoted).join(' '));
  }
}

/** Between single quotes fish reads \\ and \' (fishshell.com/docs/current/language.html#quotes). */
const fishQuoted = (word: string) => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const HEADER = `# Tells lmcp of each finished command, in the background.
# Left out: lines that begin with a space, and everything while LMCP_SHELL_HOOK=off.`;

/**
 * The line is history's, since bash tells it nowhere else: what history leaves out (ignorespace, ignoredups) is not told either.
 * PS0 is expanded in the shell itself just before a command runs, so its arithmetic keeps the start without a fork.
 */
const bash = (command: string) => `${HEADER}
if [[ $- == *i* && -z \${__lmcp_session-} ]]; then
  __lmcp_session="bash-$$-\${EPOCHSECONDS-0}" __lmcp_number='' __lmcp_started='' __lmcp_folder=''
  __lmcp_tell() {
    local code=$1 started=$2 folder=$3 now=\${EPOCHREALTIME-} line ms=''
    line=$(HISTTIMEFORMAT='' builtin history 1)
    [[ $line =~ ^\\ *[0-9]+[*\\ ]\\ (.*) ]] || return
    line=\${BASH_REMATCH[1]}
    [[ $line == [[:space:]]* ]] && return
    now=\${now/[.,]/}
    [[ -n $started && -n $now ]] && ms=$(((now - started) / 1000))
    printf '%s\\0' "$__lmcp_session" "$folder" "$code" "$ms" "$line" | ${command} >/dev/null 2>&1
  }
  __lmcp_finished() {
    local code=$? number=$HISTCMD started=$__lmcp_started
    __lmcp_started=''
    if [[ -n $__lmcp_number && $number != "$__lmcp_number" && \${LMCP_SHELL_HOOK-} != off ]]; then
      (__lmcp_tell "$code" "$started" "$__lmcp_folder" &)
    fi
    __lmcp_number=$number __lmcp_folder=$PWD
    return "$code"
  }
  if [[ -n \${EPOCHREALTIME-} ]]; then
    PS0=\${PS0-}'\${__lmcp_session:$((__lmcp_started=\${EPOCHREALTIME/[.,]/},0)):0}'
  fi
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
    PROMPT_COMMAND=(__lmcp_finished "\${PROMPT_COMMAND[@]}")
  else
    PROMPT_COMMAND="__lmcp_finished\${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
  fi
fi
`;

const zsh = (command: string) => `${HEADER}
if [[ -o interactive && -z \${__lmcp_session-} ]]; then
  zmodload zsh/datetime 2>/dev/null
  typeset -g __lmcp_session="zsh-$$-\${EPOCHSECONDS-0}" __lmcp_line='' __lmcp_started='' __lmcp_folder=''
  __lmcp_starts() {
    __lmcp_line=$1 __lmcp_started=\${EPOCHREALTIME-} __lmcp_folder=$PWD
  }
  __lmcp_finished() {
    local code=$? line=$__lmcp_line ms=''
    __lmcp_line=''
    [[ -n $line && $line != [[:space:]]* && \${LMCP_SHELL_HOOK-} != off ]] || return 0
    if [[ -n $__lmcp_started ]]; then
      local -i whole=$(((EPOCHREALTIME - __lmcp_started) * 1000))
      ms=$whole
    fi
    (printf '%s\\0' "$__lmcp_session" "$__lmcp_folder" "$code" "$ms" "$line" | ${command} >/dev/null 2>&1 &)
  }
  typeset -ga preexec_functions precmd_functions
  preexec_functions+=(__lmcp_starts)
  precmd_functions+=(__lmcp_finished)
fi
`;

const fish = (command: string) => `${HEADER}
if status is-interactive; and not set -q __lmcp_session
    set -g __lmcp_session fish-$fish_pid-(date +%s)
    set -g __lmcp_folder $PWD
    function __lmcp_starts --on-event fish_preexec
        set -g __lmcp_folder $PWD
    end
    function __lmcp_finished --on-event fish_postexec
        set -l code $status
        set -l ms "$CMD_DURATION"
        test "$LMCP_SHELL_HOOK" = off; and return
        string match -qr '^(\\s|$)' -- "$argv[1]"; and return
        printf '%s\\0' $__lmcp_session $__lmcp_folder $code "$ms" "$argv[1]" | ${command} >/dev/null 2>&1 &
        disown 2>/dev/null
    end
end
`;

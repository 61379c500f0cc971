import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';

/** `completion SHELL`: a script that completes commands, flags and names of rollouts. */
export function completion(io: Io, shell: string): number {
  const script = SCRIPTS[shell];
  if (script === undefined) {
    const known = Object.keys(SCRIPTS).join(', ');
    throw new Refusal(`there is no completion for ${shell}, only for ${known}`);
  }
  say(io.out, script.trim());
  return 0;
}

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `
# kubectl-sluice completion for bash: source <(kubectl-sluice completion bash)
_kubectl_sluice() {
  local out directive
  out=$(kubectl-sluice __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  mapfile -t COMPREPLY < <(compgen -W "$(cut -f1 <<<"$out")" -- "\${COMP_WORDS[COMP_CWORD]}")
  if [[ $directive == 0 && \${#COMPREPLY[@]} -eq 0 ]]; then compopt -o default; fi
}
complete -F _kubectl_sluice kubectl-sluice
`,
  zsh: `
#compdef kubectl-sluice
# kubectl-sluice completion for zsh: source <(kubectl-sluice completion zsh)
_kubectl_sluice() {
  local out directive
  local -a lines
  out=$(kubectl-sluice __complete "\${(@)words[2,CURRENT]}" 2>/dev/null) || return
  directive=\${out##*:}
  lines=("\${(@f)\${out%:*}}")
  lines=("\${(@)lines:#}")
  lines=("\${(@)lines//$'\\t'/:}")
  _describe 'kubectl-sluice' lines || { [[ $directive == 0 ]] && _files; }
}
compdef _kubectl_sluice kubectl-sluice
`,
  fish: `
# kubectl-sluice completion for fish: kubectl-sluice completion fish | source
function __kubectl_sluice
  set -l words (commandline -opc) (commandline -ct)
  kubectl-sluice __complete $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c kubectl-sluice -f -a '(__kubectl_sluice)'
complete -c kubectl-sluice -n '__fish_seen_subcommand_from lint' -F
`,
  kubectl: `
#!/bin/sh
# Completion of "kubectl sluice": save as kubectl_complete-sluice on the PATH and make it executable.
exec kubectl-sluice __complete "$@"
`,
};

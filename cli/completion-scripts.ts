/**
 * The completion scripts. Each runs `atoll __complete -- WORDS`, which prints one candidate per line, and quotes the candidates
 * itself: a network can be called `$(reboot)`, and completing it must not execute it. (So never bash's `compgen -W`, which expands
 * its words.)
 */
export const SCRIPTS = {
  bash: `# bash completion for atoll
_atoll() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf '%q' "$line")")
  done < <(atoll __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ "\${#COMPREPLY[@]}" -eq 0 ] && compopt -o default
}
complete -F _atoll atoll
`,
  zsh: `#compdef atoll
_atoll() {
  local -a found
  found=("\${(@f)$(atoll __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#found} > 0 )) && [[ -n "\${found[1]}" ]]; then
    compadd -a found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" = "_atoll" ]]; then _atoll "$@"; else compdef _atoll atoll; fi
`,
  fish: `# fish completion for atoll
function __atoll_complete
    set -l words (commandline -opc) (commandline -ct)
    atoll __complete -- $words[2..-1] 2>/dev/null
end
complete -c atoll -a '(__atoll_complete)'
`,
} as const;

/** Shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of them. */
export type Shell = typeof SHELLS[number];

/**
 * What makes a shell ask `geneva-stack __complete` at each TAB. All that can be typed is known there, so that these need not change.
 *
 * It answers with a line for each candidate, its description after a tab, or with `:files`.
 */
export const SCRIPTS: Record<Shell, string> = {
  // bash takes `=` and `:` for ends of words, so the words are taken from the line, and what bash has of the last one is replaced.
  bash: `# geneva-stack completion bash: put  eval "$(geneva-stack completion bash)"  into ~/.bashrc
_geneva_stack() {
  local line="\${COMP_LINE:0:COMP_POINT}" current="\${COMP_WORDS[COMP_CWORD]}" candidate
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local last="\${words[\${#words[@]}-1]}"
  [[ $current == [=:] ]] && current=""
  local before="\${last%"$current"}"
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ $candidate == :files ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    candidate="\${candidate%%$'\\t'*}"
    COMPREPLY+=("\${candidate#"$before"}")
  done < <(geneva-stack __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _geneva_stack geneva-stack
`,
  zsh: `#compdef geneva-stack
# geneva-stack completion zsh: put  eval "$(geneva-stack completion zsh)"  into ~/.zshrc, after compinit
_geneva_stack() {
  local line value text
  local -a found
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    value="\${line%%$'\\t'*}" text="\${line#*$'\\t'}"
    found+=("\${value//:/\\\\:}\${text:+:$text}")
  done < <(geneva-stack __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  _describe geneva-stack found
}
if [[ $funcstack[1] == _geneva_stack ]]; then _geneva_stack "$@"; else compdef _geneva_stack geneva-stack; fi
`,
  fish: `# geneva-stack completion fish: put  geneva-stack completion fish | source  into ~/.config/fish/config.fish
function __geneva_stack_complete
  set -l words (commandline -opc) "$(commandline -ct)"
  for line in (geneva-stack __complete -- $words[2..-1] 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c geneva-stack -f -a '(__geneva_stack_complete)'
`,
};

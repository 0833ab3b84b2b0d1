/** For zsh 5 and later, as a file of its `fpath`, or sourced after `compinit`. */
export const ZSH = `#compdef vx11-stability
# Completes vx11-stability in zsh. For this shell, after compinit:  source <(vx11-stability completions zsh)
_vx11-stability() {
  local line kind kept
  local -a before lines shown more
  before=("\${(@Q)words[1,CURRENT-1]}")
  before=("\${(@)before/#\\~\\//$HOME/}")
  lines=("\${(@f)$("$before[1]" __complete "\${(@)before[2,-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  kind=\${lines[1]%%$'\\t'*} kept=\${lines[1]#*$'\\t'}
  IPREFIX+=$kept
  PREFIX=\${PREFIX:\${#kept}}
  case $kind in
    file) _files ;;
    folder) _files -/ ;;
    words | commas)
      for line in "\${(@)lines[2,-1]}"; do
        shown+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      (($#shown)) || return 1
      # The comma goes if a space or the end of the line is typed after it.
      [[ $kind == commas ]] && more=(-q -S ,)
      _describe -V 'vx11-stability' shown "$more[@]"
      ;;
    *) return 1 ;;
  esac
}
if [[ $funcstack[1] == _vx11-stability ]]; then _vx11-stability "$@"; else compdef _vx11-stability vx11-stability; fi
`;

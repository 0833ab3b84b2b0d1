/**
 * For bash 4.3 and later. Bash splits words at `=` and `:`, and replaces only what stands after the last of them: the pieces
 * of a word are joined before the program is asked, and what stands before the last piece is cut off the answers.
 */
export const BASH = `# Completes vx11-stability in bash. For this shell:  source <(vx11-stability completions bash)
_vx11_stability() {
  local rest=\${COMP_LINE:0:COMP_POINT} piece='' after word cut i n=-1
  local -a raw=() words=() lines=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    after=\${rest#"\${rest%%[![:space:]]*}"}
    [[ $after == "$word"* ]] || word=$after
    if ((i > 0)) && [[ $after == "$rest" && ($word == [=:]* || $piece == *[=:]) ]]; then raw[n]+=$word; else raw[++n]=$word; fi
    rest=\${after#"$word"}
    piece=$word
  done
  for word in "\${raw[@]}"; do
    word=\${word//[\\"\\'\\\\]/}
    words+=("\${word/#\\~\\//$HOME/}")
  done
  mapfile -t lines < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null </dev/null)
  COMPREPLY=()
  case \${lines[0]-} in
    file*) compopt -o default ;;
    folder*) compopt -o dirnames ;;
    words* | commas*)
      cut=$((\${#raw[n]} - \${#piece}))
      [[ $piece == *[=:] ]] && cut=\${#raw[n]}
      for word in "\${lines[@]:1}"; do
        word=\${lines[0]#*$'\\t'}\${word%%$'\\t'*}
        COMPREPLY+=("\${word:cut}")
      done
      # A comma or a space follows, as the list goes on or not.
      [[ \${lines[0]} == commas* ]] && compopt -o nospace
      ;;
  esac
}
complete -F _vx11_stability vx11-stability
`;

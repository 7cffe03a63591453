# bash completion for whichcab; what can be completed is asked from the program itself.
_whichcab()
{
    local current=${COMP_WORDS[COMP_CWORD]} command='' word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        -*) ;;
        *) command=$word && break ;;
        esac
    done
    if [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(whichcab --help | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p')" -- "$current")
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(whichcab "$command" --help 2>/dev/null | grep -oE -- '--[a-z-]+')" -- "$current")
    else
        case $command in
        media | profile) mapfile -t COMPREPLY < <(compgen -W "$(whichcab profile list 2>/dev/null | sed 's/ .*//')" -- "$current") ;;
        diff) mapfile -t COMPREPLY < <(compgen -W "$(whichcab profile list 2>/dev/null | sed 's/ .*//')" -- "$current"; compgen -f -- "$current") ;;
        *) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        esac
    fi
}
complete -o filenames -F _whichcab whichcab

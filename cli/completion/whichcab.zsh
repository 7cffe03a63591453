#compdef whichcab
# zsh completion for whichcab; what can be completed is asked from the program itself.

_whichcab() {
    local -a program=(whichcab)
    local command previous=${words[CURRENT-1]} i

    for ((i = 2; i < CURRENT; i++)); do
        case ${words[i]} in
        -C|--catalog) program+=(-C ${(Q)~words[i+1]}); ((i++)) ;;
        --color | --hyperlink) ((i++)) ;;
        -*) ;;
        *) command=${words[i]}; break ;;
        esac
    done
    case $previous in
    -C|--catalog|-o|--output) _files -/; return ;;
    --color | --hyperlink) compadd auto always never; return ;;
    --decoder) compadd own libmspack; return ;;
    -m|--medium)
        compadd -- ${(f)"$($program profile list --format '{id}' 2>/dev/null)"}
        compadd -- ${(f)"$($program media note --format '{image}' 2>/dev/null | sed 's|.*/||')"}
        _files; return ;;
    -f|--from|--batch) _files; return ;;
    esac
    if [[ -z $command && $PREFIX != -* ]]; then
        compadd -- ${(f)"$($program --help 2>/dev/null | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p')"} help
    elif [[ $PREFIX == -* ]]; then
        compadd -- ${(f)"$($program $command --help 2>/dev/null | grep -oE -- '--[a-z0-9-]+' | sort -u)"}
    else
        case $command in
        catalog) compadd -- ${(f)"$($program catalog --help 2>/dev/null | sed -n 's/^\([a-z]*\): .*/\1/p')"}; _files ;;
        help) compadd -- ${(f)"$($program --help 2>/dev/null | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p')"} ;;
        profile) compadd list show add remove; compadd -- ${(f)"$($program profile list --format '{id}' 2>/dev/null)"} ;;
        media|diff)
            compadd -- ${(f)"$($program profile list --format '{id}' 2>/dev/null)"}
            compadd -- ${(f)"$($program media note --format '{image}' 2>/dev/null | sed 's|.*/||')"}
            _files ;;
        *) _files ;;
        esac
    fi
}
_whichcab "$@"

# bash completion for whichcab; what can be completed is asked from the program itself.

# Words of the program for a kind: commands, options, media, images.
_whichcab_words()
{
    case $1 in
    commands) "${program[@]}" --help 2>/dev/null | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p' ;;
    options) "${program[@]}" ${2:+"$2"} --help 2>/dev/null | grep -oE -- '^ +(-., )?--[a-z0-9-]+' | grep -oE -- '--.*' ;;
    media) "${program[@]}" profile list --format '{id}' 2>/dev/null ;;
    images) "${program[@]}" media --tsv --fields medium 2>/dev/null | tail -n +2
        "${program[@]}" media --long 2>/dev/null | grep -oE '[^ ]+$' | grep -E '/' | grep -oE '[^/]+$' ;;
    esac
}

_whichcab()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' words='' files='' i
    local program=(whichcab)
    # the command is the first word that is no option and no option's argument
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -C | --catalog)
            program+=(-C "${COMP_WORDS[i+1]/#\~/$HOME}")
            i=$((i + 1)) ;;
        --color) i=$((i + 1)) ;;
        -*) ;;
        *) command=${COMP_WORDS[i]} && break ;;
        esac
    done
    case $previous in
    -C | --catalog | -o | --output) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --color) words="auto always never" ;;
    --decoder) words="own libmspack" ;;
    -m | --medium) words=$(_whichcab_words media; _whichcab_words images) files=yes ;;
    -f | --from | --batch) files=yes ;;
    --show) [[ $command == diff ]] && words="left right changed same" || words="intact probable altered unknown" ;;
    *)
        case $command:$current in
        :-*) words=$(_whichcab_words options) ;;
        :*) words="$(_whichcab_words commands) help" ;;
        help:*) words=$(_whichcab_words commands) ;;
        *:-*) words=$(_whichcab_words options "$command") ;;
        catalog:*) words=$("${program[@]}" catalog --help 2>/dev/null | sed -n 's/^\([a-z]*\): .*/\1/p') files=yes ;;
        profile:*) words="list show add remove $(_whichcab_words media)" files=yes ;;
        media:* | diff:*) words=$(_whichcab_words media; _whichcab_words images) files=yes ;;
        *) files=yes ;;
        esac ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"; [[ -z $files ]] || compgen -f -- "$current")
}
complete -o filenames -F _whichcab whichcab

# bash completion for whichcab; what can be completed is asked from the program itself.

# Words of the program for a kind: commands, options, media, images.
_whichcab_words()
{
    case $1 in
    commands) "${program[@]}" --help 2>/dev/null | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p' ;;
    options) "${program[@]}" ${2:+"$2"} --help 2>/dev/null | grep -oE -- '^ +(-., )?--[a-z0-9-]+' | grep -oE -- '--.*' ;;
    media) "${program[@]}" profile list --format '{id}' 2>/dev/null ;;
    images) # by their names; where several have one, with their folders
        "${program[@]}" media note --format '{image}' 2>/dev/null |
            awk -F/ '{name[NR] = $NF; folder[NR] = $(NF-1); seen[$NF]++}
                END {for (i = 1; i <= NR; i++) print (seen[name[i]] > 1 ? folder[i] "/" : "") name[i]}' ;;
    esac
}

_whichcab()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' words='' files='' word i
    local program=(whichcab)
    # the command is the first word that is no option and no option's argument
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -C | --catalog)
            program+=(-C "${COMP_WORDS[i+1]/#\~/$HOME}")
            i=$((i + 1)) ;;
        --color | --hyperlink) i=$((i + 1)) ;;
        -*) ;;
        *) command=${COMP_WORDS[i]} && break ;;
        esac
    done
    case $previous in
    -C | --catalog | -o | --output) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --color | --hyperlink) words=$'auto\nalways\nnever' ;;
    --decoder) words=$'own\nlibmspack' ;;
    -m | --medium) words=$(_whichcab_words media; _whichcab_words images) files=yes ;;
    -f | --from | --batch) files=yes ;;
    --show) [[ $command == diff ]] && words=$'left\nright\nchanged\nsame' || words=$'intact\nprobable\naltered\nunknown' ;;
    *)
        case $command:$current in
        :-*) words=$(_whichcab_words options) ;;
        :*) words=$(_whichcab_words commands; echo help) ;;
        help:*) words=$(_whichcab_words commands) ;;
        *:-*) words=$(_whichcab_words options "$command") ;;
        catalog:*) words=$("${program[@]}" catalog --help 2>/dev/null | sed -n 's/^\([a-z]*\): .*/\1/p') files=yes ;;
        profile:*) words=$(printf '%s\n' list show add remove; _whichcab_words media) files=yes ;;
        media:* | diff:*) words=$(_whichcab_words media; _whichcab_words images) files=yes ;;
        *) files=yes ;;
        esac ;;
    esac
    # not with compgen -W, which would expand what is in the names of images
    COMPREPLY=()
    [[ -z $files ]] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
    current=${current//\\/}
    current=${current#[\"\']}
    while IFS= read -r word; do
        [[ -z $word || $word != "$current"* ]] || COMPREPLY+=("$word")
    done <<<"$words"
}
complete -o filenames -F _whichcab whichcab

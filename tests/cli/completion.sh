#!/usr/bin/env bash
# Completion: what bash is offered; zsh and fish, where they are installed, read theirs without complaint.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir "$work/bin" "$work/media"
ln -s "$build/cli/whichcab" "$work/bin/whichcab"
truncate -s 1440K "$work/media/shelf.img"
mformat -i "$work/media/shelf.img" -f 1440 ::
check_status 0 whichcab index "$work/media"
export PATH=$work/bin:$PATH

offered() { # words of the line; the last one is completed
    (
        # shellcheck source=/dev/null
        source "$here/../../cli/completion/whichcab.bash"
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        COMPREPLY=()
        unset -f whichcab
        cd "$work/media" && _whichcab
        printf '%s\n' "${COMPREPLY[@]}"
    )
}
check_offer() { # expected, words
    local expected=$1
    shift
    check_equal "$(offered "$@" | grep -xF -- "$expected" | sort -u)" "$expected" "what completes '$*'"
}
check_offer where whichcab wh
check_offer where whichcab -C "$work/catalog" wh
check_offer help whichcab ''
check_offer --version whichcab --ver
check_offer --published whichcab -v where --pub
check_offer --limit-rows whichcab where --limit
check_offer win95-dmf whichcab where -m win95-d
check_offer shelf.img whichcab -C "$work/catalog" where -m shelf
check_offer win95-cd whichcab diff win95-c
check_offer stats whichcab catalog st
check_offer verify whichcab help ver
check_offer never whichcab where --color ne
check_offer changed whichcab diff --show ch
check_offer shelf.img whichcab ls sh
check_offer show whichcab profile sh

if command -v zsh >/dev/null; then
    check_status 0 zsh -n "$here/../../cli/completion/whichcab.zsh"
fi
if command -v fish >/dev/null; then
    check_status 0 fish --no-config -c "source '$here/../../cli/completion/whichcab.fish'; complete -C 'whichcab wh'"
    check_has where "$out"
    check_status 0 fish --no-config -c "source '$here/../../cli/completion/whichcab.fish'; complete -C 'whichcab where --publ'"
    check_has --published "$out"
    check_status 0 fish --no-config -c "source '$here/../../cli/completion/whichcab.fish'; complete -C 'whichcab where -m win95-d'"
    check_has win95-dmf "$out"
fi
finish

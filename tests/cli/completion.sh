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

# Names of images are as they are: with blanks, the same in two folders, and never run as commands.
mkdir "$work/media/one" "$work/media/two"
cp "$work/media/shelf.img" "$work/media/my disk (1).img"
cp "$work/media/shelf.img" "$work/media/\$(touch ran).img"
cp "$work/media/shelf.img" "$work/media/one/twin.img"
cp "$work/media/shelf.img" "$work/media/two/twin.img"
check_status 0 whichcab index "$work/media"
check_status 0 whichcab media note shelf.img box=B3
check_offer shelf.img whichcab -C "$work/catalog" where -m shelf
check_offer 'my disk (1).img' whichcab -C "$work/catalog" where -m my
check_offer 'my disk (1).img' whichcab -C "$work/catalog" where -m 'my\ di'
check_offer two/twin.img whichcab -C "$work/catalog" where -m tw
check_offer "\$(touch ran).img" whichcab -C "$work/catalog" where -m "$"
check_equal "$(find "$work" -name ran)" "" "what a name has run"

# zsh and fish.
# The search for leaks stops the program by ptrace, and below zsh now and then waits for ever; other sessions search.
export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
in_zsh() { # expected, words
    local expected=$1
    shift
    check_equal "$(zsh -f "$here/complete.zsh" "$here/../../cli/completion" "$@" 2>&1 | grep -xF -- "$expected" | sort -u)" \
        "$expected" "what zsh is offered for '$*'"
}
if command -v zsh >/dev/null; then
    check_status 0 zsh -n "$here/../../cli/completion/whichcab.zsh"
    in_zsh where whichcab wh
    in_zsh --published whichcab where --publ
    in_zsh win95-dmf whichcab where -m win95-d
    in_zsh 'my disk (1).img' whichcab -C "$work/catalog" where -m my
    in_zsh never whichcab where --hyperlink ne
    in_zsh stats whichcab catalog st
    in_zsh '(files)' whichcab ls x
    check_equal "$(find "$work" -name ran)" "" "what a name has run"
fi
in_fish() { # line
    fish --no-config -c "source '$here/../../cli/completion/whichcab.fish'; complete -C $(printf '%q' "$1")" >"$out" 2>"$err"
}
if command -v fish >/dev/null; then
    while IFS='|' read -r word line; do
        in_fish "$line"
        check_has "$word" "$out"
        check_equal "$(cat "$err")" "" "complaints of fish about '$line'"
    done <<WORDS
where|whichcab wh
--published|whichcab where --publ
win95-dmf|whichcab where -m win95-d
never|whichcab where --hyperlink ne
stats|whichcab catalog st
my disk (1).img|whichcab -C $work/catalog where -m my
WORDS
    check_equal "$(find "$work" -name ran)" "" "what a name has run"
fi
finish

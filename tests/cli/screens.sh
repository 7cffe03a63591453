#!/usr/bin/env bash
# What a terminal shows, at several widths: compared with screens.txt.  After a change that is meant, and looked at:
# screens.sh BUILD --write
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
mkdir -p "$work/box 1" "$work/box 2"
cp "$stack/win95-dmf/disk07.img" "$stack/win95-dmf/disk08.img" "$work/box 1"
cp "$stack/win95-nondmf/disk10.img" "$work/box 2/disk07.img"
printf 'a loose file' >"$work/loose.txt"
for copy in 1 2 3; do
    truncate -s 1440K "$work/box 2/copy$copy.img"
    mformat -i "$work/box 2/copy$copy.img" -f 1440 -N 1234567$copy ::
    touch -d '1996-02-03 04:05' "$work/loose.txt"
    mcopy -m -i "$work/box 2/copy$copy.img" "$work/loose.txt" ::
done
check_status 0 whichcab index "$work/box 1" "$work/box 2"
check_status 0 whichcab verify "$work/box 2"/copy?.img

on_terminal() { # columns arguments...
    local columns=$1
    shift
    script -qec "stty cols $columns rows 50; $(printf '%q ' "$build/cli/whichcab" -C "$work/catalog" "$@")" /dev/null \
        </dev/null | tr -d '\r' | sed -E "s|$work|WORK|g; s/and [0-9]+ published/and N published/"
}
export TERM=xterm WHICHCAB_PAGER=cat

for columns in 80 120 200; do
    for arguments in 'where mapi32.dll loose.txt' 'where -v -m win95-dmf mapi32.dll' 'where -c mapi32.dll' 'media -l' \
        'versions mapi32.dll loose.txt' dups 'diff -q win95-cd win95-osr2-cd' media; do
        [ "$columns" = 80 ] || [ "$arguments" != 'where -c mapi32.dll' ] || continue
        printf '%s\n' "== $columns: $arguments"
        # shellcheck disable=SC2086
        on_terminal "$columns" --color never $arguments
    done
done >"$work/screens"
[ "${2-}" != --write ] || cp "$work/screens" "$here/screens.txt"
check_equal "$(diff "$here/screens.txt" "$work/screens")" "" "what differs from screens.txt"
for arguments in 'media -l' 'versions mapi32.dll loose.txt' dups 'where mapi32.dll'; do
    # shellcheck disable=SC2086
    check_equal "$(LC_ALL=C on_terminal 80 $arguments)" "$(on_terminal 80 $arguments)" "the screen of $arguments in another locale"
done
check_equal "$(awk '/^== /{w = $2 + 0} !/^== / && !/WORK|not-in-it/ && length > w' "$work/screens" | head -3)" "" "lines wider than the terminal"

# In a pipe nothing is cut, grouped or not; on a terminal an image is called as -m takes it.
check_status 0 whichcab where mapi32.dll loose.txt
check_has "$work/box 2/disk07.img" "$out"
check_has "the same on 2 more images: --all shows them" "$out"
check_equal "$(grep -c 'published' "$out")" 1 "lines on what is published"
check_status 0 whichcab where --all loose.txt mapi32.dll
check_equal "$(grep -c 'copy..img' "$out")" 3 "rows of all copies"
check_status 0 whichcab where --published mapi32.dll
check_has "(published)" "$out"
while read -r name; do
    check_status 0-3 whichcab where -m "$name" --json '*.*'
    check_equal "$(jq -r .image "$out" | sort -u)" "$work/$name" "image of -m $name"
done < <(on_terminal 120 media -l | grep -oE '(box [12]/)?[a-z0-9]+\.img' | grep -v '/' | sed 's|^disk08|box 1/&|; s|^copy|box 2/&|' | sort -u)
check_status 2 whichcab where -m disk07.img '*'
check_has "'disk07.img' may be $work/box 1/disk07.img, or $work/box 2/disk07.img" "$err"
check_status 3 whichcab media 'box 1'
check_lacks "box 2" "$out"
check_status 2 whichcab media no-such.img

# Colours: on a terminal, unless NO_COLOR; always, never; and in the file.
coloured() { grep -c $'\e\\[' || true; }
check_equal "$(($(on_terminal 80 where mapi32.dll | coloured) > 0))" 1 "whether a terminal gets colours"
check_equal "$(NO_COLOR=1 on_terminal 80 where mapi32.dll | coloured)" 0 "lines with colours and NO_COLOR"
check_equal "$(TERM=dumb on_terminal 80 where mapi32.dll | coloured)" 0 "lines with colours on a dumb terminal"
check_equal "$(whichcab where mapi32.dll 2>&1 | coloured)" 0 "lines with colours in a pipe"
check_equal "$(($(NO_COLOR=1 whichcab where --color=always mapi32.dll | coloured) > 0))" 1 "whether colours are forced"
check_equal "$(on_terminal 80 where --color never mapi32.dll | coloured)" 0 "lines with colours that are not wanted"
check_status 2 whichcab where --color=blue mapi32.dll
check_has "auto, always or never" "$err"
echo 'color = always' >"$work/settings"
check_equal "$(($(WHICHCAB_CONFIG=$work/settings whichcab where mapi32.dll | coloured) > 0))" 1 "whether the file forces colours"

# Links: only where the terminal is known to take them, on the image alone, and the text beside them is the same.
linked() { grep -c $'\e]8;;file://' || true; }
url() { grep -oP '\e\]8;;\Kfile://[^\e]*' | sort -u; }
for know in VTE_VERSION=7200 WT_SESSION=x TERM=xterm-kitty TERM_PROGRAM=WezTerm; do
    check_equal "$(($(env "$know" bash -c "$(declare -f on_terminal); build=$build work=$work; on_terminal 80 where mapi32.dll" | linked) > 0))" 1 \
        "whether a terminal with $know gets links"
done
check_equal "$(on_terminal 80 where mapi32.dll | linked)" 0 "links on a terminal that nothing is known of"
export VTE_VERSION=7200
check_equal "$(TERM=screen on_terminal 80 where mapi32.dll | linked)" 0 "links behind a multiplexer"
check_equal "$(WHICHCAB_PAGER='less -R' TERM=dumb on_terminal 80 where mapi32.dll | linked)" 0 "links on a dumb terminal"
check_equal "$(WHICHCAB_PAGER='cat -u' on_terminal 80 where mapi32.dll | linked)" 0 "links through a pager that may print them"
check_equal "$(whichcab where mapi32.dll 2>&1 | linked)" 0 "links in a pipe"
check_equal "$(on_terminal 80 where --hyperlink never mapi32.dll | linked)" 0 "links that are not wanted"
for arguments in 'where mapi32.dll loose.txt' 'media -l' 'media -v' 'where -v mapi32.dll'; do
    # shellcheck disable=SC2086
    check_equal "$(on_terminal 80 --color never $arguments | sed -E $'s/\e]8;;[^\e]*\e\\\\//g')" \
        "$(on_terminal 80 --hyperlink never --color never $arguments)" "the screen of $arguments without its links"
done
unset VTE_VERSION
whichcab media -l --hyperlink always "$work/box 1" >"$out" 2>"$err"
check_equal "$(url <"$out" | head -1)" "file://$(uname -n)${work// /%20}/box%201/disk07.img" "the link to an image"
echo 'hyperlink = always' >"$work/settings"
check_equal "$(($(WHICHCAB_CONFIG=$work/settings whichcab where mapi32.dll | linked) > 0))" 1 "whether the file forces links"
check_status 2 whichcab where --hyperlink=blue mapi32.dll
check_has "--hyperlink is auto, always or never" "$err"
# Whatever a path has in it, it can't end its link; its text is masked as ever.
hostile=$(printf 'x\e]8;;file:evil\e\\%%;\x07\xff"<> .img')
cp "$stack/win95-dmf/disk07.img" "$work/$hostile"
"$build/cli/whichcab" -C "$work/hostile" index "$work/$hostile" >"$out" 2>"$err"
for command in 'where mapi32.dll' 'media -v' 'media -l' 'verify -v'; do
    # shellcheck disable=SC2086
    "$build/cli/whichcab" -C "$work/hostile" --hyperlink always $command >"$out" 2>"$err"
    check_equal "$(url <"$out" | sed "s|.*$(basename "$work")/||")" 'x%1B%5D8%3B%3Bfile%3Aevil%1B%5C%25%3B%07%FF%22%3C%3E%20.img' "the link of $command"
    check_equal "$(tr -dc '\007\377' <"$out" | wc -c)" 0 "bytes of the path as they are"
    check_equal "$(grep -o $'\e' "$out" | wc -l)" "$((4 * $(linked <"$out")))" "escapes beside those of the links"
done

# The pager gets what a terminal would, notes included, and nothing else does.
export WHICHCAB_PAGER="sed 's/^/paged: /'"
check_equal "$(on_terminal 80 where nosuch.dll mapi32.dll | grep -vc '^paged: ')" 0 "lines beside the pager"
check_equal "$(on_terminal 80 where nosuch.dll | grep -c 'paged: whichcab: nosuch.dll: not found')" 1 "messages in the pager"
check_equal "$(on_terminal 80 where --no-pager mapi32.dll | grep -c paged)" 0 "lines through a pager that is not wanted"
check_equal "$(on_terminal 80 where --json mapi32.dll | grep -c paged)" 0 "JSON through the pager"
check_equal "$(whichcab where mapi32.dll | grep -c paged)" 0 "a pipe through the pager"
unset WHICHCAB_PAGER
export PAGER="sed 's/^/mine: /'"
check_equal "$(($(on_terminal 80 media | grep -c 'mine: ') > 0))" 1 "whether PAGER is used"
check_equal "$(on_terminal 80 where no-such-file.xyz >/dev/null; script -qec "$build/cli/whichcab -C $work/catalog where no-such.xyz" /dev/null </dev/null >/dev/null; echo $?)" 1 "the status through a pager"
finish

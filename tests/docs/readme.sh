#!/usr/bin/env bash
# The sessions of README.md and docs/tour.md, and the picture in README.md, are what the program shows.
#   readme.sh BUILD [--write]     --write makes them anew
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh" "$1"
write=${2-}
root=$(cd "$here/../.." && pwd)
stack=$(sample_stack)
mkdir "$work/bin" "$work/readme" "$work/tour" "$work/pictures"
ln -s "$build/cli/whichcab" "$work/bin"
export PATH=$work/bin:$PATH
unset -f whichcab # the program itself, from now on

# README: the sample stack of ./dev demo.
cd "$work/readme" || exit 2
ln -s "$stack" stack
export WHICHCAB_CATALOG=$work/readme/catalog
python3 "$root/tests/docs/record.py" "$work/pictures" 'whichcab index stack' 'whichcab mapi32.dll' \
    'whichcab where --commands -m win95-dmf mapi32.dll' || fail "no picture was made"
for theme in light dark; do
    [ -z "$write" ] || cp "$work/pictures/session-$theme.svg" "$root/docs/pictures"
    check_equal "$(cmp "$root/docs/pictures/session-$theme.svg" "$work/pictures/session-$theme.svg" 2>&1)" "" "what the $theme picture has otherwise"
    check_status 0 python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$work/pictures/session-$theme.svg"
done
# shellcheck disable=SC2086
check_status 0 python3 "$root/tests/docs/replay.py" $write "$root/README.md"

# Every command line that README shows is one that the program understands: its options, at least.
while read -r line; do
    words=${line%%#*}
    command=$(sed -E 's/^ *whichcab ([a-z]+).*/\1/' <<<"$words")
    # shellcheck disable=SC2013 # options have no blanks
    for option in $(grep -oE -- ' --[a-z0-9-]+' <<<"$words"); do
        check_equal "$("$build/cli/whichcab" "$command" --help | grep -cE -- "^ +(-., )?$option\b")" 1 "lines of help for $command $option"
    done
done < <(grep -E '^    whichcab [a-z]+ ' "$root/README.md")

# The tour: forty images of floppies with names that say nothing.
cd "$work/tour" || exit 2
mkdir floppies
export WHICHCAB_CATALOG=$work/tour/catalog
number=0
for disk in 1 2 3 4; do
    printf 'image fat format=1440 label=BACKUP%s\nfile LETTER%s.TXT text="letter %s"\n' "$disk" "$disk" "$disk" >"$work/disk"
    "$build/tests/gen/media-gen" image "$work/disk" "$work/other$disk.img" >/dev/null
done
for image in "$stack"/win95-nondmf/*.img "$work"/other?.img "$stack"/win95-dmf/*.img; do
    number=$((number + 1))
    cp "$image" "floppies/$(printf 'img%03d.ima' $((number * 17 % 41)))"
done
check_equal "$(find floppies -name '*.ima' | wc -l)" 40 "images of the tour"
# shellcheck disable=SC2086
check_status 0 python3 "$root/tests/docs/replay.py" $write "$root/docs/tour.md"
line='EXTRACT /Y /L C:\WINDOWS\SYSTEM A:\WIN95_07.CAB MAPI32.DLL'
check_equal "$(grep -c '^\$ whichcab' "$root/docs/tour.md")" 3 "commands of the tour"
check_has "$line" "$root/docs/tour.md"
# The disk that the tour says to insert is the one with that cabinet.
image=$(grep -oE 'img[0-9]{3}\.ima' "$root/docs/tour.md" | head -1)
"$build/cli/whichcab" ls "floppies/$image:WIN95_07.CAB" >"$out" 2>"$err" || fail "$image has no WIN95_07.CAB"
finish

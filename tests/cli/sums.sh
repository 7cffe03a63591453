#!/usr/bin/env bash
# A set's ID is the sum of the bytes of its file names, above that of the set before it: what does not add up is
# told, and two sets that fit belong together, also where a second language has the same names of cabinets.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
generator=$build/tests/gen/media-gen

sum() { printf %s "$@" | od -An -v -tu1 | tr -s ' ' '\n' | awk '{ sum += $1 } END { print sum % 65536 }'; }

# A language: the set PRE of two cabinets, and REST of two behind it, each cabinet on a floppy of its own.
language() { # name, what is added to the ID; names of files
    local names=("${@:3}") base
    base=$(sum 'SETUP.EXE' "${names[0]}")
    mkdir -p "$work/i"
    printf '%s\n' "set size=30000 name=PRE%.CAB disk=% id=$base index=0" 'folder mszip' \
        "file ${names[0]} size=40000 content=random" >"$work/pre.cabinet"
    {
        printf '%s\n' "set size=60000 name=%.CAB disk=% id=$(((base + $(sum "${names[@]:1}") + $2) % 65536)) index=2"
        printf '%s\n' 'cabinet 1 name=REST3.CAB called=REST3.CAB previous=PRE2.CAB previous-disk=2' \
            'cabinet 2 name=REST4.CAB called=REST4.CAB' 'folder mszip'
        printf 'file %s size=40000 content=random\n' "${names[@]:1}"
    } >"$work/rest.cabinet"
    for set in pre rest; do
        rm -rf "${work:?}/$set"
        "$generator" cabinet "$work/$set.cabinet" "$work/$set" >/dev/null || exit 1
        for cabinet in "$work/$set"/*.CAB; do
            printf 'image fat format=720\nfile %s from=%s\n' "${cabinet##*/}" "$cabinet" >"$work/d.image"
            "$generator" image "$work/d.image" "$work/i/$1-$(basename "$cabinet" .CAB | rev).img" || exit 1
        done
    done
}
fresh() { rm -rf "$work/catalog" "$work/i"; }

language one 0 first.dll second.dll third.dll
check_status 0 whichcab index "$work/i"
check_status 0 whichcab media
check_has "probably one set by its cabinets, 4 of 4 disks, complete" "$out"
check_lacks "add up" "$out"

# Two languages whose cabinets are called the same: by the sums two sets.
fresh
language one 0 first.dll second.dll third.dll
language two 0 erste.dll zweite.dll dritte.dll
check_status 0 whichcab index "$work/i"
check_status 0 whichcab media --json
check_equal "$(jq -r 'select(.disks_from != null) | [.disks[].image | split("/")[-1] | split("-")[0]] | unique | join("+")' "$out" |
    sort | tr '\n' ' ')" "one two " "images of each set"
check_equal "$(jq -s 'map(select(.disks_from == "cabinets" and (.disks | length) == 4 and .complete)) | length' "$out")" 2 \
    "sets by their sums"

# A name was altered.
fresh
language one 1 first.dll second.dll third.dll
mkdir "$work/i/cd"
for image in "$work"/i/*.img; do mcopy -n -i "$image" '::*.CAB' "$work/i/cd/"; done
rm "$work"/i/*.img
check_status 0 whichcab index "$work/i/cd"
check_status 0-3 whichcab media
tr -s ' \n' ' ' <"$out" >"$work/said"
check_has "the file names in REST3.CAB to REST4.CAB don't add up to their set ID" "$work/said"
check_status 0-3 whichcab media --json
check_has "a name was altered" "$out"
check_status 0 whichcab verify
check_has "a name was altered" "$out"
check_status 0 whichcab verify --force --json
check_equal "$(jq -r 'select(.event == "contradiction").image' "$out")" "$work/i/cd" "set that verification finds contradictory"

# Without a cabinet at its end that is known already.
rm "$work/i/cd/REST4.CAB"
check_status 0 whichcab index "$work/i/cd"
check_status 3 whichcab media
check_has REST4.CAB "$out"
check_lacks "add up" "$out"
finish

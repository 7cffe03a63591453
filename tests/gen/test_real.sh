#!/usr/bin/env bash
# Builds the real media and holds them against their facts: cabextract and 7z decode every file of
# every set to the bytes of the manifest, headers and boot sectors say what the real ones say.
# usage: test_real.sh MEDIA-GEN
set -euo pipefail
generator=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

is() { # what, got, wanted
    [ "$2" = "$3" ] || { echo "$1: $2 instead of $3"; exit 1; }
}
bytes() { xxd -s "$2" -l "$3" -p "$1" | tr -d '\n'; }
sums() {
    (cd "$1" && find . -type f -print0 | xargs -0 sha256sum | sed 's| .*/| |' | LC_ALL=C sort)
}

# All files of the cabinets that start at the first ones, as the manifest has them.
check_set() { # id, program, cabinets in it (pattern), first cabinets
    local id=$1 program=$2 pattern=$3 first
    shift 3
    rm -rf got
    for first in "$@"; do
        if [ "$program" = cabextract ]; then
            cabextract -q -d got "cabinets/$first" >log 2>&1 || { cat log; exit 1; }
        else
            7z x -bd -y -ogot "cabinets/$first" >log || { cat log; exit 1; }
        fi
    done
    sums got >got.sums
    # A name may stand twice in a chain; the program keeps one of the two.
    awk -F'\t' -v p="$pattern" 'NR > 1 && $3 ~ p {print $8 " " $5}' out/manifest.tsv |
        LC_ALL=C sort -u >expected
    LC_ALL=C comm -13 expected got.sums >wrong
    [ ! -s wrong ] || { echo "$id, $program: other bytes"; head wrong; exit 1; }
    is "$id, $program: files" "$(wc -l <got.sums)" "$(cut -d' ' -f 2- expected | sort -fu | wc -l)"
    echo "$id, $program: $(wc -l <got.sums) files as in the manifest"
}

build() { # id, options
    rm -rf out cabinets
    "$generator" real "$1" out --form folder "${@:2}"
    mkdir cabinets
    find out -iname '*.cab' -exec mv {} cabinets/ \;
}

build win95-osr2-dmf
check_set win95-osr2-dmf cabextract '^PRECOPY' PRECOPY1.CAB
check_set win95-osr2-dmf 7z '^PRECOPY' PRECOPY1.CAB
check_set win95-osr2-dmf cabextract '^MINI' MINI.CAB
check_set win95-osr2-dmf 7z '^MINI' MINI.CAB
is "set, number and method of MINI.CAB" \
    "$(bytes cabinets/MINI.CAB 32 4)$(bytes cabinets/MINI.CAB 42 2)" 853f00000100
is "flags, set, number of PRECOPY2" "$(bytes cabinets/PRECOPY2.CAB 30 6)" 010015ad0100
is "flags, set, number of WIN95_02" "$(bytes cabinets/WIN95_02.CAB 30 6)" 030086e20200
is "the one before WIN95_02" "$(bytes cabinets/WIN95_02.CAB 36 15)" \
    "$(printf 'PRECOPY2.CAB\0%s\0' 2 | xxd -p)"

chain='^(BASE|CATALOG|DRIVER|NET|PRECOPY|WIN98_[0-9])'
for id in win98se-cd win98-cd-ptbr; do
    build $id
    check_set $id 7z '^PRECOPY' PRECOPY1.CAB
    check_set $id cabextract "$chain" CATALOG3.CAB # which goes back to PRECOPY1 as well
    [ $id = win98-cd-ptbr ] || check_set $id 7z "${chain/PRECOPY|/}" CATALOG3.CAB
    mv cabinets/mini.cab cabinets/MINI.CAB 2>/dev/null || true
    check_set $id 7z '^MINI' MINI.CAB
done

"$generator" real win95-osr2-dmf disks
is images "$(find disks -name 'disk*.img' | wc -l)" 22
is "OEM id of a disk that Windows 95 wrote to" "$(bytes disks/disk01.img 3 8)" \
    "$(printf 'rW-q-IHC' | xxd -p)"
is "serial and label in the boot sector" "$(bytes disks/disk13.img 38 16)" \
    "29abded2e3$(printf 'DISK13     ' | xxd -p)"
for disk in disks/disk*.img; do
    fsck.fat -n "$disk" >log || { cat log; exit 1; }
done
echo "the real media are as their facts say"

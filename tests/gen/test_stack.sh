#!/usr/bin/env bash
# Builds media and has every cabinet set in them decoded by cabextract and by 7z: all files must have
# the SHA-256 of the manifest. Loose files are compared too, and with --small a second build must be
# identical.
# usage: test_stack.sh MEDIA-GEN [options of "media-gen stack"]
set -euo pipefail
generator=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$generator" stack "$work/stack" "$@"
if [[ " $* " == *" --small "* ]]; then
    "$generator" stack "$work/again" -j 1 "$@"
    diff -r "$work/stack" "$work/again" || { echo "two builds differ"; exit 1; }
fi
cd "$work"

# Brings the contents of every image of a medium into one folder a disk.
unpack_medium() {
    local medium=$1 image
    mkdir -p "loose/$medium"
    if [ -f "stack/$medium.iso" ]; then
        7z x -bd -y -o"loose/$medium/disk" "stack/$medium.iso" >/dev/null
        chmod -R u+w "loose/$medium/disk"
        return
    fi
    for image in stack/"$medium"/*.img; do
        mkdir "loose/$medium/$(basename "$image" .img)"
        mcopy -s -n -m -i "$image" ::* "loose/$medium/$(basename "$image" .img)"
    done
}

# Writes "SHA-256 NAME" of all files below a folder, names without their folders.
sums() {
    (cd "$1" && find . -type f -print0 | xargs -0 sha256sum | sed 's| .*/| |' | LC_ALL=C sort)
}

compare() { # what, expected, got
    if ! cmp -s "$2" "$3"; then
        echo "$1: differs from the manifest"
        diff "$2" "$3" | head
        exit 1
    fi
    echo "$1: $(wc -l <"$2") files as in the manifest"
}

# What a program unpacks from a first cabinet on must be what the manifest has for these cabinets.
check_set() { # medium, first cabinet, pattern of cabinets, program
    awk -F'\t' -v m="$1" -v p="$3" '$1 == m && $5 ~ p {print $11 " " $7}' \
        stack/manifest.tsv | LC_ALL=C sort >expected
    rm -rf out
    if [ "$4" = cabextract ]; then
        cabextract -q -d out "cabinets/$1/$2.cab" >log 2>&1 || { cat log; exit 1; }
    else
        7z x -bd -y -oout "cabinets/$1/$2.cab" >log || { cat log; exit 1; }
    fi
    sums out >got
    compare "$1, set from $2, $4" expected got
}

for medium in $(tail -n +2 stack/manifest.tsv | cut -f 1 | sort -u); do
    unpack_medium "$medium"
    awk -F'\t' -v m="$medium" '$1 == m && $5 == "" {print $11 " " $7}' stack/manifest.tsv |
        LC_ALL=C sort >expected
    sums "loose/$medium" >got
    compare "$medium, loose files" expected got

    # 7-Zip joins a set only when names have the letter case that the headers give them.
    mkdir -p "cabinets/$medium"
    find "loose/$medium" -name '*.CAB' | while read -r cabinet; do
        name=$(basename "$cabinet")
        ln "$cabinet" "cabinets/$medium/${name,,}"
    done
    check_set "$medium" mini '^MINI' cabextract
    check_set "$medium" mini '^MINI' 7z
    check_set "$medium" precopy1 '^PRECOPY' cabextract
    check_set "$medium" precopy1 '^PRECOPY' 7z
    # The first WIN95_nn names the last PRECOPYn as the one before: cabextract goes there, 7-Zip
    # keeps to the set id.
    first=$(basename "$(find "cabinets/$medium" -name 'win95_*' | sort | head -1)" .cab)
    check_set "$medium" "$first" '^(PRECOPY|WIN95_)' cabextract
    check_set "$medium" "$first" '^WIN95_' 7z
    rm -rf "loose/$medium" "cabinets/$medium"
done

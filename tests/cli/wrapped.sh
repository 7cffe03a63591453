#!/usr/bin/env bash
# Images in archives and compressed files give the same answers and the same bytes as plain ones.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(small_stack)
floppies=$stack/win95-dmf
disc=$stack/win95-cd.iso
wrapped=$work/wrapped
mkdir "$wrapped"

with() { # catalog, arguments of the program
    "$build/cli/whichcab" -C "$work/catalog-$1" "${@:2}"
}

# What is known of every file, without what names the image.
answers() { # catalog
    with "$1" where --json --all '*' >"$out"
    jq -rc 'select(.source == "indexed" and .cabinet != null) |
        [.name, .medium, .title, .disk, .insert, .volume_label, .cabinet, .size, .modified, .starts_in, .ends_in,
        [.needs[] | [.disk, .insert, .volume_label, .cabinet, .present]], .method, .role, .complete]' \
        "$out" | sort
}

# The disks as `media` has them, without what names the image.
disks() { # catalog
    with "$1" media --json |
        jq -rc '[.medium, .complete, (.disks[] | [.disk, .status, .insert, .volume_label, .format, .files])]'
}

check_same_answers() { # catalog, catalog
    local left=$work/answers-$1 # those of plain images are asked for once
    [ -e "$left" ] || answers "$1" >"$left"
    answers "$2" >"$work/right"
    check_equal "$(($(wc -l <"$left") > 1000))" 1 "number of files in $1"
    if cmp -s "$left" "$work/right"; then
        pass
    else
        fail "answers of $1 and $2 differ"
        diff "$left" "$work/right" | head -10
    fi
}

check_same_bytes() { # catalog, catalog, names
    local one=$work/one-$1 two=$work/two
    rm -rf "$two"
    [ -e "$one" ] || check_status 0 with "$1" extract -m "$medium" -o "$one" "${@:3}"
    check_status 0 with "$2" extract -m "$medium" -o "$two" --force "${@:3}"
    check_equal "$(diff -r "$one" "$two" && find "$one" -type f | wc -l)" $(($# - 2)) "files extracted from $2"
}

# ---- a set of floppies ----------------------------------------------------------------------
(
    cd "$floppies" || exit
    zip -q "$wrapped/set.zip" ./*.img
    zip -q0 "$wrapped/stored.zip" ./*.img
    7z a -bd -bso0 "$wrapped/set.7z" ./*.img
    tar cf "$wrapped/set.tar" ./*.img
    tar czf "$wrapped/set.tgz" ./*.img
    tar cJf "$wrapped/set.tar.xz" ./*.img
)
(cd "$wrapped" && zip -q nested.zip set.7z && tar czf nested.tar.gz nested.zip)
medium=win95-dmf
check_status 0 with floppies index "$floppies"
# the first names of cabinets continue from the disk before
mapfile -t names < <(with floppies where --json --all '*' |
    jq -r 'select(.source == "indexed" and .starts_in != .ends_in) | .name' | sort -u | head -8)
check_equal "$((${#names[@]} > 3))" 1 "files that cross disks"
for archive in set.zip stored.zip set.7z set.tar set.tgz set.tar.xz nested.tar.gz; do
    check_status 0 with "$archive" index "$wrapped/$archive"
    check_same_answers floppies "$archive"
    check_equal "$(disks "$archive")" "$(disks floppies)" "disks in $archive"
    check_same_bytes floppies "$archive" "${names[@]}" mapi32.dll
done

# each disk in a wrapper of its own
mkdir "$work/each"
for image in "$floppies"/*.img; do
    name=$(basename "$image" .img)
    zip -qj "$work/each/$name.imz" "$image"
done
gzip -c "$floppies/disk07.img" >"$work/each/disk07.img.gz"
rm "$work/each/disk07.imz"
check_status 0 with each index "$work/each"
check_same_answers floppies each
check_same_bytes floppies each "${names[@]}" mapi32.dll
with each media | tr -s '\n ' ' ' >"$out" # the heading is two lines long
check_has '13 DMF disks and a boot disk, complete' "$out"

# some disks in a ZIP with a text beside them, the others loose
mkdir "$work/halves" "$work/disc"
cp "$floppies"/disk{08,09,10,11,12,13}.img "$work/halves"
echo 'what is in here' >"$work/halves/readme.txt"
(cd "$floppies" && zip -qj "$work/halves/rest.zip" disk0[1-7].img boot.img "$work/halves/readme.txt")
check_status 0 with halves index -v "$work/halves"
check_has 'rest.zip > disk07.img: a disk in it, win95-dmf disk 7' "$err"
check_has 'rest.zip: indexed' "$err"
check_same_answers floppies halves
check_equal "$(disks halves)" "$(disks floppies)" "disks half in a ZIP"
check_same_bytes floppies halves "${names[@]}" mapi32.dll
check_status 0 with halves media -v
tr -s ' \n' ' ' <"$out" >"$work/text"
check_has 'rest.zip > disk07.img' "$work/text"
check_equal "$(with halves media --json | jq -r '.disks[] | select(.disk == "7") | .container')" disk07.img \
    "place of a disk in its image"
check_status 0 with halves diff "$work/halves" win95-dmf

# as files in a folder of a disc
cp "$floppies"/*.img "$work/disc"
xorriso -as mkisofs -quiet -J -o "$wrapped/floppies.iso" -graft-points /SETS/WIN95="$work/disc" 2>"$err"
check_status 0 with ondisc index "$wrapped/floppies.iso"
check_same_answers floppies ondisc
check_equal "$(disks ondisc)" "$(disks floppies)" "disks on a disc"
check_same_bytes floppies ondisc "${names[@]}" mapi32.dll

# a catalog keeps them when it is carried over, and looks sound
check_status 0 with halves catalog check
check_status 0 with halves export
cp "$out" "$work/export"
check_has "part	" "$work/export"
check_status 0 with carried import "$work/export"
check_equal "$(disks carried)" "$(disks floppies)" "disks in an imported catalog"
check_status 0 with carried export
check_equal "$(cmp "$out" "$work/export" && echo same)" same "export of an import"

# disks that nobody knows, side by side, are shown as one probable set, and asked for by label or by the image's name
mkdir "$work/unknown"
for number in 1 2; do
    echo "text $number" >"$work/own$number.txt"
    mformat -C -f 1440 -i "$work/unknown/d$number.img" ::
    mcopy -i "$work/unknown/d$number.img" "$work/own$number.txt" ::
done
mlabel -i "$work/unknown/d2.img" ::SECOND
(cd "$work/unknown" && zip -q two.zip d1.img d2.img && rm ./*.img)
check_status 0 with unknown index "$work/unknown"
check_status 0 with unknown where --json own1.txt own2.txt
check_equal "$(jq -r '.needs[].insert' "$out" | paste -sd,)" 'd1.img,the disk labelled SECOND' "how to ask for disks"
check_equal "$(with unknown media --json | jq -r '[.set, (.disks | length), .disks[0].container] | @csv' | paste -sd' ')" \
    '1,2,"d1.img"' "unknown disks in a ZIP"

# ---- a disc ---------------------------------------------------------------------------------
medium=win95-cd
check_status 0 with disc index "$disc"
zip -qj "$wrapped/disc.zip" "$disc"
xz -0c "$disc" >"$wrapped/disc.iso.xz"
for archive in disc.zip disc.iso.xz; do
    check_status 0 with "$archive" index "$wrapped/$archive"
    check_same_answers disc "$archive"
    check_same_bytes disc "$archive" mapi32.dll user.exe
done

# ---- the whole chain is shown ---------------------------------------------------------------
check_status 0 with nested.tar.gz where --json mapi32.dll
check_equal "$(jq -r 'select(.source == "indexed") | .container' "$out")" \
    'nested.tar > nested.zip > set.7z > disk07.img > WIN95_07.CAB' "chain of containers"

# ---- damage and limits are told -------------------------------------------------------------
head -c 100000 "$wrapped/set.zip" >"$wrapped/cut.zip"
check_status 3 with cut index "$wrapped/cut.zip"
inner=$wrapped/set.zip
for depth in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
    (cd "$wrapped" && rm -rf step && mkdir step && cp "$inner" "step/in.zip" && cd step &&
        zip -q0 "../deep$depth.zip" in.zip)
    inner=$wrapped/deep$depth.zip
done
check_status 3 with deep index "$inner"
check_has 'containers deep' "$err"
head -c 200M /dev/zero | gzip -c >"$wrapped/zeroes.img.gz"
check_status 3 with zeroes index "$wrapped/zeroes.img.gz"
check_has 'more than 1000 to 1' "$err"
finish

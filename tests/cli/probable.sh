#!/usr/bin/env bash
# Images that no profile knows: which of them are probably one set, which are the same, what is missing.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
generator=$build/tests/gen/media-gen

# A floppy with two files of its own.
floppy() { # path, label, word
    printf 'image fat format=720 label="%s"\nfile %s.TXT text="%s"\nfile PROG.EX_ size=3000 pack=szdd missing=E\n' \
        "$2" "$3" "$3" >"$work/one.image"
    mkdir -p "$(dirname "$1")"
    "$generator" image "$work/one.image" "$1"
}
fresh() { rm -rf "$work/catalog" "$work/i"; }
media() { # status of the answer, 3 when something is missing
    check_status 0 whichcab index "$work/i"
    check_status "${1:-0}" whichcab media
}

# Labels that count, under any names; one disk in between is missing.
fresh
floppy "$work/i/x.img" "SETUP 1" A
floppy "$work/i/a.img" "SETUP 2" B
floppy "$work/i/m.img" "SETUP 4" D
media 3
check_has "probably one set by its labels, 3 of 4 disks, incomplete" "$out"
check_has "missing   disk 3   disk 3" "$out"
check_status 3 whichcab media --json
check_equal "$(jq -r '.disks_from, .disks_known, (.missing | join(",")), (.disks | map(.disk // "-") | join(","))' "$out" |
    paste -sd' ')" "labels 4 3 1,2,4,3" "the set by labels in JSON"

# Names that count, without labels, "of n" and leading zeros.
fresh
floppy "$work/i/Office (Disk 01 of 3).img" "" A
floppy "$work/i/Office (Disk 02 of 3).img" "" B
floppy "$work/i/Office (Disk 03 of 3).img" "" C
floppy "$work/i/other.img" "" Z
media
check_has "probably one set by its names, 3 of 3 disks, complete" "$out"
check_equal "$(grep -c '^not recognised' "$out")" 2 "sets and single disks"

# Two products in one folder, and the same labels in another folder: three sets.
fresh
for n in 1 2 3; do
    floppy "$work/i/one/a$n.img" "ALPHA$n" "A$n"
    floppy "$work/i/one/b$n.img" "BETA_$n" "B$n"
    floppy "$work/i/two/c$n.img" "ALPHA$n" "C$n"
done
media
check_equal "$(grep -c 'probably one set by its labels, 3 of 3 disks, complete' "$out")" 3 "three sets"

# A numbered collection is no set, nor are names that count against their labels.
fresh
for n in 1 61 62 63; do floppy "$work/i/disk$n.img" "" "A$n"; done
floppy "$work/i/z/n1.img" "TOOLS 2" X
floppy "$work/i/z/n2.img" "TOOLS 1" Y
media
check_equal "$(grep -c 'probably one set' "$out")" 1 "what is called a set"
check_has "probably one set by its labels, 2 of 2" "$out"

# Cabinets that go on in each other, and a disk between that is not there.
fresh
cat >"$work/set.cabinet" <<'END'
set size=30000 name=PART%.CAB disk="Disk %"
folder mszip
file a.bin size=100000 content=random
END
"$generator" cabinet "$work/set.cabinet" "$work/cabs"
mkdir -p "$work/i"
for n in 1 2 3 4; do
    printf 'image fat format=720\nfile PART%s.CAB from=cabs/PART%s.CAB\n' "$n" "$n" >"$work/p.image"
    "$generator" image "$work/p.image" "$work/i/$(printf '%s' "$n" | md5sum | cut -c1-8).img"
done
media
check_has "probably one set by its cabinets, 4 of 4 disks, complete" "$out"
rm -rf "$work/catalog" "$work/i/$(printf 2 | md5sum | cut -c1-8).img"
media 3
check_has "probably one set by its cabinets, 3 of 4 disks, incomplete" "$out"
check_has "missing   -        Disk 2, with PART2.CAB" "$out"

# The same image twice is told once; one that differs in one byte is another one.
fresh
floppy "$work/i/here.img" "TOOL" A
mkdir "$work/i/sub"
cp "$work/i/here.img" "$work/i/sub/copy.img"
cp "$work/i/here.img" "$work/i/other.img"
printf Z | dd of="$work/i/other.img" bs=1 seek=500001 conv=notrunc status=none
media
check_equal "$(grep -c duplicate "$out")" 1 "duplicates"
check_has "duplicate -        $work/i/sub/copy.img" "$out"
check_status 0 whichcab where prog.exe
check_has "the same on 1 more image" "$out"
check_status 0 whichcab where --json prog.exe
check_equal "$(jq -s 'map(.same_elsewhere) | sort | join(",")' "$out")" '"0,1"' "answers for three images"

# A cabinet of the set that is there and can't be read is damaged, not missing.
for how in cut empty other; do
    fresh
    mkdir "$work/i"
    cp "$work"/cabs/PART*.CAB "$work/i"
    case $how in
    cut) truncate -s 50 "$work/i/PART2.CAB" ;;
    empty) truncate -s 0 "$work/i/PART2.CAB" ;;
    other) printf 'no cabinet' | dd of="$work/i/PART2.CAB" conv=notrunc status=none ;;
    esac
    check_status 0-3 whichcab index "$work/i"
    check_status 0-3 whichcab media
    check_has "PART2.CAB" "$out"
    check_lacks missing "$out"
    check_status 0-3 whichcab where a.bin
    check_has "PART2.CAB is damaged: " "$out"
    check_lacks missing "$out"
done
finish

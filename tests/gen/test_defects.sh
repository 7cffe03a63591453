#!/usr/bin/env bash
# Builds every description in defects/ (twice: the bytes must be the same), and checks with other
# programs that the images read as meant and the damaged cabinets are damaged.
# usage: test_defects.sh MEDIA-GEN
set -euo pipefail
export LC_ALL=C.UTF-8
generator=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for turn in one two; do
    mkdir $turn
    for description in "$here"/defects/*.cabinet; do
        "$generator" cabinet "$description" "$turn/$(basename "$description" .cabinet)"
    done
    for description in "$here"/defects/*.image; do
        "$generator" image "$description" "$turn/$(basename "$description" .image).img"
    done
done
diff -r one two || { echo "two builds differ"; exit 1; }
cd one

fail() { echo "$1"; exit 1; }
readable() { 7z t -bd "$1" >/dev/null 2>&1; }

for name in bad-checksum damaged-payload counts-exceed-size files-exceed-size \
    absurd-file-size absurd-file-offset absurd-block-size truncated truncated-directory bad-sectors \
    data-behind-end folder-number-out-of-range unknown-method missing-disk; do
    first=$(find "$name" -name '*.CAB' | sort | head -n 1)
    ! readable "$first" || fail "$name: 7z finds nothing wrong"
done
# 7-Zip takes no notice of these; the field is there all the same.
field() { # name, offset, bytes, wanted value
    [ "$(xxd -s "$2" -l "$3" -p "$1/SET1.CAB")" = "$4" ] || fail "$1: the field isn't as described"
}
field blocks-exceed-size 40 2 50c3
field absurd-cabinet-size 8 4 ffffffff
for name in cut-at-block running-folder zero-bomb hostile-names; do
    first=$(find "$name" -name '*.CAB' | sort | head -n 1)
    readable "$first" || fail "$name: 7z can't read it"
done
[ ! -e missing-disk/DISK2.CAB ] || fail "missing-disk: the disk is there"
[ "$(stat -c %s zero-bomb/SET1.CAB)" -lt 200000 ] || fail "zero-bomb: isn't small"
grep -qa 'part1.cab' letter-case/PART2.CAB || fail "letter-case: the header has the name of the file"
cabextract -q -d letters letter-case/PART1.CAB
tail -n +2 letter-case/manifest.tsv | awk -F'\t' '{print $5 "  letters/" $3}' | sha256sum -c --quiet
cmp -s <(xxd -s 35840 -l 16 -p bad-sectors/SET1.CAB) <(printf -- '-=[BAD SECTOR]=-' | xxd -p) ||
    fail "bad-sectors: no filler"

# Images: what is right in them reads right.
mdir -i long-names.img -b -/ :: | grep 'deep file.html' >/dev/null || fail "long-names: folder isn't found"
mdir -i long-names.img :: | grep 'THEFIR~2' >/dev/null || fail "long-names: no second short name"
fsck.fat -n long-names.img >/dev/null || fail "long-names: fsck.fat finds errors"
mtype -i bad-sectors-floppy.img ::FIRST.BIN | grep -a 'BAD SECTOR' >/dev/null || fail "bad-sectors-floppy"
! fsck.fat -n cyclic-chain.img >/dev/null 2>&1 || fail "cyclic-chain: fsck.fat finds nothing wrong"
[ "$(stat -c %s truncated-floppy.img)" = 700000 ] || fail "truncated-floppy"
xorriso -read_fs norock -indev three-names.img -find / 2>/dev/null | grep 'The Microsoft Network.msn' >/dev/null || fail "three-names: no Joliet name"
xorriso -indev three-names.img -find / 2>/dev/null | grep 'Another long name.html' >/dev/null ||
    fail "three-names: no Rock Ridge name"
xorriso -read_fs ecma119 -indev three-names.img -find / 2>/dev/null |
    grep -i 'THEMIC~1.MSN' >/dev/null || fail "three-names: no 8.3 name"
xorriso -indev three-names.img -report_el_torito plain 2>/dev/null | grep 'El Torito' >/dev/null ||
    fail "three-names: doesn't boot"
[ "$(xxd -s 510 -l 2 -p no-signature.img)" = 0000 ] || fail "no-signature"
[ "$(xxd -s 11 -l 2 -p no-bpb.img)" = 0000 ] || fail "no-bpb"

# FAT of all widths and all floppy formats.
for format in dmf 1440 2880 1200 720 360 320 180 160 fat16 "fat32 sectors=80000"; do
    printf 'image fat format=%s\nfile A.TXT size=3000\nfile SUB/B.BIN size=60000\n' \
        "$format" >description
    "$generator" image description disk.img
    fsck.fat -n disk.img >log || { cat log; fail "$format: fsck.fat finds errors"; }
    mtype -i disk.img ::SUB/B.BIN >b.bin
    [ "$(stat -c %s b.bin)" = 60000 ] || fail "$format: other size"
    [ -e other.bin ] || cp b.bin other.bin
    cmp -s b.bin other.bin || fail "$format: other bytes"
done
echo "all descriptions build as meant"

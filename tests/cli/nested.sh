#!/usr/bin/env bash
# What lies in files of cabinets: cabinets, programs with cabinets, images, archives of drivers.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen

le16() { printf %b "$(printf '\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)))"; }
le32() { le16 $(($1 & 65535)) && le16 $(($1 >> 16)); }
zeroes() { head -c "$1" /dev/zero; }

# A DOS program whose header says that it ends after 512 bytes, with a cabinet behind it.
make_program() { # cabinet, program
    { printf 'MZ\0\0\1\0' && zeroes 506 && cat "$1"; } >"$2"
}

# An archive of drivers as Windows loads it: W3, and W4 in one chunk that is stored.
make_w3() { # version, names ...
    local version=$1 at=4096 name
    shift
    printf W3 && le16 "$version" && le16 $# && zeroes 10
    for name in "$@"; do
        printf '%-8s' "$name" && le32 $at && le32 196
        at=$((at + 1000))
    done
    zeroes $((8192 - 16 - 16 * $#))
}
dos_header() { printf MZ && zeroes 58 && le32 64; }
make_w4() { # file, names ...
    {
        dos_header
        printf W4 && le16 0x0400 && le16 8192 && le16 1 && printf DS && zeroes 6
        le32 84
        make_w3 0x0400 "${@:2}"
    } >"$1"
}

# One cabinet of files that exist: their names and paths in turn.
make_cabinet() { # cabinet, method, name, path ...
    local cabinet=$1
    {
        echo "set name=$(basename "$cabinet")"
        echo "folder $2"
        shift 2
        echo 'file before.txt size=70000'
        while [ $# -gt 0 ]; do
            echo "file $1 from=$2"
            shift 2
        done
        echo 'file after.txt size=300'
    } >"$cabinet.txt"
    "$gen" cabinet "$cabinet.txt" "$(dirname "$cabinet")" >"$err" || fail "the cabinet $cabinet: $(cat "$err")"
}

check_chain() { # file, chain
    check_status 0 whichcab where --json "$1"
    check_equal "$(jq -r 'select(.source == "indexed") | .container' "$out")" "$2" "chain of $1"
}

check_bytes() { # file, original
    rm -rf "$work/extracted"
    check_status 0 whichcab extract -o "$work/extracted" "$1"
    check_equal "$(sha256sum <"$work/extracted/$1")" "$(sha256sum <"$2")" "bytes of $1"
}

mkdir "$work/made" "$work/media"
cd "$work/made" || exit
seq 1 20000 >wanted.dll
seq 1 5000 >deepest.dll
make_cabinet "$work/made/INNER.CAB" quantum wanted.dll "$work/made/wanted.dll"
make_cabinet "$work/made/OUTER.CAB" mszip INNER.CAB "$work/made/INNER.CAB"
make_program OUTER.CAB SETUP.EXE

# ---- a cabinet in a cabinet in a program on a disc in a ZIP ---------------------------------
mkdir disc && cp SETUP.EXE disc
xorriso -as mkisofs -quiet -o disc.iso disc 2>"$err"
zip -q "$work/media/disc.zip" disc.iso
check_status 0 whichcab index "$work/media/disc.zip"
check_chain wanted.dll 'disc.iso > SETUP.EXE > INNER.CAB'
check_status 0 whichcab where wanted.dll
check_has INNER.CAB "$out"
check_lacks 'EXTRACT ' "$out"
check_bytes wanted.dll wanted.dll
check_status 0 whichcab ls "$work/media/disc.zip"
check_has wanted.dll "$out"
check_status 0 whichcab verify
check_status 0 whichcab where --hash "$(sha256sum wanted.dll | cut -d' ' -f1)"
check_has wanted.dll "$out"
check_status 0 whichcab catalog check

# ---- what only unpacking everything shows: programs and drivers in cabinets -------------------
rm -rf "$work/catalog"
make_cabinet "$work/made/DEEP.CAB" mszip deepest.dll "$work/made/deepest.dll"
make_program DEEP.CAB SMALL.EXE
make_cabinet "$work/made/MIDDLE.CAB" quantum SMALL.EXE "$work/made/SMALL.EXE"
make_program MIDDLE.CAB LARGE.EXE
make_w4 VMM32.VXD VMM VDD IOS
{ dos_header && make_w3 0x030A VPICD VDMAD; } >WIN386.EXE
make_cabinet "$work/media/WIN95_03.CAB" quantum LARGE.EXE "$work/made/LARGE.EXE" VMM32.VXD "$work/made/VMM32.VXD"
cp "$work/media/WIN95_03.CAB" "$work/media/COPY.CAB"
mkdir "$work/media/loose" && cp WIN386.EXE "$work/media/loose"
mformat -C -f 1440 -i "$work/media/loose.img" :: && mcopy -i "$work/media/loose.img" WIN386.EXE VMM32.VXD ::
rm -rf "$work/media/loose" "$work/media/disc.zip" "$work/media/WIN95_03.CAB.txt"
check_status 0 whichcab index "$work/media"
check_status 0 whichcab where --json VPICD.386
check_equal "$(jq -r '[.container, .stored_path] | @csv' "$out")" '"WIN386.EXE","VPICD.386"' "a driver in a loose archive"
check_status 0 whichcab where --json VPICD
check_status 1 whichcab where deepest.dll
check_status 0 whichcab index --deep "$work/media"
check_has ' 0 damaged' "$err"
for cabinet in WIN95_03.CAB COPY.CAB; do
    check_status 0 whichcab where --json --all deepest.dll
    jq -r .container "$out" >"$work/chains"
    check_has "$cabinet > LARGE.EXE > SMALL.EXE" "$work/chains"
    check_status 0 whichcab where --json --all VMM.VXD
    jq -r .container "$out" >"$work/chains"
    check_has "$cabinet > VMM32.VXD" "$work/chains"
done
check_status 0 whichcab where VMM.VXD
check_has 'VMM32.VXD' "$out"
check_has 'WIN95_03.CAB' "$out"
check_lacks 'EXTRACT ' "$out"
check_bytes deepest.dll deepest.dll
check_bytes VMM32.VXD VMM32.VXD
check_status 3 whichcab extract -o "$work/extracted" VMM.VXD
check_has 'as a part of VMM32.VXD' "$err"
check_status 0 whichcab where --hash "$(sha256sum deepest.dll | cut -d' ' -f1)"
check_has deepest.dll "$out"
check_status 0 whichcab catalog check
check_status 0 whichcab export
cp "$out" first

# Nothing is left to do, and another number of threads finds the same.
check_status 0 whichcab index --deep "$work/media"
check_status 0 whichcab export
check_equal "$(cmp first "$out" && echo same)" same "export after a second run"
rm -rf "$work/catalog"
check_status 0 whichcab index -j1 "$work/media"
check_status 0 whichcab verify -j3
check_status 0 whichcab export
check_equal "$(cmp first "$out" && echo same)" same "export with other threads"

# What is there of a cabinet whose end is missing, and one that another file's broken chain runs into, is
# answered and taken out.
rm -rf "$work/catalog" "$work/extracted"
mkdir "$work/cut"
zeroes 60000 >filler.bin
make_cabinet CUT.CAB stored filler.bin filler.bin last.bin deepest.dll
make_program CUT.CAB CUT.EXE
for name in CUT.CAB CUT.EXE; do
    image=$work/cut/${name#*.}.img
    mformat -C -f 720 -i "$image" ::
    mcopy -i "$image" "$here/../../LICENSE" ::CROSS.TXT
    mcopy -i "$image" "$name" ::
    cp "$image" "$work/cut/crossed-${name#*.}.img"
    truncate -s 115000 "$image" # behind the first file's last block, within a cluster
done
for image in "$work"/cut/crossed-*; do # CROSS.TXT begins where the cabinet goes on
    first=$(($(xxd -s $((7 * 512 + 58)) -l 1 -p "$image" | sed 's/^/0x/')))
    printf %b "$(printf '\\x%02x' $((first + 3)))" | dd of="$image" bs=1 seek=$((7 * 512 + 26)) conv=notrunc status=none
done
check_status 3 whichcab index --deep "$work/cut"
check_has 'lies behind the end of the image' "$err"
check_has 'belongs to another file' "$err"
check_status 3 whichcab where --json --all before.txt
check_equal "$(jq -r 'select(.trouble | test("is damaged")) | .image' "$out" | wc -l)" 4 "images with a damaged cabinet"
check_status 0 whichcab extract --all -o "$work/extracted" before.txt
check_has '4 files extracted, 0 salvaged, 0 failed' "$err"
check_equal "$(sha256sum "$work"/extracted/before.txt* | cut -d' ' -f1 | sort -u | wc -l)" 1 "contents of before.txt"
check_status 3 whichcab extract --all -o "$work/extracted" after.txt
check_has '2 files extracted, 0 salvaged, 2 failed' "$err"
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/media"

# An image that is read anew loses what was found inside, until it is unpacked again.
check_status 0 whichcab index --force "$work/media"
check_status 1 whichcab where deepest.dll
check_status 0 whichcab index --deep "$work/media"
check_chain deepest.dll 'COPY.CAB > LARGE.EXE > SMALL.EXE'
finish

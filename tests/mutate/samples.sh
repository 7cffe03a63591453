#!/usr/bin/env bash
# Makes the media that the mutation campaign damages: the same files on small media of every kind.
#
#   samples.sh MEDIA_GEN MAKE_DISC OUT
#
# OUT/samples/NAME/ holds the images of one sample, OUT/truth/ the contents of all files, and
# OUT/truth.tsv (sample, name, kind, SHA-256) what is on each: a `file`, whose bytes are found as they
# are in the image, or one `inside` of something that packs or spreads its bytes, or one `sealed`, which
# is inside, with a checksum over all; or a `cabinet`, which is a file with files inside.  OUT/witness/ holds an image that is indexed with each sample and never
# damaged.
set -euo pipefail

gen=$(realpath "$1")
make_disc=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$3"
out=$(realpath "$3")
rm -rf "$out"/{samples,truth,witness,profiles,parts,truth.tsv}
mkdir -p "$out"/{samples,truth,witness,profiles,parts}
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=805456200
cd "$out/parts"

for tool in mformat mcopy mmd xorriso sfdisk qemu-img dsktrans zip gzip gcab msibuild; do
    command -v "$tool" >/dev/null || {
        echo "samples.sh: $tool is missing" >&2
        exit 1
    }
done

# A file of numbers, other ones for each name.
make_file() { # name, bytes
    awk -v name="$1" -v size="$2" 'BEGIN {
        for (i = 1; i <= length(name); i++)
            state = (state * 31 + index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.", substr(name, i, 1))) % 65521
        while (made < size) {
            state = (state * 16807 + 1) % 2147483647
            line = substr(state "\n", 1, size - made)
            made += length(line)
            printf "%s", line
        }
    }' >"$out/truth/$1"
    touch -d '1995-07-11 09:50:00' "$out/truth/$1"
}
make_file README.TXT 700
make_file SETUP.INF 5000
make_file DATA.BIN 9000
for name in mszip1.txt:20000 mszip2.txt:30000 mszip3.txt:9000 stored1.txt:4000 quant1.txt:6000 quant2.txt:3000; do
    make_file "${name%:*}" "${name#*:}"
done
make_file witness.txt 900

sample() { # name; makes its folder, $at
    at=$out/samples/$1
    mkdir "$at"
}
tell() { # kind, names...
    local name
    for name in "${@:2}"; do
        printf '%s\t%s\t%s\t%s\n' "${at##*/}" "$name" "$1" \
            "$(sha256sum "$out/truth/$name" | cut -d' ' -f1)" >>"$out/truth.tsv"
    done
}

# Cabinets with a folder of each method that the builder writes.
members=(mszip1.txt mszip2.txt mszip3.txt stored1.txt quant1.txt quant2.txt)
describe() { # size, name pattern
    local name
    printf 'set size=%s name=%s\n' "$1" "$2"
    for name in "${members[@]}"; do
        case $name in
        mszip1.txt) printf 'folder mszip\n' ;;
        stored1.txt) printf 'folder stored\n' ;;
        quant1.txt) printf 'folder quantum window=15\n' ;;
        esac
        printf 'file %s from=%s\n' "$name" "$out/truth/$name"
    done
}
describe 0 ALL.CAB >one.cabinet
"$gen" cabinet one.cabinet one >/dev/null
touch -d '1995-07-11 09:50:00' one/ALL.CAB
cp -p one/ALL.CAB "$out/truth/ALL.CAB"
printf 'set size=0 name=WITNESS.CAB\nfolder mszip\nfile witness.txt from=%s\n' "$out/truth/witness.txt" >witness.cabinet
"$gen" cabinet witness.cabinet witness >/dev/null
cp witness/WITNESS.CAB "$out/witness/WITNESS.CAB"

sample set
describe 18000 PART%.CAB >set.cabinet
"$gen" cabinet set.cabinet set >/dev/null
cp set/PART*.CAB "$at/"
cp set/PART*.CAB "$out/truth/"
tell file "${members[@]}"
for part in set/PART*.CAB; do tell cabinet "$(basename "$part")"; done

loose=(README.TXT SETUP.INF DATA.BIN)
tell_all() {
    tell file "${loose[@]}" "${members[@]}"
    tell cabinet ALL.CAB
}
tell_inside() { tell inside "${loose[@]}" "${members[@]}"; }
tell_sealed() { tell sealed "${loose[@]}" "${members[@]}"; }
put_all() { # FAT image, folder
    mcopy -m -o -i "$1" "${loose[@]/#/$out/truth/}" "::$2"
    mcopy -m -o -i "$1" "$out/truth/ALL.CAB" "::$2"
}
describe_image() { # words of the image line
    local name
    printf 'image %s\n' "$*"
    for name in "${loose[@]}" ALL.CAB; do printf 'file %s from=%s\n' "$name" "$out/truth/$name"; done
}

# Floppies: as old as they get, ordinary, and of Microsoft's own format.
sample floppy
mformat -C -f 160 -v FLOPPY -N 12345678 -i "$at/disk.img" ::
mmd -i "$at/disk.img" ::SUB
put_all "$at/disk.img" SUB/
tell_all
cp "$at/disk.img" first.img
sample floppy1440
mformat -C -f 1440 -v FLOPPY -N 12345678 -i "$at/disk.img" ::
put_all "$at/disk.img" /
mcopy -m -i "$at/disk.img" "$out/truth/README.TXT" '::A long name of another file.text'
tell_all
sample dmf
describe_image fat format=dmf label=DISK7 >dmf.image
"$gen" image dmf.image "$at/disk.img" >/dev/null
tell_all

# CDs: with Joliet and Rock Ridge names and a boot image; as sectors of 2,352 bytes beside a sheet;
# in three burning programs' own forms.
mkdir -p files/WIN95
cp -p "${loose[@]/#/$out/truth/}" files/
cp -p "$out/truth/ALL.CAB" files/WIN95/
sample iso
xorriso -as mkisofs -quiet -V SAMPLE -J -R -b README.TXT -no-emul-boot -boot-load-size 2 -o "$at/disc.iso" files 2>/dev/null
tell_all
xorriso -as mkisofs -quiet -V SAMPLE -o plain.iso files 2>/dev/null
"$make_disc" sectors 2352 1 0 plain.iso track.bin
sectors=$(($(stat -c %s track.bin) / 2352))
sample cue
cp track.bin "$at/track.bin"
printf 'FILE "track.bin" BINARY\r\n  TRACK 01 MODE1/2352\r\n    INDEX 01 00:00:00\r\n' >"$at/disc.cue"
tell_all
sample ccd
cp track.bin "$at/disc.img"
printf '[CloneCD]\nVersion=3\n[Entry 0]\nSession=1\nPoint=0x01\nControl=0x04\nPLBA=0\n[Entry 1]\nSession=1\nPoint=0xa2\nControl=0x04\nPLBA=%d\n' \
    "$sectors" >"$at/disc.ccd"
tell_all
sample mds
"$make_disc" mds "$at/disc.mds" "$at/disc.mdf" 1:1:2352:0:track.bin
tell_all
sample nrg
"$make_disc" nrg2-dao "$at/disc.nrg" 1:1:2048:0:plain.iso
tell_all

# A hard disk with a partition and a logical one; the same as a growing virtual disk.
sample partitions
truncate -s 400K "$at/disk.img"
printf 'label: dos\nstart=1,size=320,type=1\nstart=330,type=5\nstart=340,size=320,type=1\n' |
    sfdisk -q --force "$at/disk.img" >/dev/null 2>&1
dd if=first.img of="$at/disk.img" bs=512 seek=1 conv=notrunc status=none
mformat -C -f 160 -N 12345679 -i second.img ::
mcopy -m -i second.img "$out/truth/README.TXT" ::SECOND.TXT
dd if=second.img of="$at/disk.img" bs=512 seek=340 conv=notrunc status=none
tell_all
cp "$at/disk.img" hard.img
sample vhd
qemu-img convert -O vpc hard.img "$at/disk.vhd"
tell_all

# Dumps of floppies, and floppies in archives, packed and not.
for kind in imd tele; do
    sample $kind
    dsktrans -itype raw -otype $kind -format ibm160 first.img "$at/disk.$kind" >/dev/null 2>&1
    tell_inside
done
touch -d '1995-07-11 09:50:00' first.img second.img
sample zip
zip -q -X "$at/floppies.zip" first.img second.img
tell_sealed
sample zip-stored
zip -q -X -0 "$at/floppies.zip" first.img second.img
tell_inside
sample gz
gzip -n -c first.img >"$at/disk.img.gz"
tell_sealed

# Files packed one by one, with plain ones beside them; a cabinet behind a program, and in an
# installer package; a cabinet by another program.
sample packed
{
    describe_image fat format=160 label=PACKED
    printf 'file ONE.TX_ size=3000 pack=szdd missing=T\nfile TWO.EX_ size=3000 pack=kwaj-mszip real-name=TWO.EXE\n'
    printf 'file THREE.EX_ size=3000 pack=kwaj-lzss real-name=THREE.EXE\n'
} >packed.image
"$gen" image packed.image "$at/disk.img" >/dev/null
tell_all
sample exe
{
    printf 'MZ\0\0\1\0'
    head -c 506 /dev/zero
    cat "$out/truth/ALL.CAB"
} >SETUP.EXE
mformat -C -f 160 -N 12345678 -i "$at/disk.img" ::
mcopy -m -i "$at/disk.img" SETUP.EXE ::
tell file "${members[@]}"
tell cabinet ALL.CAB
sample msi
msibuild "$at/package.msi" -s Package Author ';1033' '{11111111-1111-1111-1111-111111111111}'
msibuild "$at/package.msi" -a ALL.CAB "$out/truth/ALL.CAB"
tell inside "${members[@]}"
sample gcab
(cd "$out/truth" && gcab -c -z "$out/parts/OTHER.CAB" mszip1.txt quant1.txt README.TXT)
cp OTHER.CAB "$at/"
cp OTHER.CAB "$out/truth/"
tell file mszip1.txt quant1.txt README.TXT
tell cabinet OTHER.CAB

sample lzx
cat >lzx.cabinet <<END
set name=LZX.CAB
folder lzx window=15 blocks=vau block-size=5000
file mszip1.txt from=$out/truth/mszip1.txt
file mszip2.txt from=$out/truth/mszip2.txt
END
"$gen" cabinet lzx.cabinet lzx
cp lzx/LZX.CAB "$at/"
cp "$at/LZX.CAB" "$out/truth/"
tell file mszip1.txt mszip2.txt
tell cabinet LZX.CAB

cp "$here/../../media-profiles/win95-dmf".{profile,tsv} "$out/profiles/"
rm -rf "$out/parts"

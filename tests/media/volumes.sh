#!/usr/bin/env bash
# ISO 9660 by xorriso, FAT by mtools and mkfs.fat: every name form, every size of floppy.
needed_tools=(xorriso mformat mcopy mmd mattrib mkfs.fat 7z)
# shellcheck source=tests/media/lib.sh
. "$(dirname "$0")/lib.sh" "$@"

make_files files
long='Long Folder Name/A long file name.text'
hash_of() { # path in files: the checksum that list_image prints
    "$list_image" -c reference.iso | grep -F "$1 " | grep -o '#[0-9a-f]*'
}

# ---- ISO 9660: three kinds of names ---------------------------------------------------------
make_iso() { # image, options
    xorriso -as mkisofs -quiet -V DISC_ONE "${@:2}" -o "$1" files 2>/dev/null
}
make_iso reference.iso -R
make_iso plain.iso --norock
make_iso joliet.iso --norock -J
make_iso ridge.iso -R
make_iso both.iso -J -R

has plain.iso '\] ISO 9660, label "DISC_ONE"$'
has joliet.iso '\] ISO 9660 \+ Joliet, label "DISC_ONE"$'
has ridge.iso '\] ISO 9660 \+ Rock Ridge, label "DISC_ONE"$'
has both.iso '\] ISO 9660 \+ Joliet \+ Rock Ridge, label "DISC_ONE"$'
has plain.iso '^LONG_FOL/SUB/DEEP.DLL 4 1995-07-11T09:50:00 #'
has plain.iso '^README.TXT 7 1995-07-11T09:50:00 #'
has plain.iso '^EMPTY 0 .* folder$'
for image in joliet ridge both; do
    has $image.iso "^$long 3 1995-07-11T09:50:00 = A_LONG_[0-9A-Z_]*\.TEX $(hash_of "$long")\$"
    has $image.iso "^Long Folder Name/A long file name too.text 3 .* = A_LONG_[0-9A-Z_]*\.TEX #"
    has $image.iso "^Long Folder Name/The same bytes.cab .* = THE_SAME.CAB $(hash_of WIN95/WIN95_02.CAB)\$"
    has $image.iso "^WIN95/WIN95_02.CAB .*[0-9] $(hash_of WIN95/WIN95_02.CAB)\$"
    hasnt $image.iso '^fault|unreadable'
    # each file once, and as many as there are
    checks=$((checks + 1))
    [ "$(grep -c '#' listing.txt)" = "$(find files -type f | wc -l)" ] ||
        fail "$image.iso lists $(grep -c '#' listing.txt) files"
done

# 7-Zip sees the same sizes and names
7z l -slt -ba joliet.iso | sed -n 's/^Path = //p;s/^Size = /= /p' | paste - - |
    sed -n 's/\t= \([0-9][0-9]*\)$/ \1/p' | sort >theirs.txt
list joliet.iso | grep '#' | sed 's/ 1995-.*//' | sort >ours.txt
same "7-Zip's listing of the same image" <(grep -Ff ours.txt theirs.txt) ours.txt

# folders deeper than eight levels are moved by Rock Ridge, and found in their place
mkdir -p deep/1/2/3/4/5/6/7/8/9/10
printf 'down' >deep/1/2/3/4/5/6/7/8/9/10/FILE.TXT
xorriso -compliance deep_paths_off -as mkisofs -quiet -R -o deep.iso deep 2>/dev/null
has deep.iso '^1/2/3/4/5/6/7/8/9/10/FILE.TXT 4 .*#'
hasnt deep.iso 'RR_MOVED|^fault'

# symbolic links are no files
ln -s README.TXT files/link
make_iso link.iso -R
hasnt link.iso '^link'
rm files/link

# boot images: a floppy in its true size, and what boots without emulation
mformat -C -f 1440 -v BOOTDISK -i files/boot.img ::
mcopy -i files/boot.img files/README.TXT ::
make_iso boot.iso --norock -b boot.img
has boot.iso '^El Torito boot image \(1.44 MB floppy\) at [0-9]*, 1474560 bytes:'
has boot.iso '^  \[FAT12: BIOS parameter block, OEM id ".*\] FAT12, 1.44 MB, label "BOOTDISK"'
has boot.iso '^  README.TXT 7 .*#'
head -c 2048 /dev/urandom >files/boot.bin
make_iso noemul.iso --norock -b boot.bin -no-emul-boot -boot-load-size 4
has noemul.iso '^El Torito boot image \(no emulation\) at [0-9]*, 2048 bytes:'
rm files/boot.*

# cut in the middle: what is left is listed, what is gone is named
size=$(stat -c %s joliet.iso)
for keep in 40000 60000 $((size - 400000)); do
    head -c "$keep" joliet.iso >cut.iso
    has cut.iso '^fault damaged: .*(does|do) not lie within|^fault damaged: .*cut off'
done
has cut.iso '^WIN95/WIN95_02.CAB .* damaged .*unreadable|^Long Folder Name/.* damaged .*unreadable'

# ---- FAT ------------------------------------------------------------------------------------
fill() { # image
    mcopy -Q -m -i "$1" files/README.TXT files/NOTHING.DAT ::
    mmd -i "$1" ::WIN95 '::Long Folder Name' ::EMPTY
    mcopy -m -i "$1" files/WIN95/WIN95_02.CAB ::WIN95/ 2>/dev/null || true # not on the smallest
    mcopy -m -i "$1" "files/$long" '::Long Folder Name/'
    mattrib -i "$1" +h ::README.TXT
}
is_filled() { # image, format, label
    has "$1" "\] $2, label \"$3\"\$"
    has "$1" '^README.TXT 7 1995-07-11T09:50:00 hidden #'
    has "$1" '^NOTHING.DAT 0 1995-07-11T09:50:00 #'
    has "$1" '^EMPTY 0 .* folder$'
    has "$1" "^$long 3 1995-07-11T09:50:00 = ALONGF~1.TEX $(hash_of "$long")\$"
    hasnt "$1" '^fault|unreadable'
}
for kilobytes in 160 180 320 360 720 1200 1440 2880; do
    name="$kilobytes KB"
    case $kilobytes in
    1200) name='1.2 MB' ;;
    1440) name='1.44 MB' ;;
    2880) name='2.88 MB' ;;
    esac
    image=floppy$kilobytes.img
    mformat -C -f $kilobytes -v "LABEL$kilobytes" -i $image ::
    fill $image
    is_filled $image "FAT12, $name" "LABEL$kilobytes"
    # without a boot sector the media byte has to do; a label stays, it is in the folder
    cp $image bare.img
    head -c 512 /dev/zero | dd of=bare.img conv=notrunc status=none
    is_filled bare.img "FAT12, $name, no BPB" "LABEL$kilobytes"
    # no 55 AA
    printf '\0\0' | dd of=$image bs=1 seek=510 conv=notrunc status=none
    is_filled $image "FAT12, $name" "LABEL$kilobytes"
done

# Distribution Media Format: 21 sectors a track, 16 root entries, clusters of 2,048 or 1,024 bytes
for cluster in 4 2; do
    rm -f dmf.img
    mformat -C -t 80 -h 2 -n 21 -c $cluster -r 1 -v DISK13 -i dmf.img ::
    fill dmf.img
    is_filled dmf.img 'FAT12 \(DMF\)' DISK13
    has dmf.img "^WIN95/WIN95_02.CAB .* $(hash_of WIN95/WIN95_02.CAB)\$"
    head -c 512 /dev/zero | dd of=dmf.img conv=notrunc status=none
    is_filled dmf.img 'FAT12 \(DMF\), no BPB' DISK13
done
checks=$((checks + 1))
[ "$(stat -c %s dmf.img)" = 1720320 ] || fail "the DMF image is no DMF image"

for bits in 12 16 32; do
    truncate -s $((bits == 32 ? 300 : bits == 16 ? 40 : 4))M hard.img
    mkfs.fat -F $bits -n "VOLUME$bits" hard.img >/dev/null
    fill hard.img
    is_filled hard.img "FAT$bits" "VOLUME$bits"
    has hard.img "^WIN95/WIN95_02.CAB .* $(hash_of WIN95/WIN95_02.CAB)\$"
    rm hard.img
done
# other sizes of sectors and clusters
truncate -s 64M hard.img
mkfs.fat -S 2048 -s 4 -n BIGSECTOR hard.img >/dev/null
fill hard.img
is_filled hard.img 'FAT[0-9]*' BIGSECTOR

# ---- what is no volume ----------------------------------------------------------------------
: >empty.img
has empty.img 'not read \(not of this format\): empty file'
seq 100000 >text.img
has text.img 'not read \(not of this format\): no known image'
head -c 1474560 /dev/urandom >random.img
has random.img 'not read \(not of this format\): no known image'

finish

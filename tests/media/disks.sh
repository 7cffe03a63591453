#!/usr/bin/env bash
# Hard disks with partitions, virtual disks, dumps of floppies, and what is only recognised.
needed_tools=(mformat mcopy mkfs.fat sfdisk qemu-img dsktrans ewfacquirestream)
# shellcheck source=tests/media/lib.sh
. "$(dirname "$0")/lib.sh" "$@"
with_libdsk=${3:-ON} with_libyal=${4:-ON} # as the readers were built

make_files files
mformat -C -f 1440 -v FLOPPY -i floppy.img ::
mcopy -m -s -i floppy.img files/* ::
list floppy.img >floppy.txt

# ---- partitions -----------------------------------------------------------------------------
# Two primary ones and two logical ones, each with a FAT volume and a file of its own name.
make_disk() { # image, sfdisk script
    truncate -s 64M "$1"
    printf '%s\n' "${@:2}" | sfdisk -q "$1"
}
put_volume() { # image, first sector, sectors, bits, file name
    mkfs.fat -F "$4" --offset "$2" "$1" $(($3 / 2)) >/dev/null 2>&1
    mcopy -m -i "$1@@$(($2 * 512))" files/README.TXT "::$5"
}
make_disk hard.img 'label: dos' 'start=2048,size=40960,type=6,bootable' 'start=43008,size=8192,type=1' \
    'start=53248,type=5' 'start=55296,size=20480,type=1' 'start=77824,size=20480,type=b'
put_volume hard.img 2048 40960 16 ONE.TXT
put_volume hard.img 43008 8192 12 TWO.TXT
put_volume hard.img 55296 20480 12 FIVE.TXT
put_volume hard.img 77824 20480 12 SIX.TXT
has hard.img '^\[MBR: 55 AA at byte 510, 4 partitions\] MBR partitions'
for partition in '1 at 1048576 ONE' '2 at 22020096 TWO' '5 at 28311552 FIVE' '6 at 39845888 SIX'; do
    # shellcheck disable=SC2086
    set -- $partition
    has hard.img "^partition $1 at $3, [0-9]* bytes:"
    has hard.img "^  $4.TXT 7 1995-07-11T09:50:00 #"
done
list hard.img >hard.txt

# the second table of logical partitions names itself as the next
cp hard.img circle.img
second=$(od -A n -t u4 -j $((53248 * 512 + 446 + 16 + 8)) -N 4 hard.img | tr -d ' ')
{ printf '\0\0\0\0\x05\0\0\0' && dd if=hard.img bs=1 skip=$((53248 * 512 + 446 + 16 + 8)) count=8 status=none; } |
    dd of=circle.img bs=1 seek=$(((53248 + second) * 512 + 446 + 16)) conv=notrunc status=none
has circle.img '^fault damaged: the tables of logical partitions run in a circle at sector [0-9]*'
has circle.img '^  FIVE.TXT 7 '

# the image ends in the middle of a partition
head -c 25000000 hard.img >short.img
has short.img '^fault damaged: partition 2 reaches behind the end|^fault damaged: partition 5 reaches behind'
has short.img '^  ONE.TXT 7 '

rm -f gpt.img
make_disk gpt.img 'label: gpt' 'start=2048,size=40960' 'start=43008,size=40960'
put_volume gpt.img 43008 40960 16 SECOND.TXT
has gpt.img '^\[GPT: 55 AA at byte 510, 2 partitions\] GPT partitions'
has gpt.img '^  SECOND.TXT 7 '

# a floppy's boot sector has 55 AA, too
has floppy.img '^\[FAT12: '

# ---- virtual disks --------------------------------------------------------------------------
qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size=on hard.img dynamic.vhd
list_inside dynamic.vhd >inside.txt
same "dynamic VHD" inside.txt hard.txt
has dynamic.vhd '^\[VHD: "conectix" 512 bytes from the end\] VHD, dynamic'
qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on hard.img fixed.vhd
list fixed.vhd >inside.txt # its partition table is where a plain disk has it
same "fixed VHD" inside.txt hard.txt
head -c -512 dynamic.vhd >nofooter.vhd # the copy at the start stands in
list_inside nofooter.vhd >inside.txt
same "dynamic VHD without its footer" inside.txt hard.txt
head -c 1600 dynamic.vhd >cut.vhd
has cut.vhd 'not read \(damaged\)'

for format in vhdx vmdk qcow2 vdi; do
    qemu-img convert -f raw -O $format hard.img "disk.$format"
    if [ $format = vdi ] || [ "$with_libyal" = ON ]; then
        list_inside "disk.$format" >inside.txt
        same "$format" inside.txt hard.txt
        head -c 70000 "disk.$format" >"cut.$format"
        hasnt "cut.$format" '^ *FIVE.TXT 7 .*#'
    else
        has "disk.$format" 'not read \(not supported\): .* image: built without its library; convert it: qemu-img'
    fi
done
if [ "$with_libyal" = ON ]; then
    qemu-img convert -f raw -O qcow2 -c hard.img packed.qcow2
    qemu-img convert -f raw -O vmdk -o subformat=streamOptimized hard.img packed.vmdk
    ewfacquirestream -q -t evidence -c fast <hard.img >/dev/null 2>&1
    for image in packed.qcow2 packed.vmdk evidence.E01; do
        list_inside $image >inside.txt
        same "$image" inside.txt hard.txt
    done
    ewfacquirestream -q -t segments -c none -S 1048576 <hard.img >/dev/null 2>&1
    list_inside segments.E01 >inside.txt
    same "EnCase image of several segments" inside.txt hard.txt
    mkdir first later
    cp segments.E01 first && cp segments.E02 later
    has first/segments.E01 '^not read \(not supported\): .* segments.E02 is not beside it'
    has later/segments.E02 '^not read \(not supported\): segment 2 .* segments.E01 is not beside it'
    qemu-img convert -f raw -O vmdk -o subformat=twoGbMaxExtentSparse hard.img several.vmdk
    has several-s001.vmdk '^not read \(not supported\): one of several files of a VMDK image'
    head -c 3000 packed.qcow2 >start.qcow2
    has start.qcow2 '^not read \(damaged\): QCOW|^\[QCOW'
fi
qemu-img convert -f raw -O parallels floppy.img disk.parallels
has disk.parallels 'not read \(not supported\): .* image: convert it: qemu-img convert -O raw'

# ---- dumps of floppies ----------------------------------------------------------------------
for type in imd tele qm cfi edsk dsk; do
    dsktrans -itype raw -otype $type -format ibm1440 floppy.img dump.$type >/dev/null 2>&1
    if [ $type = imd ] || [ $type = tele ] || [ "$with_libdsk" = ON ]; then
        list_inside dump.$type >inside.txt
        same "$type" inside.txt floppy.txt
    else
        has dump.$type "not read \(not supported\): .* convert it: dsktrans -itype $type -otype raw"
    fi
done
rm -f dmf.img
mformat -C -t 80 -h 2 -n 21 -c 4 -r 1 -v DISK13 -i dmf.img ::
mcopy -m -i dmf.img files/WIN95/WIN95_02.CAB ::
list dmf.img >dmf.txt
for type in imd tele; do
    dsktrans -itype raw -otype $type dmf.img dmf.$type >/dev/null 2>&1
    list_inside dmf.$type >inside.txt
    same "DMF as $type" inside.txt dmf.txt
done

# Teledisk's advanced compression, which libdsk reads as well
make_floppy=$(dirname "$make_disc")/make_floppy
"$make_floppy" td0 dump.tele packed.td0
dsktrans -itype tele -otype raw -format ibm1440 packed.td0 judged.img >/dev/null 2>&1
checks=$((checks + 1))
cmp -s judged.img floppy.img || fail "libdsk reads another floppy in packed.td0"
list_inside packed.td0 >inside.txt
same "packed Teledisk" inside.txt floppy.txt
has packed.td0 '^\[Teledisk floppy dump: td at byte 0\] Teledisk, advanced compression'
head -c 30000 packed.td0 >cut.td0
has cut.td0 '^fault damaged: Teledisk: the dump is cut off or damaged'
head -c 20 packed.td0 >short.td0
has short.td0 'not read \(damaged\): Teledisk: no track'

# a floppy without a BIOS parameter block: 360 KB, known by its media byte alone
mformat -C -f 360 -i old.img ::
mcopy -m -i old.img files/README.TXT files/WIN95/WIN95_02.CAB ::
head -c 512 /dev/zero | dd of=old.img conv=notrunc status=none
list old.img >old.txt
has old.img '^\[FAT12: no BIOS parameter block, media byte FD at byte 512\]'
dsktrans -itype raw -otype tele -format ibm360 old.img old.td0 >/dev/null 2>&1
"$make_floppy" td0 old.td0 old_packed.td0
"$make_floppy" imd 40:2:9:512 old.img old.imd # read in a drive of 80 tracks
"$make_floppy" d88 40:2:9:512 old.img old.d88
"$make_floppy" fdi 40:2:9:512 old.img old.fdi
for image in old.td0 old_packed.td0 old.imd old.d88 old.fdi; do
    list_inside $image >inside.txt
    same "$image" inside.txt old.txt
done
"$make_floppy" dskf 80:2:18:512 floppy.img saved.dsk
list_inside saved.dsk >inside.txt
same "SaveDskF" inside.txt floppy.txt
has saved.dsk '^\[SaveDskF image: AA 59 at byte 0\] SaveDskF'
printf '\xAA\x5A' | cat - <(head -c 2000 /dev/zero) >packed.dsk
has packed.dsk '^not read \(not supported\): SaveDskF image, compressed: .*LOADDSKF'
cat old.d88 old.d88 >two.d88 # a file of two floppies
has two.d88 '^floppy at 0, 368640 bytes:'
has two.d88 '^floppy 2 at [0-9]*, 368640 bytes:'

# floppies of the PC-98: sectors of 1,024 bytes, 77 cylinders
mformat -C -t 77 -h 2 -n 8 -S 3 -c 1 -r 6 -m 0xfe -i pc98.img ::
mcopy -m -i pc98.img files/README.TXT files/WIN95/WIN95_02.CAB ::
list pc98.img >pc98.txt
"$make_floppy" d88 77:2:8:1024 pc98.img pc98.d88
"$make_floppy" fdi 77:2:8:1024 pc98.img pc98.fdi
for image in pc98.d88 pc98.fdi; do
    list_inside $image >inside.txt
    same "$image" inside.txt pc98.txt
done
has pc98.img '^README.TXT 7 .*#'

# IMD: sectors that were bad when the floppy was dumped; one that is marked deleted; one missing
{
    printf 'IMD 1.18: 01/01/1996 00:00:00\r\nmade by hand\x1a'
    for cylinder in 0 1; do
        # 250 kbit/s MFM, cylinder, head, 4 sectors of 512 bytes, numbered backwards
        printf '%b' "\\x05\\x0$cylinder\\0\\x04\\x02\\x04\\x03\\x02\\x01"
        if [ $cylinder = 0 ]; then
            printf '\x06\xe5\x04\xe5\0\x02\xe5' # 4: error; 3: deleted; 2: missing; 1: good
        else
            printf '\x02\x01\x02\x02\x02\x03\x02\x04'
        fi
    done
} >flags.imd
has flags.imd '^fault damaged: cylinder 0, head 0, sector 2 is missing in the dump'
has flags.imd '^fault damaged: cylinder 0, head 0, sector 3 is marked as deleted data'
has flags.imd '^fault damaged: cylinder 0, head 0, sector 4 could not be read when the floppy was dumped'
hasnt flags.imd '^fault.*cylinder 1'
has flags.imd '^floppy at 0, 4096 bytes:'
head -c 100 dump.imd >cut.imd
has cut.imd 'not read \(damaged\): IMD: track at byte'

# a bad sector under a file: that file is unreadable, the others are not.  In IMD a sector's data
# follow one byte that tells how it was read; a sector of one byte throughout takes two bytes.
# (numbers: each sector differs, and the part searched for below has no line end, which would make grep
# take it for two patterns)
seq -s " " 40000 >files/RANDOM.BIN
truncate -s 200000 files/RANDOM.BIN
mcopy -m -i floppy.img files/RANDOM.BIN ::
dsktrans -itype raw -otype imd -format ibm1440 floppy.img bad.imd >/dev/null 2>&1
head -c 100512 files/RANDOM.BIN | tail -c 32 >part
at=$(LC_ALL=C grep -abo -F -f part bad.imd | head -1 | cut -d: -f1)
checks=$((checks + 1))
[ -n "$at" ] || fail "the dump does not hold the file"
sector=$((at - (100512 - 32) % 512)) # where the sector's data begin
printf '\x05' | dd of=bad.imd bs=1 seek=$((sector - 1)) conv=notrunc status=none
has bad.imd '^fault damaged: cylinder [0-9]*, head [01], sector [0-9]* could not be read'
has bad.imd '^  RANDOM.BIN 200000 .*unreadable: cylinder [0-9]*, head'
has bad.imd '^  README.TXT 7 .*#'

# ---- only recognised ------------------------------------------------------------------------
recognised() { # file, start of the message
    truncate -s 20000 "$1"
    has "$1" "^not read \(not supported\): $2"
}
printf 'HXCPICFE' >f.hfe && recognised f.hfe 'HFE floppy image: holds magnetic flux'
printf '86BF' >f.86f && recognised f.86f '86F floppy image'
printf 'SCP' >f.scp && recognised f.scp 'SuperCard Pro floppy image'
printf 'CAPS' >f.ipf && recognised f.ipf 'IPF floppy image'
printf 'MComprHD' >f.chd && recognised f.chd 'CHD image: convert it: chdman extractcd'
printf 'DAA\0' >f.daa && recognised f.daa 'PowerISO image'
printf '\xEB\x52\x90NTFS    ' >f.ntfs && recognised f.ntfs 'NTFS volume'
printf 'MEDIA DESCRIPTOR\2\1' >f.mdx && recognised f.mdx 'media descriptor of version 2'

finish

#!/usr/bin/env bash
# Files that real media and other projects' collections of defects have, built from descriptions: each is
# called by what is odd about it, with the answer that is right.
#   oddities.sh BUILD_DIR
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

hex() { xxd -r -p; }
u16() { printf '%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)); }
u32() { u16 $(($1 & 65535)) && u16 $(($1 >> 16)); }
text() { printf '%s' "$1" | xxd -p | tr -d '\n'; }
put() { # file, byte; new bytes on standard input
    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# Indexes in full into a catalog of its own; what is said goes to $err.
index_of() { # status, path
    rm -rf "$work/catalog"
    check_status "$1" whichcab index -j1 --deep "$2"
    cp "$err" "$work/indexed"
}
check_file() { # name, size: it is found and read
    check_status 0 whichcab where --json -a -m "$work/$image" "$1"
    check_equal "$(jq -r .size "$out" | sort -u)" "$2" "size of $1 in $image"
    rm -rf "$work/taken"
    check_status 0 whichcab extract --all -m "$work/$image" -o "$work/taken" "$1"
    check_equal "$(stat -c %s "$work/taken/"* | sort -u)" "$2" "bytes of $1 out of $image"
}

# ---- cabinets -------------------------------------------------------------------------------------
# A file of no bytes needs no block.
for method in 0000 0100 0312; do
    image=empty-file-without-block-$method.cab
    { printf '4d53434600000000%s00000000%s00000000030101000100000000000000' "$(u32 70)" "$(u32 44)" &&
        printf '%s0000%s' "$(u32 70)" $method &&
        printf '%s%s0000eb1e404e2000%s00' "$(u32 0)" "$(u32 0)" "$(text empty.txt)"; } | hex >$image
    index_of 0 $image
    check_status 0 whichcab verify
    check_file empty.txt 0
done

image=file-without-name.cab
{ printf '4d53434600000000%s00000000%s00000000030101000100000000000000' "$(u32 61)" "$(u32 44)" &&
    printf '%s00000000%s%s0000eb1e404e200000' "$(u32 61)" "$(u32 0)" "$(u32 0)"; } | hex >$image
index_of 3 $image
check_has 'file entry has no name (at byte 60)' indexed

# PRECOPY2's successor: it names a cabinet of another set as its predecessor, and no file goes on from there.
mkdir one-sided-link
printf 'set size=0 id=44309 index=1 name=PRECOPY2.CAB\nfolder mszip\nfile a.txt size=900\n' >first.txt
printf 'set size=0 id=57990 index=2 name=WIN95_02.CAB\ncabinet 1 previous=PRECOPY2.CAB previous-disk=1\nfolder mszip\nfile b.txt size=900\n' >second.txt
for part in first second; do "$build/tests/gen/media-gen" cabinet $part.txt one-sided-link >"$err" || fail "$part"; done
rm -f one-sided-link/manifest.tsv
index_of 0 one-sided-link
check_status 0 whichcab media
check_lacks 'incomplete' "$out"
check_lacks 'missing' "$out"

# ---- archives -------------------------------------------------------------------------------------
# A stored member whose packed size is another one than its size.
image=stored-member-of-other-size.zip
crc=$(printf HELLO | gzip -c | tail -c 8 | head -c 4 | xxd -p)
fields="0a00000000000000211a$crc$(u32 5)$(u32 10)$(u16 5)$(u16 0)"
{ printf '504b0304%s' "$fields" && text A.TXT && text HELLO &&
    printf '504b01020a00%s0000000000002000000000000000' "$fields" && text A.TXT &&
    printf '504b050600000000%s%s%s%s0000' "$(u16 1)" "$(u16 1)" "$(u32 51)" "$(u32 40)"; } | hex >$image
index_of 3 $image
check_status 3 whichcab verify
check_has 'A.TXT: damaged' "$out"
check_status 3 whichcab extract -o taken_of_zip a.txt

# Of a file's links, cpio's newer formats have the bytes with the last one.
newc() { # inode, links, name, mode, contents
    local padding=$(((4 - (110 + ${#3} + 1) % 4) % 4))
    printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\0' "$1" "0x$4" 0 0 "$2" 0 ${#5} 0 0 0 0 $((${#3} + 1)) 0 "$3"
    head -c $padding /dev/zero
    printf '%s' "$5"
    head -c $(((4 - ${#5} % 4) % 4)) /dev/zero
}
image=bytes-with-the-last-link.cpio
{ newc 5 3 FIRST.TXT 81a4 '' && newc 5 3 SECOND.TXT 81a4 '' && newc 5 3 THIRD.TXT 81a4 'twelve bytes' &&
    newc 6 2 NONE1.TXT 81a4 '' && newc 6 2 NONE2.TXT 81a4 '' && newc 7 1 LINK a1ff THIRD.TXT &&
    newc 0 1 'TRAILER!!!' 0 ''; } >$image
index_of 0 $image
check_status 0 whichcab verify --force
check_file FIRST.TXT 12
check_file SECOND.TXT 12
check_file THIRD.TXT 12
check_file NONE1.TXT 0
check_file NONE2.TXT 0

# One volume of a RAR archive in several, whose file goes on in the next: not damaged.
crc32() { gzip -c | tail -c 8 | head -c 4 | xxd -p; }
rar_block() { printf '%s%s' "$(printf '%s' "$1" | hex | crc32 | head -c 4)" "$1"; }
image=one-volume-of-several.rar
body="740280$(u16 42)$(u32 5)$(u32 90)02$(printf hello | crc32)2149eb1e1430$(u16 10)20000000$(text PART1.TXT)$(text .)"
{ printf '526172211a0700%s%s' "$(rar_block 7301000d00000000000000)" "$(rar_block "$body")" && text hello; } | hex >$image
index_of 3 $image
check_has 'one volume of an archive in several' indexed
check_has '0 damaged' indexed
check_status 3 whichcab media --unread
# the same of RAR 5: checksum, size, type 1, flags 0, archive flags 1
image=one-volume-of-several.rar5
{ printf '526172211a070100' && printf 03010001 | hex | crc32 && printf 03010001 && printf 0305000000 | hex | crc32 && printf 0305000000; } | tr -d '\n' | hex >$image
index_of 3 $image
check_has 'one volume of an archive in several' indexed

# ---- discs and floppies ---------------------------------------------------------------------------
# A folder of an ISO that begins three bytes late, with zeroes.
mkdir tree && printf 'read me' >tree/README.TXT
image=folder-begins-with-zeroes.iso
xorriso -as mkisofs -quiet --norock -o $image tree 2>"$err"
root=$(($(od -An -tu4 -j$((16 * 2048 + 158)) -N4 $image) * 2048))
{ printf '\0\0\0' && tail -c +$((root + 1)) $image | head -c 2045; } >shifted
put $image $root <shifted
index_of 3 $image
check_status 3 whichcab media --unread

# Pictures and sheets that begin as a floppy's table does, alone and beside other files.
mkdir -p no-floppies/SUB
head -c 3126 /dev/zero >no-floppies/WHITE.BMP
printf '\xff\xff\xff' | put no-floppies/WHITE.BMP 512
printf '\xff\xff\xff' | put no-floppies/WHITE.BMP 1024
head -c 23053 /dev/zero >no-floppies/SHEET.WK1
head -c $((0x240 - 0x1ee)) /dev/zero | tr '\0' '\377' | put no-floppies/SHEET.WK1 $((0x1ee))
head -c $((0x403 - 0x3f3)) /dev/zero | tr '\0' '\377' | put no-floppies/SHEET.WK1 $((0x3f3))
printf 'ff040000005e57285046302e3429' | hex | put no-floppies/SHEET.WK1 1536
{ head -c 1039 /dev/zero | tr '\0' '\377' && head -c 97 no-floppies/SHEET.WK1 && head -c 38864 /dev/zero; } >no-floppies/PART.R03
printf 'MZ%0200d' 0 >no-floppies/SETUP.EXE
gcab -cn no-floppies/SUB/DATA.CAB tree/README.TXT
image=no-floppies
index_of 0 $image
check_lacks 'FAT12' indexed
for name in white.bmp sheet.wk1 part.r03 setup.exe readme.txt; do
    check_status 0 whichcab where -m "$work/$image" $name
done
check_equal "$(whichcab export | grep -c '^image.*online')" 1 'images in a folder of pictures'

# A part of a split image without the first one is no image and no ordinary file.
mkdir lone-part && head -c 70000 "$build/cli/whichcab-media" | tail -c 60000 >lone-part/DISC.ISO.002
printf 'a letter\r\n' >lone-part/LETTER.002
index_of 3 lone-part
check_has 'DISC.ISO.002: ' indexed
check_has 'DISC.ISO.001' indexed
check_lacks 'LETTER.002' indexed
check_status 3 whichcab media --unread
check_has 'DISC.ISO.002' "$out"

# A partition of a system that nothing here reads.
image=partition-of-apfs.img
truncate -s 1M $image
echo 'label: gpt
start=64,size=512,type=7C3457EF-0000-11AA-AA11-00306543ECAC' | sfdisk -q $image
printf 'NXSB' | put $image $((64 * 512 + 32))
index_of 3 $image
check_has 'partition 1: APFS' indexed

# A rip of nothing but zeroes where files should be.
mkdir zeroes && for i in 1 2 3; do head -c $((3000 * i)) /dev/zero >zeroes/F$i.DLL; done
printf 'read me' >zeroes/README.TXT && : >zeroes/EMPTY.TXT
image=files-of-zeroes.img
mformat -C -f 720 -i $image :: && mcopy -i $image zeroes/* ::
index_of 0 $image
check_status 0 whichcab verify
check_has '3 files hold nothing but zeroes' "$err"
check_status 0 whichcab verify -v
check_has ': nothing but zeroes in 3 of 5 files' "$out"
check_status 0 whichcab verify --json
check_equal "$(jq -r 'select(.event == "summary") | .zeroes' "$out")" 3 'files of zeroes'

finish

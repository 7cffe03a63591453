# shellcheck shell=bash
# A sample of every format of the table that is read, with a file IN_FORMAT.TXT in it: sourced by the scripts
# beside it, behind ../cli/lib.sh, in the folder to work in.
#
#   maker_of[NAME]        the maker of the row NAME of the table; "-": none here, tests/unit has it
#   is_built MAKER        whether this build reads what it makes
#   make_MAKER FILE       writes FILE, and beside it what belongs to it
# shellcheck disable=SC2034,SC2154,SC2317 # used by those who source it; makers are called by name

list_formats=$build/tests/list_formats
make_disc=$build/tests/make_disc

mkdir files
for i in 1 2 3 4 5 6 7 8 9; do printf 'text of the file %s\n' $i; done >files/IN_FORMAT.TXT
cp files/IN_FORMAT.TXT .
mformat -C -f 720 -v FLOPPY -i floppy.img ::
mcopy -i floppy.img IN_FORMAT.TXT ::
xorriso -as mkisofs -quiet --norock -V DISC -o disc.iso files 2>"$err"

hex() { xxd -r -p; }
u16() { printf '%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)); }
u32() { u16 $(($1 & 65535)) && u16 $(($1 >> 16)); }
crc32() { gzip -c | tail -c 8 | head -c 4 | xxd -p; } # little-endian

# The text as LZSS without a match: eight bytes behind each byte of flags.
literals() { xxd -p -c 8 IN_FORMAT.TXT | sed 's/^/ff/' | hex; }
text_size() { u32 "$(stat -c %s IN_FORMAT.TXT)"; }

make_cabinet() { gcab -cn "$1" IN_FORMAT.TXT; }
make_szdd() { { printf '535a444488f027334154' | hex && text_size | hex && literals; } >"$1"; } # missing letter T
make_kwaj() {
    { printf '4b57414a88f027d1%s%s%s' "$(u16 0)" "$(u16 32)" "$(u16 25)" | hex && text_size | hex &&
        printf 'IN_FORMA\0TXT\0\0' && cat IN_FORMAT.TXT; } >"$1"
}
make_executable() { # an MZ header that says where it ends, and a cabinet behind it
    gcab -cn part.cab IN_FORMAT.TXT
    { printf '4d5a%s%s' "$(u16 64)" "$(u16 1)" | hex && head -c 58 /dev/zero && cat part.cab; } >"$1"
}
make_zip() { zip -qj part.zip IN_FORMAT.TXT && mv part.zip "$1"; }
make_7z() { 7z a -bd -bso0 part.7z IN_FORMAT.TXT && mv part.7z "$1"; }
make_tar() { tar cf "$1" IN_FORMAT.TXT; }
make_cpio() { echo IN_FORMAT.TXT | cpio --quiet -o -H newc >"$1"; }
make_lha() { jlha -aq1 part.lzh IN_FORMAT.TXT >"$out" && mv part.lzh "$1"; }
rar_block() { # header in hex, without its checksum
    printf '%s%s' "$(printf '%s' "$1" | hex | crc32 | head -c 4)" "$1"
}
rar_of() { # host system, file
    local size body
    size=$(text_size)
    body="742080$(u16 45)$size$size$1$(crc32 <IN_FORMAT.TXT)2149eb1e1430$(u16 13)20000000$(printf IN_FORMAT.TXT | xxd -p)"
    { printf '526172211a0700%s%s' "$(rar_block 7300000d00000000000000)" "$(rar_block "$body")" | hex &&
        cat IN_FORMAT.TXT && rar_block 7b00400700 | hex; } >"$2"
}
make_rar() { rar_of 02 "$1"; }
make_gzip() { gzip -nc floppy.img >"$1"; }
make_bzip2() { bzip2 -c floppy.img >"$1"; }
make_xz() { xz -c floppy.img >"$1"; }
make_lzip() { lzip -c floppy.img >"$1"; }
make_zstd() { zstd -qc floppy.img >"$1"; }
make_lz4() { lz4 -qc floppy.img >"$1"; }
make_compress() { compress -c floppy.img >"$1"; }
make_installshield() {
    printf 'shield version=5\ngroup "A"\nfolder ""\nfile IN_FORMAT.TXT size=300\n' >shield.txt
    "$build/tests/gen/media-gen" shield shield.txt shield >"$out"
    cp shield/data1.cab "$1" # its header's name follows from its own
    cp shield/data1.hdr "${1%.*}.hdr"
}
make_installshield3() { "$build/tests/gen/media-gen" shield3 0 "$1" =IN_FORMAT.TXT; }
make_ole() {
    gcab -cn part.cab IN_FORMAT.TXT
    msibuild part.msi -s Sample Author && msibuild part.msi -a part.cab part.cab && mv part.msi "$1"
}
nero_track() { rm -f part.bin && "$make_disc" sectors 2048 1 0 disc.iso part.bin; }
make_nero() { nero_track && "$make_disc" nrg2-dao "$1" 1:1:2048:0:part.bin; }
make_iso() { cp disc.iso "$1"; }
make_udf() { # without ISO 9660's descriptors, which come before BEA01
    local start
    genisoimage -quiet -udf -V DISC -o "$1" files 2>"$err"
    start=$(grep -abo BEA01 "$1" | head -1 | cut -d: -f1)
    dd if=/dev/zero of="$1" bs=1 seek=32768 count=$((start - 1 - 32768)) conv=notrunc status=none
}
make_fat() { cp floppy.img "$1"; }
make_partitions() {
    truncate -s 4M "$1"
    echo 'label: dos
start=2048,size=4096,type=1' | sfdisk -q "$1"
    mformat -i "$1@@1M" -T 4096 -h 4 -s 16 ::
    mcopy -i "$1@@1M" IN_FORMAT.TXT ::
}
make_bin() { rm -f "$1" && "$make_disc" sectors 2352 1 0 disc.iso "$1"; }
make_cue() {
    make_bin "$(dirname "$1")/track.bin"
    printf 'FILE "track.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' >"$1"
}
make_clonecd() {
    make_bin "${1%.*}.img"
    cat >"$1" <<'END'
[CloneCD]
Version=3
[Disc]
TocEntries=1
Sessions=1
[Session 1]
PreGapMode=1
[Entry 0]
Session=1
Point=0x01
Control=0x04
PLBA=0
[TRACK 1]
MODE=1
INDEX 1=0
END
}
make_alcohol() { nero_track && "$make_disc" mds "$1" "${1%.*}.mdf" 1:1:2048:0:part.bin; }
make_vhd() { qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size=on floppy.img "$1"; }
make_vdi() { qemu-img convert -f raw -O vdi floppy.img "$1"; }
make_qcow() { qemu-img convert -f raw -O qcow2 -c floppy.img "$1"; }
make_vmdk() { qemu-img convert -f raw -O vmdk floppy.img "$1"; }
make_vhdx() { qemu-img convert -f raw -O vhdx floppy.img "$1"; }
make_encase() { ewfacquirestream -q -t part -c fast <floppy.img >"$out" 2>&1 && mv part.E01 "$1"; }
floppy_dump() { dsktrans -otype "$2" -format ibm720 floppy.img "$1" >"$out" 2>&1; }
make_imd() { floppy_dump "$1" imd; }
make_teledisk() { floppy_dump part.td0 tele && "$build/tests/make_floppy" td0 part.td0 "$1"; }
make_fdi() { "$build/tests/make_floppy" fdi 80:2:9:512 floppy.img "$1"; }
make_d88() { "$build/tests/make_floppy" d88 80:2:9:512 floppy.img "$1"; }
make_savedskf() { "$build/tests/make_floppy" dskf 80:2:9:512 floppy.img "$1"; }
make_copyqm() { floppy_dump "$1" qm; }
make_edsk() { floppy_dump "$1" edsk; }
make_dsk() { floppy_dump "$1" dsk; }
make_cfi() { floppy_dump "$1" cfi; }

# "-": its samples are made by C programs (tests/unit).
declare -A maker_of=(
    ['Microsoft cabinet']=cabinet [SZDD]=szdd [KWAJ]=kwaj [executables]=executable
    [zip]=zip [7z]=7z [RAR]=rar ['RAR 5']=- [tar]=tar [cpio]=cpio [LHA]=lha [gzip]=gzip [bzip2]=bzip2 [xz]=xz
    [lzip]=lzip [zstd]=zstd [LZ4]=lz4 [compress]=compress ['InstallShield 5 and later']=installshield ['InstallShield 3']=installshield3
    ['OLE2 file']=ole ['Nero (NRG)']=nero ['ISO 9660']=iso ['High Sierra']=- [UDF]=udf ['FAT12, FAT16, FAT32']=fat
    [partitions]=partitions ['BIN, IMG of 2,336, 2,352, 2,368 or 2,448 bytes a sector']=bin [CUE]=cue
    [CloneCD]=clonecd ['Alcohol 120%']=alcohol [VHD]=vhd [VDI]=vdi
    [QCOW]=qcow [VMDK]=vmdk [VHDX]=vhdx ['EnCase (E01)']=encase ['ImageDisk (IMD)']=imd ['Teledisk (TD0)']=teledisk
    ['FDI (PC-98)']=fdi [D88]=d88 ['SaveDskF (OS/2)']=savedskf
    [CopyQM]=copyqm ['extended DSK']=edsk [DSK]=dsk [CFI]=cfi ['W3 and W4 archives of drivers']=-
)
with_libdsk=ON with_unshield=ON with_libyal=ON with_udf=ON
grep -q '^WHICHCAB_UDF:BOOL=OFF' "$build/CMakeCache.txt" && with_udf=OFF
grep -q '^WHICHCAB_LIBYAL:BOOL=OFF' "$build/CMakeCache.txt" && with_libyal=OFF
grep -q '^WHICHCAB_LIBDSK:BOOL=OFF' "$build/CMakeCache.txt" && with_libdsk=OFF
grep -q '^WHICHCAB_UNSHIELD:BOOL=OFF' "$build/CMakeCache.txt" && with_unshield=OFF

is_built() { # maker
    case $1 in
    copyqm | edsk | dsk | cfi) [ $with_libdsk = ON ] ;;
    qcow | vmdk | vhdx | encase) [ $with_libyal = ON ] ;;
    udf) [ $with_udf = ON ] ;;
    installshield) [ $with_unshield = ON ] ;;
    esac
}

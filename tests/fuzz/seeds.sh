#!/usr/bin/env bash
# Makes seeds for the fuzz targets from the builder's media: small, readable, reproducible.
#
#   seeds.sh MEDIA_GEN MAKE_DISC FOLDER_OF_WHICHCAB
#
# Run by hand after the builder has changed; what it writes is kept in the tree.
set -euo pipefail

gen=$(realpath "$1")
make_disc=$(realpath "$2")
PATH=$(realpath "$3"):$PATH
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
corpus=$here/corpus
mkdir -p "$corpus"/fuzz_{archive,cab,catalog,disc,disk,drivers,embedded,expand,fat,folder,hidden,image,import,is3,iso,join,lha,lzx,names,ole,pattern,pc,profile,registry,request,sessions,shield,split,toc,udf,unpack,version}

"$gen" stack "$work/s" --small --media win95-dmf,win95-cd >/dev/null
cd "$work"
7z x -y -oone s/win95-dmf/disk07.img >/dev/null
7z x -y -otwo s/win95-dmf/disk12.img >/dev/null
7z x -y -olast s/win95-dmf/disk13.img >/dev/null
head -c 6000 one/*.CAB >"$corpus/fuzz_cab/first_of_two"
head -c 6000 two/*.CAB >"$corpus/fuzz_cab/middle"
head -c 3000 last/*.CAB >"$corpus/fuzz_cab/last_of_set"

mkdir files
printf 'one' >files/ONE.TXT
printf 'two' >'files/A Longer Name.text'
mkdir files/SUB
printf 'three' >files/SUB/THREE.DLL
cp last/*.CAB files/SUB/CABINET.CAB
truncate -s 3000 files/SUB/CABINET.CAB
xorriso -as mkisofs -quiet -V PLAIN -o plain.iso files 2>/dev/null
xorriso -as mkisofs -quiet -V LONG -J -R -o long.iso files 2>/dev/null
mformat -C -f 160 -v LABEL -i boot.img ::
xorriso -as mkisofs -quiet -V BOOT -J -b ONE.TXT -no-emul-boot -boot-load-size 4 -o boot.iso files 2>/dev/null
for image in plain long boot; do
    # volumes have padding behind the data: the first 64 KiB hold descriptors and folders
    head -c 64000 $image.iso >"$corpus/fuzz_iso/$image"
done
head -c 64000 long.iso >"$corpus/fuzz_image/iso_long"

mformat -C -f 160 -v FAT12 -i fat12.img ::
mcopy -i fat12.img -s files/* ::
head -c 20000 fat12.img >"$corpus/fuzz_fat/fat12_long_names"
cp "$corpus/fuzz_fat/fat12_long_names" "$corpus/fuzz_image/fat12"
dd if=fat12.img bs=1 count=3 of=x status=none
{ head -c 512 /dev/zero; tail -c +513 fat12.img; } | head -c 163840 >nobpb.img
head -c 30000 s/win95-dmf/disk13.img >"$corpus/fuzz_fat/dmf_label_last"
head -c 30000 s/win95-dmf/disk13.img >"$corpus/fuzz_image/dmf"
mkfs.fat -C -F 32 fat32.img 34000 >/dev/null 2>&1 || true
[ ! -e fat32.img ] || head -c 40000 fat32.img >"$corpus/fuzz_fat/fat32"

{ printf 'MZ\x90\0\x03\0\0\0'; head -c 52 /dev/zero; printf '\x40\0\0\0'; head -c 1472 /dev/zero; head -c 4464 last/*.CAB; } \
    >"$corpus/fuzz_embedded/mz_overlay"
# whole cabinets of one folder each; without checksums a change inside of a block gets through
for method in stored mszip 'quantum window=12' 'quantum window=21'; do
    name=${method//[ =]/_}
    printf 'set size=0 name=C.CAB checksums=no reserve=4,2,3\nfolder %s\nfile a.txt size=600\n' \
        "$method" >small.cabinet
    "$gen" cabinet small.cabinet "small_$name" >/dev/null
    cp "small_$name/C.CAB" "$corpus/fuzz_folder/$name"
    [ "$method" != stored ] || continue
    printf 'set size=0 name=C.CAB\nfolder %s\nfile a.txt size=3000\nfile b.bin size=40000 content=zeros\nfile c.bin size=300 content=random\n' \
        "$method" >large.cabinet
    "$gen" cabinet large.cabinet "large_$name" >/dev/null
    cp "large_$name/C.CAB" "$corpus/fuzz_folder/${name}_two_blocks"
done

printf 'SZDD\x88\xf0\x27\x33AL\x10\0\0\0\xffhello, packed' >"$corpus/fuzz_expand/szdd"
printf 'KWAJ\x88\xf0\x27\xd1\x01\0\x20\0\x19\0\x10\0\0\0MAPI32\0DLL\0data' >"$corpus/fuzz_expand/kwaj"
cp "$here/../../media-profiles/win95-dmf.profile" "$corpus/fuzz_profile/win95-dmf.profile"
head -40 "$here/../../media-profiles/win95-dmf.tsv" >"$corpus/fuzz_profile/win95-dmf.tsv"

registry=$(dirname "$make_disc")/make_registry
for form in 9x nt; do
    "$registry" $form "$corpus/fuzz_registry/$form" 'System\CurrentControlSet\Services\VxD\VNETSUP' StaticVxD vnetsup.vxd \
        'System\CurrentControlSet\Services\VxD\VNETSUP' Start '#2' 'Software\Classes\CLSID' '' default
done
printf '{"event":"file","path":"C\\u00e4\\ud83d\\ude00.DLL","needed_by":[{"a":[1,null]}]}\n{"event":"windows"}' >"$corpus/fuzz_registry/report"

# fuzz_pc: whole disks of PCs, whose zeroes at the end are cut off; programs that import each other, settings, registry, INF
program=$(dirname "$make_disc")/make_program
mkdir -p pc
for name in USER GDI COMMDLG; do "$program" ne "pc/$name.EXE" KERNEL; done
"$program" ne pc/KRNL386.EXE
"$program" pe pc/KERNEL32.DLL
"$program" pe pc/MAIL.EXE MAPI32.dll KERNEL32.dll A.dll
"$program" pe pc/A.DLL B.dll
"$program" pe pc/B.DLL A.dll GONE.dll
"$program" w3 pc/VMM32.VXD
"$registry" 9x pc/SYSTEM.DAT 'System\CurrentControlSet\Services\VxD\VNETSUP' StaticVxD vnetsup.vxd 'Software\Classes\CLSID\{0}\InProcServer32' '' A.DLL
"$registry" nt pc/SYSTEM 'ControlSet001\Services\Atapi' ImagePath 'System32\drivers\atapi.sys' 'ControlSet001\Services\Atapi' Start '#0'
printf '[boot]\r\nshell=Explorer.exe\r\nuser.exe=user.exe\r\ndrivers=mmsystem.dll power.drv\r\n[386Enh]\r\ndevice=*vshare\r\ndevice=lost.386\r\n' >pc/SYSTEM.INI
printf '[windows]\r\nload=MAIL.EXE /s\r\ndevice=HP LaserJet,HPPCL,LPT1:\r\n' >pc/WIN.INI
printf '[BaseWinOptions]\r\nBase\r\n[Base]\r\nCopyFiles=Files\r\nDelFiles=Old\r\n[Opt]\r\nUninstall=Opt.Remove\r\n[Opt.Remove]\r\nDelFiles=Files\r\n[Files]\r\nuser.exe\r\ngdi.exe\r\na.dll\r\nlost.dll,gone.dll\r\n[Old]\r\nold.dll\r\n[DestinationDirs]\r\nFiles=11\r\n' >pc/BASE.INF
printf 'PATH C:\\WINDOWS;C:\\DOS\r\n' >pc/AUTOEXEC.BAT
pc_image() { # name, then lines of its description
    local name=$1
    shift
    { echo 'image fat format=160'; printf '%s\n' "$@"; } >pc.image
    "$gen" image pc.image pc.img
    printf '\x80\x01\x01\x00\x01\x0f\x3f\x40\x3f\x00\x00\x00\x40\x01\x00\x00' | dd bs=1 seek=446 of=disk.img status=none
    printf '\x55\xaa' | dd bs=1 seek=510 of=disk.img conv=notrunc status=none
    dd if=pc.img of=disk.img bs=512 seek=63 conv=notrunc status=none
    perl -0777 -pe 's/\0+\z//' disk.img >"$corpus/fuzz_pc/$name"
    perl -0777 -pe 's/\0+\z//' pc.img >"$corpus/fuzz_pc/${name}_bare"
    rm disk.img
}
pc_9x=('file AUTOEXEC.BAT from=pc/AUTOEXEC.BAT' 'file COMMAND.COM text="x"' 'file IO.SYS text="y"' 'file WINDOWS/SYSTEM.INI from=pc/SYSTEM.INI'
    'file WINDOWS/WIN.INI from=pc/WIN.INI' 'file WINDOWS/MAIL.EXE from=pc/MAIL.EXE' 'file WINDOWS/SYSTEM.DAT from=pc/SYSTEM.DAT' 'file WINDOWS/INF/BASE.INF from=pc/BASE.INF')
for name in USER.EXE GDI.EXE KRNL386.EXE KERNEL32.DLL A.DLL B.DLL VMM32.VXD; do pc_9x+=("file WINDOWS/SYSTEM/$name from=pc/$name"); done
pc_image 9x "${pc_9x[@]}"
pc_image circle "${pc_9x[@]}" 'defect cyclic-chain file=WINDOWS/SYSTEM/A.DLL'
pc_nt=('file WINNT/SYSTEM32/CONFIG/SYSTEM from=pc/SYSTEM' 'file WINNT/MAIL.EXE from=pc/MAIL.EXE')
for name in NTDLL.DLL USER32.DLL GDI32.DLL WINLOGON.EXE; do pc_nt+=("file WINNT/SYSTEM32/$name from=pc/A.DLL"); done
pc_image nt "${pc_nt[@]}"

# executables: a byte that says how they are fed, then their headers and version resource
7z x -y -bd -bso0 -ocd s/win95-cd.iso
cabextract -q -L -d exe cd/WIN95/WIN95_02.CAB
for kind in ne:user.exe le:shell.vxd pe:comctl32.dll; do
    { printf '\2'; head -c 1792 "exe/${kind#*:}"; } >"$corpus/fuzz_version/${kind%:*}"
done
# fuzz_disc: the length of the image, the image, the file beside it
pair() { # name, image, file beside it
    local size
    size=$(stat -c %s "$2")
    {
        printf '%b' "\\x$(printf '%02x' $((size % 256)))\\x$(printf '%02x' $((size / 256)))"
        cat "$2" "$3"
    } >"$corpus/fuzz_disc/$1"
}
: >nothing
head -c 40960 plain.iso >start.iso
"$make_disc" sectors 2352 1 0 start.iso track.bin
sectors=$(($(stat -c %s track.bin) / 2352))
printf 'FILE "track.bin" BINARY\n TRACK 01 MODE1/2352\n  INDEX 00 00:00:00\n  INDEX 01 00:00:00\nREM SESSION 02\n TRACK 02 AUDIO\n PREGAP 00:02:00\n INDEX 01 00:00:19\n' >track.cue
pair cue track.cue track.bin
printf '[CloneCD]\nVersion=3\n[Entry 0]\nSession=1\nPoint=0x01\nControl=0x04\nPLBA=0\n[Entry 1]\nSession=1\nPoint=0xa2\nControl=0x04\nPLBA=%d\n[Entry 2]\nSession=2\nPoint=0x02\nControl=0x04\nPLBA=18\n' "$sectors" >track.ccd
pair ccd track.ccd track.bin
"$make_disc" mds track.mds track.mdf 1:1:2352:0:track.bin 2:1:2352:11500:track.bin
pair mds track.mds track.bin
pair bin track.bin nothing
for kind in nrg1-dao nrg2-tao; do
    "$make_disc" $kind track.nrg 1:1:2048:0:start.iso
    pair $kind track.nrg nothing
done
mformat -C -f 160 -i floppy.img ::
for type in imd tele qm cfi; do
    dsktrans -itype raw -otype $type -format ibm160 floppy.img floppy.$type >/dev/null 2>&1
    pair $type floppy.$type nothing
done
truncate -s 3M parts.img
printf 'label: dos\nstart=1,size=320,type=1\nstart=400,type=5\nstart=410,size=320,type=1\nstart=1000,size=320,type=1\n' |
    sfdisk -q --force parts.img
dd if=floppy.img of=parts.img bs=512 seek=1 conv=notrunc status=none
head -c 20000 parts.img >parts.start
pair partitions parts.start nothing
qemu-img create -f vpc empty.vhd 200K >/dev/null
pair vhd empty.vhd nothing

# fuzz_disk: which reader (0 IMD, 1 VHD, 2 partitions), the image.  The VHD's one block is there, and its start has
# been written to; the GPT's entries point into the 20 KB that are kept.
{ printf '\0'; cat floppy.imd; } >"$corpus/fuzz_disk/imd"
{ printf '\1'; cat empty.vhd; } >"$corpus/fuzz_disk/vhd_empty"
head -c 6000 floppy.img >written.img
truncate -s 200K written.img
qemu-img convert -f raw -O vpc -o subformat=dynamic written.img written.vhd
{ printf '\1'; head -c 8704 written.vhd; tail -c 512 written.vhd; } >"$corpus/fuzz_disk/vhd_written"
qemu-img create -f vpc -o subformat=fixed fixed.vhd 8K >/dev/null
{ printf '\1'; head -c 34816 floppy.img; tail -c 512 fixed.vhd; } >"$corpus/fuzz_disk/vhd_fixed"
{ printf '\2'; head -c 4096 parts.img; } >"$corpus/fuzz_disk/mbr"
truncate -s 3M gpt.img
printf 'label: gpt\nfirst-lba: 34\nstart=34,size=4,name=one\nstart=2048,size=320\n' | sfdisk -q gpt.img
{ printf '\2'; head -c 20480 gpt.img; } >"$corpus/fuzz_disk/gpt"

# fuzz_shield: headers of either version
for version in 5 6; do
    printf 'shield version=%d size=4000\ngroup English\nfolder ""\nfile one.txt text="one"\nfile two.bin size=6000 content=random method=stored\ngroup French\nfolder "bin\\\\sub"\nfile one.txt text="un"\n' \
        "$version" >shield.txt
    "$gen" shield shield.txt "shield$version" >/dev/null
    cp "shield$version/data1.hdr" "$corpus/fuzz_shield/v$version"
done

# fuzz_udf: a list with a file, an empty folder and one that can't be read
{
    printf '\x59\0\0\0\0\0\0\0\4\0DISC'
    printf '\0\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0/SUB/ONE'
    printf '\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\6\0/EMPTY'
    printf '\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\4\0/BAD'
    printf 'one'
} >"$corpus/fuzz_udf/list"

# fuzz_lha: a member of level 0 with its header, one without, and the end
{
    printf '\0\4\0\0\0\0\0\0\0\0M-lh0-\0\0\7\0ONE.TXT\x1f\0\0\0\x1d\0-lh0-\4\0\0\0\4\0\0\0\0\0\0\0\x20\0\7ONE.TXT\0\0'
    printf '\0\4\0\0\0\0\0\0\0\2U-lh5-\3\0SUB\7\0TWO.TXT\0\0\0\0'
    printf '\2\x40\0\0\0\0\0\0\0\0'
} >"$corpus/fuzz_lha/list"

# fuzz_names: a letter and a stored name; tables of a package
printf '\1\0\0L\0MAPI32.DL_' >"$corpus/fuzz_names/letter"
printf '\1\4\3\0\0REALNAMSOME.FI_' >"$corpus/fuzz_names/base"
printf '\1\0\0\0\0MOUSE.IN$' >"$corpus/fuzz_names/mark"
printf '\0\x10\0\x14\0\0\0\0\0\4\0\1\0\x0b\0\1\0\5\0\1\0file1A~1.DLL|a.dllcomp\1\0\3\0\2\0\0\0\0\x80' >"$corpus/fuzz_names/tables"

# fuzz_hidden: which reader, the file
{ printf '\2'; printf 'SZDD\x88\xf0\x27\x33AL\x10\0\0\0\xffhello, packed'; } >"$corpus/fuzz_hidden/szdd"
{ printf '\1'; cat "$corpus/fuzz_embedded/mz_overlay"; } >"$corpus/fuzz_hidden/program"

# fuzz_sessions: the length of the newer one behind its first sectors, both
{ printf '\0\x60'; head -c 57344 plain.iso | tail -c +32769; head -c 60768 long.iso | tail -c +32769; } >"$corpus/fuzz_sessions/two"

# fuzz_split: the size of a part, less 8, in 64 bytes; the whole
{ printf '\xf8'; head -c 40000 floppy.img; } >"$corpus/fuzz_split/floppy"
{ printf '\x10'; head -c 6000 "$corpus/fuzz_cab/first_of_two"; } >"$corpus/fuzz_split/cabinet"

# fuzz_is3: an archive, and the first part of one
printf 'one, and one more one' >one.txt
"$gen" shield3 0 whole.z =one.txt 'sub=one.txt' =one.txt
"$gen" shield3 700 part =one.txt 'sub=one.txt' =one.txt
cp whole.z "$corpus/fuzz_is3/whole"
cp part.1 "$corpus/fuzz_is3/part"

# archives of two small files, and single compressed files
mkdir small && printf 'one one one one' >small/ONE.TXT && printf two >small/TWO.TXT
(cd small && zip -q ../a.zip ./* && zip -q0 ../stored.zip ./* && 7z a -bd -bso0 ../a.7z ./* && tar cf ../a.tar ./* &&
    find . -type f | cpio -o --quiet >../a.cpio && jlha c ../a.lzh ONE.TXT TWO.TXT >/dev/null)
for kind in zip 7z tar cpio lzh; do head -c 4096 "a.$kind" >"$corpus/fuzz_archive/$kind"; done
cp stored.zip "$corpus/fuzz_archive/zip_stored"
gzip -nc small/ONE.TXT >"$corpus/fuzz_archive/gz"
xz -c small/ONE.TXT >"$corpus/fuzz_archive/xz"
bzip2 -c small/ONE.TXT >"$corpus/fuzz_archive/bz2"
zstd -qc small/ONE.TXT >"$corpus/fuzz_archive/zst"
compress -c small/ONE.TXT >"$corpus/fuzz_archive/Z" || true

# what old archives hold: which decoder, how many KB are asked for, the packed bytes
seq 1 300 >lines.txt
for method in 1 2 5 6; do
    "$gen" zip $method "old$method.zip" lines.txt
    for kind in $(case $method in 1) echo 00 ;; 6) echo 20 ;; *) echo 1$((method - 2)) ;; esac); do
        { printf '%b' "\\x$kind\x01" && tail -c +40 "old$method.zip" | head -c 3000; } >"$corpus/fuzz_unpack/method$method"
    done
done
printf '\x30\x01\x00\x04\x82\x24\x25\x8f\x80\x7f' >"$corpus/fuzz_unpack/dcl"

# one LZX frame: window, size less one, then the block's payload out of a cabinet with one short name
for size in 1 40 400 1000; do
    head -c $size lines.txt >L.TXT
    case $size in 400) kind=a ;; 1000) kind=vua ;; *) kind=v ;; esac
    printf 'set name=L.CAB\nfolder lzx window=15 blocks=%s block-size=400 calls=12000000\nfile L.TXT from=L.TXT\n' $kind >lzx.cabinet
    "$gen" cabinet lzx.cabinet lzx
    cp lzx/L.CAB lzx.cab
    { printf '%b' "\\x00\\x$(printf %02x $(((size - 1) % 256)))\\x$(printf %02x $(((size - 1) / 256)))" && tail -c +75 lzx.cab; } \
        >"$corpus/fuzz_lzx/text$size"
done

# an export of a small catalog
printf 'image fat format=160 label=SMALL\nfile A.CAB from=one.cab\nfile README.TXT text=hello\n' >small.image
head -c 1000000 small_mszip/C.CAB >one.cab
"$gen" image small.image small.img >/dev/null
whichcab -C cat index -q small.img && whichcab -C cat verify -q && whichcab -C cat export >"$corpus/fuzz_import/small"
printf 'whichcab-export\t3\nend\t2\n' >"$corpus/fuzz_import/empty"
for table in 0 1 2 3 4 5; do printf '%b\001\002small\000\003' "\\00$table" >"$corpus/fuzz_catalog/table$table"; done

# a W3 and a W4 of one stored chunk
{ printf MZ; head -c 58 /dev/zero; printf '\x40\0\0\0W3\0\4\2\0'; head -c 10 /dev/zero; printf 'VMM     \0\1\0\0\xc4\0\0\0IOS     \0\2\0\0\xc4\0\0\0'; head -c 1000 /dev/zero; } >"$corpus/fuzz_drivers/w3"
{ printf MZ; head -c 58 /dev/zero; printf '\x40\0\0\0W4\0\4\0\x20\1\0DS'; head -c 6 /dev/zero; printf '\x54\0\0\0'; tail -c +65 "$corpus/fuzz_drivers/w3"; head -c 7000 /dev/zero; } | head -c 8276 >"$corpus/fuzz_drivers/w4"

# an installer package with a cabinet in it
printf '/api/v1/where?name=a%%20b+c&name=*.dll&match=glob&limit=5&offset=7\0\0localhost:8095\0bytes=0-99\0' >"$corpus/fuzz_request/where"
printf '/api/v1/images/%%2Fa%%2Fb.img/ls?format=ndjson\0\0[::1]\0bytes=-5\0' >"$corpus/fuzz_request/ls"
printf '/api/v1/where?medium=x\0application/json\0media.example\0bytes=990-\0{"name": ["a", "\\u00e9\\ud83d\\ude00"], "all": true, "limit": 10}' >"$corpus/fuzz_request/json"
printf '/api/v1/id\0text/plain; charset=utf-8\0evil.example\0bytes=1-2,3-4\000123\r\n4567\n' >"$corpus/fuzz_request/lines"
printf '/api/v1/versions\0application/x-www-form-urlencoded\0\0\0name=x&match=regex&name=%%5Ea' >"$corpus/fuzz_request/form"
printf '\001*.d?[l-m]\0MAPI32.DLL' >"$corpus/fuzz_pattern/glob"
printf '\003^(a|b{2,3})+\\.c$\0abb.c' >"$corpus/fuzz_pattern/regex"
printf '\000sub\\\\>=4.0.1111\0x' >"$corpus/fuzz_pattern/folder"
printf '\0004.0..5.1.2\0x' >"$corpus/fuzz_pattern/range"
printf '\001\002\001\000\012\002\003\003\000\024\002\003\003\000\036\003\000\002\000\012' >"$corpus/fuzz_join/four"
gcab -c pack.cab small/ONE.TXT >/dev/null
msibuild pack.msi -s Pack Author && msibuild pack.msi -a pack.cab pack.cab
head -c 12000 pack.msi >"$corpus/fuzz_ole/msi"
du -sh "$corpus"

# tables of contents: the first byte is the kind
toc() { # kind name text
    printf '%b' "\\x$1$3" >"$corpus/fuzz_toc/$2"
}
toc 01 layout '[SourceDisksNames]\n1="Disk 1","A.CAB",0\n[SourceDisksFiles]\na.dll=1,,77\n'
toc 02 dosnet '[Directories]\nd1=\\\n[Files]\nd1,A.EXE\n'
toc 03 mssetup '[Source Media Descriptions]\n"1", "Disk 1", "t", "."\n[f]\n1, a.dll,,, 1993-09-23,,, 77,,, 1.2\n'
toc 03 win3 '[disks]\n1=.,"Disk 1",disk1\n[w]\nx=1:a.drv, "text"\n'
toc 04 lst '[Files]\nFile1=1,,A.DL_,A.DLL,WINDIR,,8/15/1995,77,1.2.3.4\n'
toc 05 packing 'Setup Disk #1\n A.SY_  A.SYS\n B.COM\n'
toc 06 dossetup '[prompt]\0Disk #1\0[dist_label]\0DISK 1\0'
toc 07 pkg '\1\0\1G\1\0\0\0\0\0\x10\0\0\0\5a.exe\0\6data.z'
toc 08 cif '[ID]\nURL1="A.CAB",3\n'
toc 09 locale '[reg]\nHKLM,"Nls",Resource_Locale,,"00000416"\n'
toc 0a setuppp '[Strings]\nSubVersionString=" B"\n'

#!/usr/bin/env bash
# Archives, compressed files and Windows Installer packages made by public tools; hostile ones.
needed_tools=(zip 7z tar cpio jlha arj gzip bzip2 xz lzip zstd lz4 compress gcab msibuild mformat mcopy)
# shellcheck source=tests/media/lib.sh
. "$(dirname "$0")/lib.sh" "$@"

make_files files
mformat -C -f 1440 -v FLOPPY -i disk1.img ::
mcopy -m -s -i disk1.img files/* ::
touch -d '1995-07-11 09:50:00' disk1.img

# The lines of a listing's files, with size, date and checksum, the files of a folder as reference.
tar cf reference.tar --hard-dereference -C files .
list reference.tar | grep '#' | sort >reference.txt
checks=$((checks + 1))
[ "$(wc -l <reference.txt)" = 7 ] || fail "reference.tar lists $(wc -l <reference.txt) files of 7"
disk_hash=$(tar cf - disk1.img | cat >one.tar && list one.tar | grep -o '#[0-9a-f]*')

# Fails unless the archive lists the same files with the same bytes.
holds_files() { # archive, reason
    has "$1" "^\[$2"
    list "$1" | grep '#' | sort >listing.txt
    same "$1 holds other files" reference.txt listing.txt
    hasnt "$1" '^fault|unreadable|^walk ended'
}

# ---- archives -------------------------------------------------------------------------------
(cd files && zip -qr ../deflated.zip . && zip -qr0 ../stored.zip . && zip -qr -Z bzip2 ../bzip2.zip .)
holds_files deflated.zip 'ZIP: PK 03 04'
holds_files stored.zip 'ZIP: PK 03 04'
holds_files bzip2.zip 'ZIP: PK 03 04'
for method in LZMA2 LZMA PPMd BZip2 Deflate Copy; do
    (cd files && 7z a -bd -bso0 -mx=9 -m0=$method ../$method.7z ./*)
    holds_files $method.7z '7z: signature'
done
(cd files && 7z a -bd -bso0 -ms=off ../loose.7z ./*)
holds_files loose.7z '7z: signature'
for format in v7 oldgnu gnu ustar posix; do
    tar cf $format.tar --format=$format --hard-dereference -C files .
    holds_files $format.tar 'tar: header checksum'
done
for format in newc crc odc bin; do
    (cd files && find . -type f | sed 's,^\./,,' | cpio --quiet -o -H $format >../$format.cpio)
done
# of hard links, newc and crc keep the bytes with the last name only
has odc.cpio "^\[cpio: 070707"
list odc.cpio | grep '#' | sort >listing.txt
same "odc.cpio holds other files" reference.txt listing.txt
has newc.cpio '^README.TXT 7 1995-07-11T09:50:00 #'
has crc.cpio '^WIN95/WIN95_02.CAB '
has bin.cpio '^README.TXT 7 '
for level in 0 1 2; do
    jlha -aq$level "$level.lzh" disk1.img >/dev/null
    has "$level.lzh" "^\[LHA: method"
    has "$level.lzh" "^disk1.img 1474560 1995-07-11T09:50:00 $disk_hash\$"
done
arj a refused.arj disk1.img >/dev/null
has refused.arj '^not read \(.*\): ARJ archive: .*arj x'

# ---- one compressed file --------------------------------------------------------------------
while read -r command extension reason; do
    $command -c disk1.img >"disk1.img.$extension"
    has "disk1.img.$extension" "^\[$reason"
    has "disk1.img.$extension" "^disk1.img 1474560 [^ ]*$disk_hash\$|^disk1.img 1474560 .* $disk_hash\$"
done <<'LIST'
gzip gz gzip:
bzip2 bz2 bzip2:
xz xz xz:
lzip lz lzip:
zstd zst Zstandard:
lz4 lz4 LZ4:
compress Z compress
LIST
# several streams one behind the other are one file
head -c 1000000 disk1.img | gzip -c >parts.gz
tail -c +1000001 disk1.img | gzip -c >>parts.gz
has parts.gz "^parts 1474560 .*$disk_hash\$"

# ---- Windows Installer ----------------------------------------------------------------------
gcab -nc inside.cab files/README.TXT >/dev/null
msibuild package.msi -s Package Author
msibuild package.msi -a Data1.cab inside.cab
msibuild package.msi -a Large.cab disk1.img
has package.msi '\] Windows Installer package,'
tar cf cabinet.tar inside.cab
cabinet_hash=$(list cabinet.tar | grep -o '#[0-9a-f]*')
has package.msi "^Data1.cab $(stat -c %s inside.cab)  $cabinet_hash\$"
has package.msi "^Large.cab 1474560  $disk_hash\$"
has package.msi '^!_StringPool '
head -c 100000 package.msi >short.msi
has short.msi '^not read|unreadable'

# ---- names ----------------------------------------------------------------------------------
mkdir names
printf x >"names/$(printf 'caf\202')"
printf y >"names/$(printf 'Gr\303\266\303\237e')"
(cd names && zip -q ../names.zip ./* && tar cf ../names.tar ./* && 7z a -bd -bso0 ../names.7z "$(printf 'Gr\303\266\303\237e')")
for archive in names.zip names.tar; do
    has $archive "$(printf '^caf\202 1 ')"
    has $archive "$(printf '^Gr\303\266\303\237e 1 ')"
done
tar cPf escape.tar --transform 's,^,../../,' names
has escape.tar "$(printf '^names/caf\202 1 ')"
tar cPf absolute.tar "$work/names"
has absolute.tar "^${work#/}/names/"

# ---- hostile --------------------------------------------------------------------------------
# every limit is met in seconds
limited() { # seconds, image, expected line
    checks=$((checks + 1))
    timeout "$1" "$list_image" -c "$2" >listing.txt || [ $? != 124 ] || fail "$2 takes more than $1 s"
    grep -Eq "$3" listing.txt || {
        fail "$2 has no line $3"
        head -5 listing.txt
    }
}
head -c 2G /dev/zero | gzip -c >zeroes.gz
limited 60 zeroes.gz 'more than 1000 to 1 is taken for an archive bomb'
head -c 500M /dev/zero | bzip2 -c >zeroes.bz2
limited 60 zeroes.bz2 'more than 1000 to 1'
head -c 500M /dev/zero | xz -c >zeroes.xz
limited 60 zeroes.xz 'more than 1000 to 1'
truncate -s 1G holes.img
tar cSf holes.tar holes.img # a sparse file: one block says 1 GB
limited 60 holes.tar '^holes.img 1073741824 .*more than 1000 to 1'
head -c 300M /dev/zero >many.img
zip -q bomb.zip many.img
limited 60 bomb.zip '^many.img 314572800 .*more than 1000 to 1'
rm many.img holes.img
for archive in deflated.zip LZMA2.7z gnu.tar odc.cpio 1.lzh disk1.img.gz disk1.img.xz disk1.img.bz2 disk1.img.zst; do
    head -c $(($(stat -c %s $archive) / 2)) $archive >"cut-$archive"
    limited 60 "cut-$archive" '^fault|^walk ended|unreadable|^not read'
done
zip -qe -P secret encrypted.zip disk1.img
limited 60 encrypted.zip '^disk1.img .*unreadable: encrypted'
7z a -bd -bso0 -psecret -mhe=on hidden.7z disk1.img
limited 60 hidden.7z '^walk ended .*encrypted'

finish

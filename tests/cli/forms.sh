#!/usr/bin/env bash
# The same media in other forms (sectors with headers, sheets, floppy dumps, a partitioned disk) give
# the answers of the plain images, each once, and their files come out the same.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
make_disc=$build/tests/make_disc
forms=$work/forms
mkdir "$forms"
cd "$forms" || exit 2

# the CD as BIN and CUE
"$make_disc" sectors 2352 1 0 "$stack/win95-cd.iso" cd.bin
printf 'FILE "cd.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' >cd.cue
# the floppies as ImageDisk dumps
for disk in "$stack"/win95-dmf/*.img; do
    dsktrans -itype raw -otype imd "$disk" "$(basename "$disk" .img).imd" >/dev/null 2>&1
done
# the second CD on a dynamic virtual disk, where Setup puts it
truncate -s 120M disk.raw
printf 'label: dos\nstart=2048,type=6\n' | sfdisk -q disk.raw
mkfs.fat -F 16 --offset 2048 disk.raw $((119 * 1024)) >/dev/null 2>&1
mmd -i disk.raw@@1M ::WINDOWS ::WINDOWS/OPTIONS ::WINDOWS/OPTIONS/CABS
mkdir osr2
7z x -y -bd -bso0 -oosr2 "$stack/win95-osr2-cd.iso"
mcopy -Q -m -i disk.raw@@1M osr2/WIN95/*.CAB ::WINDOWS/OPTIONS/CABS/ 2>/dev/null ||
    mcopy -Q -m -i disk.raw@@1M osr2/win95/*.cab ::WINDOWS/OPTIONS/CABS/
rm -r osr2
qemu-img convert -f raw -O vpc disk.raw disk.vhd
rm disk.raw

check_status 0 whichcab index "$forms"
check_has "$(($(find "$stack/win95-dmf" -name '*.img' | wc -l) + 2)) images indexed" "$err"

# name, cabinet and size of every copy, whatever holds it
answers() { # catalog, name
    "$build/cli/whichcab" -C "$1" where --all --json "$2" 2>/dev/null |
        jq -r 'select(.source == "indexed") | [.name, (.cabinet // "" | ascii_upcase), .size, .modified] | @tsv' |
        sort
}
"$build/cli/whichcab" -C "$work/plain" index "$stack/win95-cd.iso" "$stack/win95-dmf" \
    "$stack/win95-osr2-cd.iso" >/dev/null 2>&1
for name in mapi32.dll user.exe precopy1.cab win95_02.cab; do
    answers "$work/plain" "$name" >"$work/expected"
    answers "$work/catalog" "$name" >"$work/found"
    if [ -s "$work/expected" ] && cmp -s "$work/expected" "$work/found"; then
        pass
    else
        fail "$name is answered otherwise than from plain images"
        diff "$work/expected" "$work/found"
    fi
done

# through sheet, sectors, file system and cabinets; through dumps of several floppies; through a
# virtual disk, its partition and its folders
for medium in cd.cue disk07.imd disk.vhd; do
    mkdir "$work/got" "$work/wanted"
    check_status 0 whichcab extract -m "$forms/$medium" -o "$work/got" mapi32.dll
    case $medium in
    cd.cue) plain=$stack/win95-cd.iso ;;
    disk.vhd) plain=$stack/win95-osr2-cd.iso ;;
    *) plain=$stack/win95-dmf/disk07.img ;;
    esac
    "$build/cli/whichcab" -C "$work/plain" extract -m "$plain" -o "$work/wanted" mapi32.dll >/dev/null 2>&1
    if cmp "$work/got/"* "$work/wanted/"*; then pass; else fail "mapi32.dll of $medium differs"; fi
    rm -r "$work/got" "$work/wanted"
done

# A data file that changes without its sheet is noticed.
rm -rf "$work/catalog"
mkdir "$work/sheet"
mkdir "$work/first" "$work/second"
echo one >"$work/first/A.DLL"
echo two >"$work/second/B.DLL"
xorriso -as mkisofs -quiet -o "$work/first.iso" "$work/first" 2>/dev/null
xorriso -as mkisofs -quiet -o "$work/second.iso" "$work/second" 2>/dev/null
cp "$work/first.iso" "$work/sheet/disc.bin"
printf 'FILE "disc.bin" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n' >"$work/sheet/disc.cue"
check_status 0 whichcab index "$work/sheet"
check_status 0 whichcab where a.dll
check_status 0 whichcab index "$work/sheet"
check_has "1 unchanged" "$err"
echo other >"$work/sheet/other.txt"
check_status 0 whichcab index "$work/sheet"
check_has "1 unchanged" "$err"
sleep 0.01
cp "$work/second.iso" "$work/sheet/disc.bin"
check_status 3 whichcab extract -o "$work/sheet-out" a.dll
check_has "has changed" "$err"
check_status 0 whichcab index "$work/sheet"
check_status 0 whichcab where b.dll
check_status 1 whichcab where a.dll
finish

#!/usr/bin/env bash
# Indexing: bad input is named and survived, unchanged images are skipped, vanished ones are kept.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
cp -r "$stack" "$work/media"
cd "$work/media" || exit 2

check_status 0 whichcab index win95-dmf
check_status 0 whichcab where mapi32.dll

# Bad input beside good: the good one is indexed, each bad one is named with its reason, status 3.
bad=$work/bad
mkdir "$bad"
printf 'just a text file, nothing to see here\n%.0s' {1..50} >"$bad/notes.txt"
: >"$bad/empty.img"
head -c 700000 win95-nondmf/disk04.img >"$bad/cut.img"
head -c 300000 win95-osr2-cd.iso >"$bad/cut.iso"
head -c 20000 /dev/zero >"$bad/zeroes.img"
check_status 3 whichcab index win95-nondmf/disk05.img no-such-file.img "$bad/notes.txt" "$bad/empty.img" \
    "$bad/cut.img" "$bad/cut.iso" "$bad/zeroes.img"
check_has "no-such-file.img" "$err"
check_has "No such file" "$err"
check_has "notes.txt" "$err"
check_has "empty file" "$err"
check_has "cut.img" "$err"
check_has "behind the end of the image (700000 bytes)" "$err"
check_has "do not lie within the image (300000 bytes)" "$err"
check_has "zeroes.img" "$err"
check_status 0 whichcab where -m win95-dmf mapi32.dll
check_status 0 whichcab catalog check

# A cabinet whose counts exceed its size, in an image: the image's other files are there.
printf 'MSCF\0\0\0\0\x00\x10\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01\x01\0\xff\xff\0\0\0\0\0\0' >"$bad/counts.cab"
head -c 60 /dev/zero >>"$bad/counts.cab"
mkdir "$bad/folder"
cp "$bad/counts.cab" "$bad/folder/"
printf x >"$bad/folder/readme.txt"
check_status 3 whichcab index "$bad/folder"
check_has "counts.cab" "$err"
check_has "65535 files" "$err"
check_status 0 whichcab where -m "$bad/folder" readme.txt

# A FAT chain that runs in a circle.
mformat -C -f 1440 -v CIRCLE -i "$bad/circle.img" ::
head -c 5000 /dev/urandom >"$bad/five.bin"
mcopy -i "$bad/circle.img" "$bad/five.bin" ::FIVE.BIN
printf '\x03\x20\x00' | dd of="$bad/circle.img" bs=1 seek=$((512 + 3)) conv=notrunc status=none
check_status 3 whichcab index "$bad/circle.img"
check_has "circle.img" "$err"
check_has "FIVE.BIN" "$err"

# Unchanged images are skipped, changed ones read again.
check_status 0 whichcab index -v win95-dmf
check_has "unchanged" "$err"
touch win95-dmf/disk07.img
check_status 0 whichcab index -v win95-dmf
check_has "disk07.img" "$err"

# A vanished image stays on record, offline, until it is removed.
mv win95-dmf/disk07.img "$work/disk07.img"
check_status 0 whichcab index win95-dmf
check_status 3 whichcab media
check_has "offline" "$out"
check_status 3 whichcab where -m win95-dmf mapi32.dll
mv "$work/disk07.img" win95-dmf/disk07.img
check_status 0 whichcab index win95-dmf
check_status 0 whichcab where -m win95-dmf mapi32.dll

# Names and places don't matter: images called anything, in any folders, give the same answers.
mkdir -p "$work/odd/a b/c" "$work/odd/-d"
n=0
for image in win95-dmf/*.img; do
    n=$((n + 1))
    case $((n % 3)) in
    0) cp "$image" "$work/odd/a b/c/$n é.x" ;;
    1) cp "$image" "$work/odd/-d/image($n)" ;;
    *) cp "$image" "$work/odd/$n.bin" ;;
    esac
done
first=$(whichcab where --json --all -m win95-dmf 'm*.dll' | jq -c '[.name, .cabinet, .disk, .starts_in, .ends_in, .complete]' | sort -u)
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/odd"
second=$(whichcab where --json --all -m win95-dmf 'm*.dll' | jq -c '[.name, .cabinet, .disk, .starts_in, .ends_in, .complete]' | sort -u)
check_equal "$second" "$first" "answers from renamed images"
check_equal "$(whichcab media --json | jq -rs 'map(select(.medium == "win95-dmf"))[0].complete')" true "renamed set is complete"

# A profile of the user's own recognises a medium without anything being rebuilt.
rm -rf "$work/catalog"
sed 's/^id = .*/id = my-dmf/; s/^title = .*/title = My disks/' "$WHICHCAB_PROFILES/win95-dmf.profile" >"$work/my-dmf.profile"
cp "$WHICHCAB_PROFILES/win95-dmf.tsv" "$work/my-dmf.tsv"
sed -i '2,$s/1995-07-11 09:50/1995-07-12 09:50/' "$work/my-dmf.tsv"
check_status 0 whichcab profile add "$work/my-dmf.profile"
check_status 0 whichcab profile list
check_has "my-dmf" "$out"
check_status 0 whichcab index "$work/media/win95-dmf/disk07.img"
check_status 0 whichcab where -m win95-dmf mapi32.dll
check_status 0 whichcab profile remove my-dmf

# The same export whatever the number of threads.
rm -rf "$work/catalog"
check_status 0 whichcab index -j 1 "$work/media"
export_to "$work/export1"
rm -rf "$work/catalog"
check_status 0 whichcab index -j 4 "$work/media"
export_to "$work/export4"
check_equal "$(cksum <"$work/export4")" "$(cksum <"$work/export1")" "export with 4 threads"
rm -rf "$work/catalog"
check_status 0 whichcab import "$work/export1"
export_to "$work/export_again"
check_equal "$(cksum <"$work/export_again")" "$(cksum <"$work/export1")" "export after import"

# A list of paths, also one that Windows wrote; what is given as a list and is an image is indexed itself, again.
rm -rf "$work/catalog"
disk=$work/media/win95-dmf/disk07.img
printf '%s\n' "$disk" >"$work/list"
check_status 0 whichcab index -f "$work/list"
check_has '1 image indexed' "$err"
check_status 0 whichcab index -f "$work/list"
check_has '1 unchanged' "$err"
{ printf '\377\376' && iconv -t UTF-16LE "$work/list"; } >"$work/list16"
check_status 0 whichcab index -f "$work/list16"
check_has '1 unchanged' "$err"
check_status 0 whichcab index -f "$disk"
check_has '1 image indexed' "$err"
finish

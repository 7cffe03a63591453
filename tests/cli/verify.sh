#!/usr/bin/env bash
# Verification: what is damaged, what differs from what was published, and where equal copies are.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)

# Sound media: as published, and in JSON.
cp -r "$stack/win95-dmf" "$work/dmf"
check_status 0 whichcab index "$work/dmf"
check_status 0 whichcab verify -v
check_has "disk07.img: as its published listing says" "$out"
check_has "0 damaged" "$err"
check_status 0 whichcab verify --json
check_equal "$(jq -rs 'map(select(.event == "image" and .verified_before and .listing.missing == 0)) | length' "$out")" 14 "images in JSON"
check_equal "$(jq -rs '.[-1] | "\(.event) \(.images_verified_before) \(.damaged) \(.listing_other)"' "$out")" "summary 14 0 0" "the summary"

# The synthetic disk 13 is not the known dump; a profile with its digest says that it is.
check_status 0 whichcab verify -f -v "$work/dmf/disk13.img"
check_has "disk13.img: not equal to the known good dump" "$out"
check_has "disk13.img > WIN95_13.CAB: not equal to the known good dump" "$out"
mkdir -p "$work/catalog/profiles"
sed "s/^13 = .*/13 = $(md5sum <"$work/dmf/disk13.img" | cut -c1-32)/" "$here/../../media-profiles/win95-dmf.profile" \
    >"$work/catalog/profiles/win95-dmf.profile"
check_status 0 whichcab verify -f -v "$work/dmf/disk13.img"
check_has "disk13.img: equal to a known good dump" "$out"
rm -r "$work/catalog/profiles"

# A loose file gone, one more, one of another date and one of another size.
for name in SAVE32.COM:gone SCANDISK.PIF:date SETUP.TXT:size; do
    mcopy -n -m -i "$work/dmf/disk01.img" "::${name%:*}" "$work/${name%:*}" || fail "no ${name%:*} on the boot disk"
    mdel -i "$work/dmf/disk01.img" "::${name%:*}"
done
touch -d '1999-01-02 03:04' "$work/SCANDISK.PIF"
printf more >>"$work/SETUP.TXT"
echo new >"$work/NEW.TXT"
touch -r "$work/SAVE32.COM" "$work/SETUP.TXT"
mcopy -m -i "$work/dmf/disk01.img" "$work/SCANDISK.PIF" "$work/SETUP.TXT" "$work/NEW.TXT" ::
whichcab index "$work/dmf" >"$out" 2>"$err"
check_status 3 whichcab verify -v "$work/dmf/disk01.img"
check_has "SAVE32.COM: is in the published listing and not here" "$out"
check_has "SCANDISK.PIF:" "$out"
check_has "of 1999-01-02T03:04" "$out"
check_has "SETUP.TXT:" "$out"
check_has "NEW.TXT: is not in the published listing" "$out"
check_has "1 missing, 2 of another size or date, 1 extra" "$out"
check_status 3 whichcab verify --json "$work/dmf/disk01.img"
check_equal "$(jq -r 'select(.event == "listing") | "\(.name) \(.difference)"' "$out" | sort | tr '\n' ' ')" \
    "NEW.TXT extra SAVE32.COM missing SCANDISK.PIF date SETUP.TXT size " "differences in JSON"
cp "$stack/win95-dmf/disk01.img" "$work/dmf/disk01.img"
whichcab index "$work/dmf" >"$out" 2>"$err"

# A damaged block of disk 7: files are named with cabinet, block and reason, equal copies on the CD.
size=$(stat -c %s "$work/dmf/disk07.img")
printf 'damage' | dd of="$work/dmf/disk07.img" bs=1 seek=$((size / 2)) conv=notrunc status=none
cp "$stack/win95-cd.iso" "$work/cd.iso"
check_status 3 whichcab index --deep "$work/dmf/disk07.img"
check_has "disk07.img > WIN95_07.CAB > " "$err"
check_has "'whichcab verify -v' names them all" "$err"
check_equal "$(grep -c ': damaged: ' "$err")" 10 "damaged files that are named"
whichcab index "$work/dmf" "$work/cd.iso" >"$out" 2>"$err"
check_status 3 whichcab verify "$work/dmf/disk07.img" "$work/cd.iso"
check_has "; the first: WIN95_07.CAB > " "$out"
check_has "disk07.img: equal copies of 37 lost files are there, as of " "$out"
check_equal "$(wc -l <"$out")" 2 "lines of an image with losses"
check_status 3 whichcab verify -v "$work/dmf/disk07.img" "$work/cd.iso"
check_has "WIN95_07.CAB, byte" "$out"
check_has "wrong checksum" "$out"
check_has "files lost: " "$out"
lost=$(sed -n 's/.*disk07.img: \([0-9]*\) of .*/\1/p' "$out")
check_equal "$(sed '1,/^Equal copies/d' "$out" | grep -c 'cd.iso (verified)')" "$lost" "copies on the CD"
check_status 3 whichcab verify --json "$work/dmf/disk07.img"
check_equal "$(jq -rs 'map(select(.event == "copy")) | length' "$out")" "$lost" "copies in JSON"
name=$(jq -rs 'map(select(.event == "damaged"))[0].name' "$out")

# What was found shows in answers, and in the list of media.
check_status 3 whichcab where -m win95-dmf "$name"
check_has "does not decode" "$out"
check_status 3 whichcab media win95-dmf
check_has "damaged" "$out"
check_status 3 whichcab extract -m win95-dmf -o "$work/restored" "$name"
check_has "win95_07.cab" <(tr '[:upper:]' '[:lower:]' <"$err")
check_has "is in WIN95/WIN95_" "$err"
check_has "cd.iso (verified)" "$err"

# A duplicate of the disk that is whole counts as an equal copy, too.
cp "$stack/win95-dmf/disk07.img" "$work/spare.img"
whichcab index "$work/spare.img" >"$out" 2>"$err"
whichcab catalog remove "$work/cd.iso" >"$out" 2>"$err"
whichcab verify "$work/spare.img" >"$out" 2>"$err"
check_status 3 whichcab verify "$work/dmf/disk07.img"
check_has "spare.img (verified)" "$out"

# Of equal cabinets only one is decoded, in one run and in a later one; what is recorded is the same.
rm -rf "$work/catalog"
mkdir "$work/two"
cp "$stack/win95-dmf/disk07.img" "$work/two/a.img"
cp "$stack/win95-dmf/disk07.img" "$work/two/b.img"
cp "$stack/win95-dmf/disk08.img" "$work/two/c.img"
check_status 0 whichcab index "$work/two"
whichcab verify -f "$work/two/a.img" >"$out" 2>"$err"
whichcab verify -f "$work/two/b.img" >"$out" 2>"$err"
whichcab verify -f --json "$work/two/c.img" >"$out" 2>"$err"
check_equal "$(jq -r 'select(.event == "summary") | .bytes > 1000000' "$out")" true "bytes decoded of one disk"
export_to "$work/apart"
for threads in 1 2; do
    whichcab verify -f -j "$threads" "$work/two" >"$out" 2>"$err"
    export_to "$work/together"
    check_equal "$(cmp "$work/apart" "$work/together")" "" "the export after decoding equal disks once"
done
cp "$stack/win95-dmf/disk07.img" "$work/two/d.img" # with another serial number, or it would be known as a copy
printf '\x99' | dd of="$work/two/d.img" bs=1 seek=39 conv=notrunc status=none
whichcab index "$work/two" >"$out" 2>"$err"
whichcab verify --json "$work/two" >"$out" 2>"$err"
check_equal "$(jq -r 'select(.event == "summary") | "\(.images) \(.bytes < 2000000)"' "$out")" "1 true" "a fourth disk, decoded before"
check_equal "$(whichcab where --json --all mapi32.dll 2>/dev/null | jq -r 'select(.source == "indexed") | .sha256' | sort -u | wc -l)" 1 "hashes of the equal copies"
# Another byte in a copy with the same directory: it is decoded for itself.
printf X | dd of="$work/two/b.img" bs=1 seek=1000000 conv=notrunc status=none
whichcab index "$work/two" >"$out" 2>"$err"
whichcab verify -v -f "$work/two" >"$out" 2>"$err"
check_has "b.img: " "$out"
check_lacks "d.img > WIN95_07.CAB > wmsui32.dll" "$out"
check_has "wrong checksum" "$out"

# A folder of cabinets copied from the CD lacks nothing but what was not copied.
mkdir "$work/copied"
7z e -y -bd -o"$work/copied" "$stack/win95-cd.iso" WIN95/WIN95_02.CAB WIN95/WIN95_03.CAB >/dev/null
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/copied"
whichcab verify -v >"$out" 2>"$err"
check_lacks "is in the published listing and not here" "$out"
check_lacks "is not in the published listing" "$out"

# A disk that is missing is asked for by its name and label, and where it was looked for.
rm -rf "$work/catalog"
mkdir "$work/part"
cp "$stack"/win95-dmf/disk1[0123].img "$work/part/"
check_status 0 whichcab index "$work/part"
rm "$work/part/disk12.img"
check_status 3 whichcab extract -m win95-dmf -o "$work/restored" irmatrac.vxd
check_has "disk12.img" "$err"
whichcab index "$work/part" >"$out" 2>"$err"
check_status 3 whichcab extract -m win95-dmf -o "$work/restored" irmatrac.vxd
check_has "insert Windows 95 disk 12 of 13 (DMF set), cabinet WIN95_12.CAB, volume label DISK12" "$err"
check_has "is gone" "$err"
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/part"
check_status 3 whichcab extract -m win95-dmf -o "$work/restored" dcamac.bin
check_has "insert Windows 95 disk 12 of 13 (DMF set), cabinet win95_12.cab, volume label DISK12: none of the 3 images on record has it" "$err"
check_status 3 whichcab verify
check_has "not whole" "$out"
check_has "because a disk is missing" "$err"

# A cabinet of many folders takes memory for its largest one, not for each of them.
many_folders() { # count file: that many folders of one stored byte
    perl -e 'my $n = shift; my $files = 36 + 8 * $n; my $data = $files;
        my @names = map { sprintf("F%05d\0", $_) } 0 .. $n - 1;
        $data += 16 + length $_ for @names;
        print "MSCF", pack("VVVVVCCvvvvv", 0, $data + 9 * $n, 0, $files, 0, 3, 1, $n, $n, 0, 7, 0);
        print pack("Vvv", $data + 9 * $_, 1, 0) for 0 .. $n - 1;
        print pack("VVvvvv", 1, 0, $_, 0x1eeb, 0, 32), $names[$_] for 0 .. $n - 1;
        print pack("Vvv", 0, 1, 1), "x" for 1 .. $n;' "$1" >"$2"
}
many_folders 100 "$work/few.cab"
many_folders 1500 "$work/many.cab"
for cabinet in few many; do
    check_status 0 whichcab index "$work/$cabinet.cab"
    check_status 0 "$build/tests/peak" "$work/$cabinet-peak" "$build/cli/whichcab-media" -C "$work/catalog" verify "$work/$cabinet.cab"
    check_has "0 damaged" "$err"
done
check_equal "$(($(cat "$work/many-peak") - $(cat "$work/few-peak") < 131072))" 1 \
    "memory for 1,500 folders below 128 MB ($(cat "$work/few-peak"), $(cat "$work/many-peak") KB)"
# Of a lone middle cabinet nothing is lost: what is here of its files is sound, and that is said.
mkdir "$work/alone" && cd "$work/alone" || exit 1
printf '%s\n' 'set size=30000 name=DISK%.CAB id=4711' 'folder stored' 'file first.bin size=28000 content=random' \
    'file crosses.bin size=15000 content=random' 'file inside.bin size=5000 content=random' \
    'file goes-on.bin size=40000 content=random' >set.cabinet
"$build/tests/gen/media-gen" cabinet set.cabinet . >/dev/null && rm DISK1.CAB DISK3.CAB set.cabinet manifest.tsv
check_status 0 whichcab index "$work/alone"
check_status 3 whichcab verify "$work/alone"
check_has "4 of 5 files not whole, a cabinet is missing: first.bin, crosses.bin, inside.bin, goes-on.bin" "$out"
check_lacks "lost" "$out"
finish

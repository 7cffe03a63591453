#!/usr/bin/env bash
# The shelf: notes of images and where they are shown, images called by label, file name and note, and catalogs
# of several machines put into one.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
note() { check_status 0 whichcab media note "$@"; }
notes_of() { whichcab media note --json "$1" | jq -c .notes; }

mkdir "$work/a" "$work/a/files"
cp "$stack"/win95-dmf/disk0[67].img "$work/a"
printf 'read me\n' >"$work/a/files/README.TXT"
mcopy -n -i "$stack/win95-dmf/disk08.img" ::WIN95_08.CAB "$work/a/files"
check_status 0 whichcab index "$work/a"

# ---- what is kept
note "$work/a/disk07.img" box=B3 shelf="2 from the top" note="a scratch"
check_has "1 image noted" "$err"
note "$work/a/disk06.img" box=B4
note "$work/a/files" box=B4
check_equal "$(notes_of "$work/a/disk07.img")" '{"box":"B3","note":"a scratch","shelf":"2 from the top"}' "notes"
note "$work/a/disk07.img" note= shelf=2
check_equal "$(notes_of "$work/a/disk07.img")" '{"box":"B3","shelf":"2"}' "notes, one changed, one taken away"
check_status 2 whichcab media note "$work/a/disk07.img" Box=B3
check_has "no key of a note" "$err"
check_status 2 whichcab media note "$work/a/disk07.img" "box=$(printf 'a\033b')"
check_status 2 whichcab media note "$work/a/disk07.img" "box=$(printf 'a\351')"
check_status 2 whichcab media note "$work/a/disk07.img" "box=$(head -c 1025 /dev/zero | tr '\0' x)"
check_status 2 whichcab media note "$work/a/disk07.img" B3
check_status 1 whichcab media note "$work/none.img" box=B3
mapfile -t many < <(seq -f 'k%g=x' 63)
check_status 2 whichcab media note "$work/a/disk07.img" "${many[@]}"
check_has "at most 64" "$err"
check_status 0 whichcab media note
check_has "box: B3" "$out"
check_status 0 whichcab catalog check

# ---- where it is shown
check_status 0-3 whichcab where -m "$work/a" mapi32.dll
check_has "insert Windows 95 disk 7 of 13 (DMF set) (box B3, shelf 2)" "$out"
check_status 0-3 whichcab where -c -m "$work/a" mapi32.dll
check_has "(box B3, shelf 2)" "$out"
check_status 0-3 whichcab where -m "$work/a" readme.txt
check_has "(box B4)" "$out"
whichcab where --json -m "$work/a" mapi32.dll >"$out"
check_equal "$(jq -c '.needs[0].notes' "$out")" '{"box":"B3","shelf":"2"}' "notes of a needed disk"
check_status 3 whichcab media
check_has "box B3, shelf 2" "$out"
whichcab media --long >"$out" 2>"$err"
check_has "disk07.img  (box B3, shelf 2)" "$out"
check_status 0-3 whichcab extract -m "$work/a" --batch "$work/get.bat" mapi32.dll
check_has "(box B3, shelf 2)" "$work/get.bat"

# ---- what images are called
for word in DISK7 disk7 'disk?' disk07.img 'disk07.*' box=B3 BOX=b3 'box=b*3' B3 shelf=2; do
    check_status 0-3 whichcab where --json -m "$word" mapi32.dll
    check_equal "$(jq -r .image "$out" | sort -u)" "$work/a/disk07.img" "the image called $word"
done
check_status 0 whichcab media note --json box=B4
check_equal "$(jq -r .image "$out" | sort | xargs)" "$work/a/disk06.img $work/a/files" "what is in box B4"
check_status 2 whichcab where -m box=B9 mapi32.dll
check_status 2 whichcab where -m 'nothing*' mapi32.dll

# ---- kept over everything
whichcab index -q --force "$work/a" 2>"$err"
check_equal "$(notes_of "$work/a/disk07.img")" '{"box":"B3","shelf":"2"}' "notes of an image that was read again"
mv "$work/a" "$work/b"
check_status 0 whichcab index "$work/b"
check_equal "$(notes_of "$work/b/disk07.img")" '{"box":"B3","shelf":"2"}' "notes of a moved image"
mv "$work/b" "$work/c"
check_status 0 whichcab catalog move "$work/b" "$work/c"
check_equal "$(notes_of "$work/c/files")" '{"box":"B4"}' "notes of a moved folder"
check_status 0-3 whichcab where -m "$work/c/files/README.TXT" readme.txt
check_has "(box B4)" "$out"
cp -p "$work/c/disk07.img" "$work/copy.img"
check_status 0 whichcab index "$work/copy.img"
check_equal "$(notes_of "$work/copy.img")" '{"box":"B3","shelf":"2"}' "notes of a copy"
check_status 0 whichcab catalog remove "$work/copy.img"
check_status 0 whichcab catalog compact
check_equal "$(notes_of "$work/c/disk07.img")" '{"box":"B3","shelf":"2"}' "notes in a compact catalog"
cp "$stack/win95-dmf/disk08.img" "$work/c/disk07.img"
check_status 0 whichcab index "$work/c"
check_equal "$(notes_of "$work/c/disk07.img")" '{"box":"B3","shelf":"2"}' "notes where another image lies now"
cp "$stack/win95-dmf/disk07.img" "$work/c/disk07.img"
check_status 0 whichcab index "$work/c"

# ---- catalogs of several machines
export_to "$work/export"
other() { "$build/cli/whichcab" -C "$work/other" "$@"; }
check_status 0 other import "$work/export"
other export >"$out"
check_equal "$(cmp "$out" "$work/export" 2>&1)" "" "the export of an import"
rm -rf "$work/other"
mv "$work/c" "$work/d"
check_status 0 other index "$stack/win95-nondmf"
check_status 0 other import --map "$work/x=$work/y" --map "$work/c=$work/d" "$work/export"
check_status 0 other catalog check
other export >"$out"
check_lacks "$work/c/" "$out"
check_has "$work/d/files" "$out"
check_equal "$(other media note --json "$work/d/disk07.img" | jq -c .notes)" '{"box":"B3","shelf":"2"}' "notes of a mapped image"
check_status 0-3 other where -m "$work/d/files/README.TXT" readme.txt
check_has "(box B4)" "$out"
check_status 0 other index -v "$work/d"
check_has "0 images indexed" "$err"
# Where nothing is said of it, all is as it was; what lies elsewhere but begins alike stays.
check_status 0 other import --map "$work/c/disk0=$work/q" "$work/export"
other export >"$out"
check_has "$work/c/disk07.img" "$out"
# Two images on one path, and maps that are none: nothing is imported.
rm -rf "$work/other"
check_status 2 other import --map "$work/c/disk06.img=$work/x" --map "$work/c/disk07.img=$work/x" "$work/export"
check_has "same path" "$err"
check_status 2 other import --map "c=$work/x" "$work/export"
check_status 2 other import --map "$work/c" "$work/export"
check_status 0 other export
check_lacks "image" "$out"
finish

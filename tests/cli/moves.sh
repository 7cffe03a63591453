#!/usr/bin/env bash
# Images that move: renamed, moved to another file system, copied, touched.  What is known of them goes along.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
elsewhere=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) # most likely another file system
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work" "$elsewhere"' EXIT

# What is known of an image: everything but where and when it lies.
facts_below() { # folder
    whichcab export | awk -F '\t' -v folder="$1/" '
        $1 == "image" { inside = index($2, folder) == 1 || $2 == substr(folder, 1, length(folder) - 1)
                        if (inside) { print "image", substr($2, length(folder) + 1), $3, $9, $15; next } }
        $1 == "end" || $1 == "next" || $1 == "settled" { inside = 0 }
        inside && $1 !~ "^(container|cabinet|folder|row)$"'
}
deep_rows() { whichcab catalog stats | awk '$1 == "deep" {print $2}'; }

mkdir "$work/a"
cp "$stack"/win95-dmf/disk0[67].img "$work/a"
mkdir "$work/a/cd"
cp "$stack"/win95-dmf/boot.img "$work/a/cd/third.img"
# a copy of a medium as loose files
mkdir -p "$work/a/files"
printf 'MSCF\0\0\0\0\x42\0\0\0\0\0\0\0\x2c\0\0\0\0\0\0\0\x03\x01\x01\0\x01\0\0\0\0\0\0\0\x42\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x21\x1e\0\0\x20\0A.TXT\0' >"$work/a/files/ONE.CAB"
printf 'readme\n' >"$work/a/files/README.TXT"
check_status 0-3 whichcab index --deep "$work/a"
facts_below "$work/a" >"$work/known"
rows=$(deep_rows)
check_equal "$((rows > 100))" 1 "there are facts to keep"
check_equal "$(grep -c '^image' "$work/known")" 4 "images indexed"

# Nothing of it is read again, wherever it goes, and there are as many images as before.
check_kept() { # folder, what
    facts_below "$1" >"$work/now"
    check_equal "$(cmp "$work/known" "$work/now" 2>&1)" "" "what is known $2"
    check_status 0 whichcab catalog check
}

# A folder with another name.
mv "$work/a" "$work/b"
check_status 0 whichcab index -v "$work/b"
check_has "at another path" "$err"
check_has "it was $work/a/disk06.img" "$err"
check_has "0 images indexed" "$err"
check_kept "$work/b" "of a renamed folder"
check_equal "$(deep_rows)" "$rows" "rows with facts in a renamed folder"
whichcab media >"$out" 2>"$err"
check_lacks "$work/a" "$out"

# Another file system: other device, other inodes.
mv "$work/b" "$elsewhere/c"
check_status 0 whichcab index "$elsewhere/c"
check_has "0 images indexed" "$err"
check_kept "$elsewhere/c" "behind a move to another file system"
check_equal "$(deep_rows)" "$rows" "rows with facts on another file system"

# Copies with their times: the originals stay on record, too.
cp -rp "$elsewhere/c" "$work/d"
check_status 0 whichcab index "$work/d"
check_has "0 images indexed" "$err"
check_kept "$work/d" "of a copy"
check_kept "$elsewhere/c" "of what was copied"
check_equal "$(deep_rows)" "$((2 * rows))" "rows with facts of both"
rm -r "$elsewhere/c"
check_status 0 whichcab catalog remove "$elsewhere/c"
check_kept "$work/d" "of a copy without its original"

# The same path with other inodes, as network file systems and remounts have it.
cp -rp "$work/d" "$work/e"
rm -r "$work/d"
mv "$work/e" "$work/d"
check_status 0 whichcab index "$work/d"
check_has "0 images indexed with 0 files, 4 unchanged, 0 offline" "$err"
check_kept "$work/d" "with other inodes"

# Touched, or copied without its times.  (The times of a folder's files are what it holds: it is read again.)
touch "$work/d"/*.img "$work/d/cd/third.img"
check_status 0 whichcab index "$work/d"
check_has "0 images indexed with 0 files, 4 unchanged, 0 offline" "$err"
check_kept "$work/d" "of touched images"
cp -rp "$work/d" "$work/f"
touch "$work/f"/*.img "$work/f/cd/third.img"
rm -r "$work/d"
check_status 0 whichcab index "$work/f"
check_has "(4 at another path)" "$err"
check_kept "$work/f" "of copies with new times"
check_equal "$(deep_rows)" "$rows" "rows with facts of copies with new times"

# Two that have exchanged their names.
mv "$work/f/disk06.img" "$work/f/x"
mv "$work/f/disk07.img" "$work/f/disk06.img"
mv "$work/f/x" "$work/f/disk07.img"
check_status 0 whichcab index "$work/f"
check_has "0 images indexed with 0 files, 4 unchanged (2 at another path), 0 offline" "$err"
check_equal "$(deep_rows)" "$rows" "rows with facts of exchanged images"
check_status 0 whichcab catalog check
mv "$work/f/disk06.img" "$work/f/x"
mv "$work/f/disk07.img" "$work/f/disk06.img"
mv "$work/f/x" "$work/f/disk07.img"
check_status 0 whichcab index "$work/f"
check_kept "$work/f" "of images exchanged twice"

# Equal size and time, other bytes: read anew, in place as well as replaced.
cp -p "$work/f/disk06.img" "$work/keep.img"
cp "$stack/win95-dmf/disk08.img" "$work/f/disk06.img"
touch -r "$work/keep.img" "$work/f/disk06.img"
check_equal "$(stat -c '%s %Y' "$work/f/disk06.img")" "$(stat -c '%s %Y' "$work/keep.img")" "size and time of the changed image"
check_status 0 whichcab index -v "$work/f"
check_has "disk06.img: indexed" "$err"
check_has "1 image indexed" "$err"
check_equal "$(($(deep_rows) < rows))" 1 "facts of the changed image are gone"
cp -p "$work/keep.img" "$work/f/disk06.img"
check_status 0 whichcab index -v "$work/f"
check_has "disk06.img: indexed" "$err"

# A damaged image that was read once more, for the better: nothing of the old findings is kept.
mkdir "$work/g"
cp "$stack/win95-dmf/disk09.img" "$work/g/nine.img"
printf 'bad' | dd of="$work/g/nine.img" bs=1 seek=400000 conv=notrunc status=none
check_status 3 whichcab index --deep "$work/g"
whichcab export >"$work/text"
check_equal "$(($(grep -c '^fact.damaged' "$work/text") > 0))" 1 "the damage is on record"
cp "$stack/win95-dmf/disk09.img" "$work/g/nine.img"
whichcab index --deep "$work/g" >"$out" 2>"$err"
check_lacks " 0 images indexed" "$err"
whichcab export >"$work/text"
check_equal "$(grep -c '^fact.damaged' "$work/text")" 0 "the damage is gone"

# A path that is gone is not recommended, though nobody has indexed again.
rm -rf "$work/catalog"
mkdir "$work/one" "$work/two"
cp "$stack/win95-dmf/disk07.img" "$work/one"
cp "$stack/win95-dmf/disk07.img" "$work/two"
check_status 0 whichcab index "$work/one" "$work/two"
check_status 0-3 whichcab where -c mapi32.dll
mv "$work/one" "$work/moved"
whichcab where --json mapi32.dll >"$out" 2>"$err"
check_equal "$(jq -r .image "$out" | head -1)" "$work/two/disk07.img" "the image of the answer"
whichcab media >"$out" 2>"$err"
check_has "offline   disk 7" "$out"
whichcab media --json >"$out" 2>"$err"
check_equal "$(jq -r '[.disks[] | select(.disk == "7") | .status] | sort | join(" ")' "$out")" "offline present" "the two copies"
# ... and is told once for the user to put right, by naming the new path ...
check_status 1 whichcab catalog move "$work/none" "$work/moved"
check_status 2 whichcab catalog move "$work/one"
check_status 0 whichcab catalog move "$work/one" "$work/moved"
check_has "1 image moved" "$err"
whichcab media >"$out" 2>"$err"
check_lacks "offline" "$out"
check_status 0 whichcab index "$work/moved"
check_has "1 unchanged" "$err"
# ... also of one image, and where the images of the new path are on record already.
mv "$work/two/disk07.img" "$work/moved/seven.img"
check_status 0 whichcab catalog move "$work/two/disk07.img" "$work/moved/disk07.img"
whichcab export >"$work/text"
check_equal "$(grep -c '^image' "$work/text")" 1 "records of one image that had two paths"
check_status 0 whichcab index "$work/moved"
cp "$stack/win95-dmf/disk08.img" "$work/two/seven.img"
check_status 0 whichcab index "$work/two"
check_status 3 whichcab catalog move "$work/two/seven.img" "$work/moved/seven.img"
check_has "1 left" "$err"
rm "$work/two/seven.img"
check_status 0 whichcab catalog remove --offline
check_has "1 image removed" "$err"
check_status 0 whichcab catalog check
cp -r "$stack/win95-dmf" "$work/f"
check_status 0 whichcab index "$work/f"

# --force reads all anew; a dry run stores nothing.
mv "$work/f" "$work/h"
check_status 0 whichcab index -n "$work/h"
check_has "(18 at another path)" "$err"
whichcab export >"$work/text"
check_lacks "$work/h" "$work/text"
check_status 0 whichcab index --force "$work/h"
check_has "18 images indexed" "$err"
finish

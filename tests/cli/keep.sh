#!/usr/bin/env bash
# Keeping a catalog: check, stats, compact, remove, export, import, profiles of the user's own.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

other=("$build/cli/whichcab" -C "$work/other")
third=("$build/cli/whichcab" -C "$work/third")

# Nothing there yet.
check_status 2 whichcab catalog check
check_has "$work/catalog" "$err"
check_status 2 whichcab catalog stats
check_status 2 whichcab export
check_status 1 whichcab media

stack=$(sample_stack)
check_status 0 whichcab index "$stack/win95-dmf" "$stack/win95-cd.iso"
check_status 0 whichcab catalog check
check_status 0 whichcab catalog stats
check_equal "$(awk '$1 == "images" {print $2}' "$out")" 15 "images"
whichcab where --json --all '*' >"$work/before"

# Export and import into another catalog: the same answers, the same text.
check_status 0 whichcab export "$work/text"
check_status 2 whichcab export "$work/text"
check_has "exists" "$err"
check_status 0 "${other[@]}" import "$work/text"
check_status 0 "${other[@]}" export
check_equal "$(cksum <"$out")" "$(cksum <"$work/text")" "text of the imported catalog"
# (An answer's id is one of its catalog.)
check_status 0 "${other[@]}" where --json --all '*'
check_equal "$(sed 's/,"id":[^,}]*//' "$out" | cksum)" "$(sed 's/,"id":[^,}]*//' "$work/before" | cksum)" "answers of the imported catalog"

# A wrong line: nothing of it is taken over.
head -n 100 "$work/text" >"$work/cut"
printf 'nonsense\n' >>"$work/cut"
check_status 2 "${third[@]}" import "$work/cut"
check_has "line 101" "$err"
check_status 1 "${third[@]}" media
# ... neither of images that stand whole before it, nor of what is in the catalog already.
{ sed '$d' "$work/text"; printf 'nonsense\n'; } >"$work/cut"
check_status 2 "${third[@]}" import "$work/cut"
check_status 1 "${third[@]}" media
check_status 2 "${other[@]}" import "$work/cut"
check_status 0 "${other[@]}" export
check_equal "$(cksum <"$out")" "$(cksum <"$work/text")" "text after a wrong import"

# Compaction changes no answer.
check_status 0 whichcab catalog compact "$work/copy.mdb"
check_status 2 whichcab catalog compact "$work/copy.mdb"
check_status 0 whichcab catalog remove "$stack/win95-cd.iso"
check_status 1 whichcab catalog remove "$stack/win95-cd.iso"
whichcab where --json --all '*' >"$work/before"
size=$(stat -c %s "$work/catalog/data.mdb")
check_status 0 whichcab catalog compact
check_equal "$(($(stat -c %s "$work/catalog/data.mdb") < size))" 1 "the compact catalog is smaller"
whichcab where --json --all '*' >"$work/after"
check_equal "$(cksum <"$work/after")" "$(cksum <"$work/before")" "answers after compaction"
check_status 0 whichcab catalog check
check_status 0 whichcab index "$stack/win95-cd.iso"
check_status 0 whichcab where -m win95-cd mapi32.dll

# An image that is gone is named for removal by any spelling of its path.
mkdir "$work/shelf"
ln -s shelf "$work/link"
for spelling in "$work/shelf/./gone.img" "$work/shelf/../shelf/gone.img" "$work/link/gone.img" "$work/none/../shelf/gone.img"; do
    cp "$stack/win95-dmf/disk07.img" "$work/shelf/gone.img"
    check_status 0 whichcab index "$work/shelf/gone.img"
    rm "$work/shelf/gone.img"
    check_status 0 whichcab catalog remove "$spelling"
done

# A damaged catalog: nothing makes it worse, and what can be read is saved.
check_status 0 whichcab catalog repair
check_has "nothing to repair" "$err"
cp -r "$work/catalog" "$work/broken"
damaged=("$build/cli/whichcab" -C "$work/broken")
pages=$(($(stat -c %s "$work/broken/data.mdb") / 4096))
saved=0
tried=0
for at in 3 4 5 6 7 8; do
    cp "$work/catalog/data.mdb" "$work/broken/data.mdb"
    dd if=/dev/zero of="$work/broken/data.mdb" bs=4096 seek=$((pages * at / 9)) count=2 conv=notrunc status=none
    cp "$work/broken/data.mdb" "$work/damaged.mdb"
    "${damaged[@]}" catalog check >"$out" 2>&1 && continue # nothing was on these pages
    tried=$((tried + 1))
    check_status 2 "${damaged[@]}" catalog compact
    check_equal "$(cmp "$work/damaged.mdb" "$work/broken/data.mdb")" "" "the catalog after a refused compaction"
    check_status 0-3 "${damaged[@]}" catalog repair
    check_has "data.mdb.damaged" "$err"
    check_equal "$(cmp "$work/damaged.mdb" "$work/broken/data.mdb.damaged")" "" "the file that is kept"
    rm "$work/broken/data.mdb.damaged"
    check_status 0 "${damaged[@]}" catalog check
    saved=$((saved + $("${damaged[@]}" catalog stats | awk '$1 == "images" {print $2}')))
    "${damaged[@]}" index -q "$stack/win95-dmf" >"$out" 2>"$err"
    check_status 0 "${damaged[@]}" where -m win95-dmf mapi32.dll
done
check_equal "$((tried > 1 && saved > tried * 7))" 1 "most images of $tried times 14 are saved ($saved)"
# One of the two heads of the file is lost, without which LMDB does not open it.
for head in 0 1; do
    cp "$work/catalog/data.mdb" "$work/broken/data.mdb"
    dd if=/dev/zero of="$work/broken/data.mdb" bs=4096 seek=$head count=1 conv=notrunc status=none
    check_status 2-3 "${damaged[@]}" where mapi32.dll
    check_status 0-3 "${damaged[@]}" catalog repair
    check_status 0 "${damaged[@]}" catalog check
done
head -c 4000 /dev/zero >"$work/broken/data.mdb"
check_status 2 "${damaged[@]}" catalog repair
check_has "nothing of" "$err"
mkdir "$work/nothing"
check_status 2 "$build/cli/whichcab" -C "$work/nothing" catalog repair

# A folder's images, and only them.
check_status 0 whichcab catalog remove "$stack/win95-dmf"
check_status 1 whichcab catalog remove --offline
check_status 0 whichcab where -m win95-dmf --json mapi32.dll
check_equal "$(jq -r .source <"$out")" published "source after removal"
check_status 0 whichcab media
check_lacks "win95-dmf" "$out"

# Profiles.
check_status 0 whichcab profile list
check_has "win95-osr2-cd" "$out"
check_status 0 whichcab profile show win95-cd
check_has "[roles]" "$out"
check_status 1 whichcab profile show no-such-id
cat >"$work/mine.profile" <<'END'
[profile]
id = mine
title = My own disks
kind = floppies
disks = 1-2
END
check_status 0 whichcab profile add "$work/mine.profile"
check_status 0 whichcab profile list
check_has "My own disks" "$out"
cp "$work/mine.profile" "$work/yours.profile"
check_status 2 whichcab profile add "$work/yours.profile"
check_has "mine.profile" "$err"
printf '[profile]\nid = broken\nnonsense\n' >"$work/broken.profile"
check_status 2 whichcab profile add "$work/broken.profile"
check_has "line 3" "$err"
check_status 0 whichcab profile remove mine
check_status 1 whichcab profile remove mine
check_status 1 whichcab profile show mine
check_status 2 whichcab profile remove ../mine
finish

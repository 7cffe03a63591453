#!/usr/bin/env bash
# A shelf indexed in shares, each in a catalog of its own, and merged: the same catalog as from one run.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
shelf=$work/shelf
mkdir "$shelf"
cp -r "$stack"/. "$shelf"
# sets that only several shares together tell: each disk in a folder of its own
for disk in "$shelf"/win95-nondmf/*.img; do
    mkdir "${disk%.img}"
    mv "$disk" "${disk%.img}/"
done

check_status 0 whichcab index -q "$shelf"
check_status 0 export_to "$work/whole.txt"

share() { "$build/cli/whichcab" -C "$work/share$1" "${@:2}"; }

# Each share by itself; the shares are the whole, and none has an image of another.
shares=5
for ((i = 1; i <= shares; i++)); do
    check_status 0 share "$i" index -q --shard "$i/$shares" "$shelf"
    check_status 0 share "$i" export "$work/share$i.txt"
    grep -P '^image\t' "$work/share$i.txt" | cut -f 2 >>"$work/paths"
done
check_equal "$(sort "$work/paths" | uniq -d)" "" "images of two shares"
check_equal "$(sort "$work/paths")" "$(grep -P '^image\t' "$work/whole.txt" | cut -f 2 | sort)" "images of all shares"
check_equal "$(($(grep -c . "$work/share1.txt") < $(grep -c . "$work/whole.txt")))" 1 "a share is a part"
# the floppies of one folder are of one share
check_equal "$(grep -lP '^image\t.*/win95-dmf/' "$work"/share*.txt | wc -l)" 1 "shares with disks of one folder"
check_equal "$(($(grep -lP '^image\t.*/win95-nondmf/' "$work"/share*.txt | wc -l) > 1))" 1 "folders in several shares"

# A share that was killed is begun again.
rm -rf "$work/share2"
share 2 index -q --shard "2/$shares" "$shelf" &
kill -KILL $! 2>/dev/null
wait $! 2>/dev/null
check_status 0 share 2 index -q --wait --shard "2/$shares" "$shelf"
rm "$work/share2.txt"
check_status 0 share 2 export "$work/share2.txt"

# Merged in one pass, in any order, and settled: what one run makes.
merged=("$build/cli/whichcab" -C "$work/merged")
check_status 0 "${merged[@]}" import "$work"/share{4,2,5,1,3}.txt
check_status 0 "${merged[@]}" index --settle
check_status 0 "${merged[@]}" export
check_equal "$(cksum <"$out")" "$(cksum <"$work/whole.txt")" "text of the merged catalog"
check_status 0 "${merged[@]}" catalog check
check_status 0 "${merged[@]}" where --json --all mapi32.dll
# all but the ids, which are a catalog's own
check_equal "$(jq -c 'del(.id)' <"$out" | cksum)" \
    "$(whichcab where --json --all mapi32.dll | jq -c 'del(.id)' | cksum)" "answer of the merged catalog"
# nothing is read anew afterwards
check_status 0 "${merged[@]}" index "$shelf"
check_has "0 images indexed" "$err"
check_status 0 "${merged[@]}" export
check_equal "$(cksum <"$out")" "$(cksum <"$work/whole.txt")" "text after indexing again"

# A wrong line in one of several: told with its file, nothing is taken over.
other=("$build/cli/whichcab" -C "$work/other")
sed '$d' "$work/share3.txt" >"$work/cut.txt"
check_status 2 "${other[@]}" import "$work/share1.txt" "$work/cut.txt" "$work/share2.txt"
check_has "cut.txt: line " "$err"
check_has "the export ends before its end" "$err"
check_status 1 "${other[@]}" media
check_status 2 "${other[@]}" import "$work/share1.txt" "$work/missing.txt"
check_has "missing.txt: No such file" "$err"

# What is no share.
for wrong in 0/4 5/4 1/0 1 /4 1/ a/b 1/70000; do
    check_status 2 whichcab index --shard "$wrong" "$shelf"
    check_has "is no share" "$err"
done
check_status 2 whichcab index --settle "$shelf"
check_status 2 whichcab index --settle --shard 1/2

finish

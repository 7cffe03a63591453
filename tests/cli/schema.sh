#!/usr/bin/env bash
# Every command's JSON is as docs/schema says; the other sessions hold all that they print against it, too (lib.sh).
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

schema=$here/schema.py
check_status 0 python3 -c 'import jsonschema'
printf 'image fat format=1440 label=SHELF\nfile NOTE.TXT text="found"\nfile A/B.TXT text="b"\n' >"$work/disk"
mkdir "$work/shelf" "$work/pc"
odd=$work/shelf/$(printf 'b\344d.img')
check_status 0 "$build/tests/gen/media-gen" image "$work/disk" "$odd"
printf 'nobody knows this' >"$work/shelf/unknown.bin"
cp "$(small_stack)/win95-dmf/disk07.img" "$work/shelf"
printf found >"$work/pc/NOTE.TXT"
check_status 0-3 whichcab index --json "$work/shelf" "$work/shelf/unknown.bin"
check_status 0 whichcab index --json "$work/shelf"
check_status 0-3 whichcab verify --json
check_status 0-3 whichcab where --json mapi32.dll note.txt nosuch.txt
check_status 0-3 whichcab where --json --all '*.txt'
check_status 0-3 whichcab versions --json note.txt mapi32.dll
check_status 0-3 whichcab dups --json
check_status 0-3 whichcab diff --json win95-cd win95-dmf
check_status 0-3 whichcab id --json "$work/pc/NOTE.TXT" "$work/disk"
check_status 0-3 whichcab media --json
check_status 0-3 whichcab media --json --unread
check_status 0 whichcab media note "$work/shelf/disk07.img" box=B3
check_status 0 whichcab media note --json "$work/shelf/disk07.img"
check_status 0 whichcab ls --json "$work/shelf/disk07.img"
check_status 0-3 whichcab extract --json -o "$work/files" note.txt nosuch.txt
check_status 0 whichcab export --dat "$work/list.dat"
check_status 0 whichcab known --json "$work/list.dat"
check_status 0 whichcab catalog stats --json
check_status 0 whichcab profile list --json
check_status 0 whichcab profile show --json win95-dmf
check_equal "$(jq -r .text "$out" | grep -m1 '^id')" 'id = win95-dmf' "line of a profile"
printf '[profile]\nid = own\ntitle = My own\nkind = cd\n' >"$work/own.profile"
check_status 0 whichcab profile add --json "$work/own.profile"
check_equal "$(jq -c '[.id, .user]' "$out")" '["own",true]' "profile that was added"
check_status 0 whichcab profile remove --json own
check_status 0 whichcab catalog check --json
check_equal "$(jq -c '[.event, .action, .sound]' "$out")" '["summary","check",true]' "result of a check"
check_status 0 whichcab catalog repair --json
cp -r "$work/catalog" "$work/broken"
pages=$(($(stat -c %s "$work/broken/data.mdb") / 4096))
for at in 2 4 6; do # pages of its tables are lost
    dd if=/dev/zero of="$work/catalog/data.mdb" bs=4096 seek=$((pages * at / 9)) count=1 conv=notrunc status=none
done
check_status 3 whichcab catalog check --json
check_equal "$(jq -s '(map(select(.event == "contradiction")) | length) as $n | $n > 0 and last.contradictions == $n and (last.sound | not)' "$out")" \
    true "whether all contradictions are told and counted"
check_status 3 whichcab catalog check --csv
check_has "event,reason" "$out"
check_status 0-3 whichcab catalog repair --json
check_equal "$(jq -s 'last | .sound == false and .kept == "data.mdb.damaged"' "$out")" true "what a repair tells"
cp "$work/broken/data.mdb" "$work/catalog/data.mdb"
check_status 0 whichcab catalog compact --json
check_equal "$(jq '.bytes_held >= .bytes_used and .bytes_used > 0' "$out")" true "whether figures follow a compaction"
check_status 0 whichcab export "$work/text"
check_status 0 whichcab import --json "$work/text"
check_equal "$(jq -c '[.texts, .images > 0]' "$out")" '[1,true]' "what was read"
mkdir "$work/moved"
mv "$work/shelf/disk07.img" "$work/moved"
check_status 0 whichcab catalog move --json "$work/shelf/disk07.img" "$work/moved/disk07.img"
check_equal "$(jq -c '[.moved, .left]' "$out")" '[1,0]' "images that were moved"
check_status 0 whichcab catalog remove --json "$work/moved"
check_equal "$(jq .removed "$out")" 1 "images that were removed"
check_status 0-3 whichcab check --json --all "$work/pc"
"$build/tests/make_program" ne "$work/pc/MAIL.EXE" NOSUCH
check_status 0-3 whichcab imports --json "$work/pc/MAIL.EXE"
cp "$json_seen" "$work/seen"
check_status 0 python3 "$schema" "$work/seen" --strict --all
cat "$out"

# The check itself: a member more, one less, another type, another word.
wrong() { # command, object
    printf '%s\t%s\n' "$1" "$2" >"$work/wrong"
    check_status 1 python3 "$schema" "$work/wrong" --strict
}
stats=$(grep '^catalog.*listings' "$work/seen" | cut -f2)
wrong catalog "$(jq -c '.more = 1' <<<"$stats")"
wrong catalog "$(jq -c 'del(.files)' <<<"$stats")"
wrong catalog "$(jq -c '.files = "1"' <<<"$stats")"
unread=$(grep '^unread' "$work/seen" | head -1 | cut -f2)
wrong catalog "$(grep '"action":"check"' "$work/seen" | cut -f2 | jq -c '.removed = 1')"
wrong unread "$(jq -c '.state = "sad"' <<<"$unread")"
wrong where "$(grep '^where' "$work/seen" | grep '"needs":\[{' | head -1 | cut -f2 | jq -c '.needs[0].present = null')"
finish

#!/usr/bin/env bash
# What is not read here is told with its reason and the command that helps; it is not damaged, and
# spoils nothing beside it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

little() { # bytes, number: little-endian, as an escape of printf
    local i value=$2 text=
    for ((i = 0; i < $1; i++)); do
        text+=$(printf '\\x%02x' $((value & 255)))
        value=$((value >> 8))
    done
    printf '%s' "$text"
}

# A ZIP of members NAME,METHOD,FLAGS, each with the same four bytes.
zip_of() { # file, members
    local file=$1 member name method flags at count=0 size start central=
    : >"$file"
    for member in "${@:2}"; do
        IFS=, read -r name method flags <<<"$member"
        at=$(stat -c %s "$file")
        # version, flags, method, date, CRC of "data", sizes, lengths of the name and of the extra field
        local fields
        fields=$(little 2 20)$(little 2 "$flags")$(little 2 "$method")$(little 4 $((0x1F8A4000)))
        fields+=$(little 4 $((0xADF3F363)))$(little 4 4)$(little 4 4)$(little 2 ${#name})$(little 2 0)
        printf '%b' "PK\\x03\\x04$fields${name}data" >>"$file"
        central+="PK\\x01\\x02$(little 2 20)$fields$(little 2 0)$(little 2 0)$(little 2 0)$(little 4 32)$(little 4 "$at")$name"
        count=$((count + 1))
    done
    start=$(stat -c %s "$file")
    printf '%b' "$central" >>"$file"
    size=$(($(stat -c %s "$file") - start))
    printf '%b' "PK\\x05\\x06$(little 2 0)$(little 2 0)$(little 2 "$count")$(little 2 "$count")$(little 4 "$size")$(little 4 "$start")$(little 2 0)" >>"$file"
}

# ---- members with a method of their own ---------------------------------------------------------
mkdir "$work/zips"
zip_of "$work/zips/mixed.zip" whole.txt,0,0 odd.txt,97,0 secret.txt,0,1
check_status 3 whichcab index --deep "$work/zips/mixed.zip"
check_has '1 files read, 0 damaged, 0 not whole, 1 not read here, 1 encrypted' "$err"
check_status 3 whichcab verify
check_has 'odd.txt: not read here: ' "$out"
check_has '7z x ' "$out"
check_has 'secret.txt: not read here: encrypted' "$out"
check_lacks 'damaged:' "$out"
check_lacks 'lost' "$out"
check_has '0 damaged' "$err"
check_status 3 whichcab verify --json
check_equal "$(jq -r '.event' "$out" | tr '\n' ' ')" 'unsupported encrypted image summary ' 'the events'
check_equal "$(jq -rc 'select(.event == "summary") | [.files, .damaged, .missing, .unsupported, .encrypted]' "$out")" \
    '[3,0,0,1,1]' 'the summary'

# The neighbour is whole, the two are there, and neither is damage.
check_status 0 whichcab where --json whole.txt
check_equal "$(jq -rc '[.complete, .trouble, .unread]' "$out")" '[true,null,null]' 'the neighbour'
check_status 0 whichcab where --json odd.txt secret.txt
check_equal "$(jq -rc '[.complete, .unread]' "$out" | tr '\n' ' ')" '[true,"unsupported"] [true,"encrypted"] ' 'the two'
check_equal "$(jq -r '.unread_reason | test("7z x")' "$out" | sort -u)" true 'the reason names a command'
check_status 0 whichcab where odd.txt
check_has 'not read here: ' "$out"
check_status 0 whichcab media
check_has '2 files not read here' "$out"
check_status 0 whichcab media --json
check_equal "$(jq -c '.disks[0] | [.damaged_files, .unread_files]' "$out")" '[0,2]' 'the files of the disk'
check_status 3 whichcab versions --json odd.txt secret.txt
check_equal "$(jq -r .state "$out" | tr '\n' ' ')" 'unsupported encrypted ' 'the states'
check_status 3 whichcab extract -o "$work/o" whole.txt odd.txt secret.txt
check_equal "$(cat "$work/o/whole.txt")" data 'the neighbour, extracted'
check_has '7z x' "$err"

# The states survive export and import.
check_status 0 whichcab catalog check
whichcab export >"$work/export"
check_status 0 "$build/cli/whichcab" -C "$work/other" import "$work/export"
"$build/cli/whichcab" -C "$work/other" export >"$work/again"
check_equal "$(cmp "$work/export" "$work/again" 2>&1)" '' 'the export of the import'

# An archive in the archive that can't be opened spoils nothing beside it, deep or not.
rm -rf "$work/catalog"
zip_of "$work/zips/nested.zip" whole.txt,0,0 inner.zip,97,0 locked.zip,0,1
check_status 3 whichcab index "$work/zips/nested.zip"
check_has 'inner.zip' "$err"
check_has 'locked.zip' "$err"
check_status 0 whichcab where --json whole.txt
check_equal "$(jq -rc '[.complete, .trouble]' "$out")" '[true,null]' 'the neighbour of an archive that is not read'
check_status 0 whichcab media
check_has '2 places not read here: ' "$out"

finish

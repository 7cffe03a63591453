#!/usr/bin/env bash
# A listing that has the bytes of a real medium's files: they are known with no medium at hand.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir "$work/profiles" "$work/pc"
printf 'the very bytes' >"$work/pc/USER.EXE"
printf 'other bytes...' >"$work/pc/GDI.EXE"
touch -d '1996-08-24 11:11:10' "$work/pc"/*
digest=$(sha256sum <"$work/pc/USER.EXE")
columns='disk path cabinet name size modified long_name status note source continues_in version sha256'
{
    tr ' ' '\t' <<<"$columns"
    printf '\t\tA.CAB\tuser.exe\t14\t1996-08-24 11:11:10\t\t\t\tmedium\t\t4.0.0.1111\t%s\n' "${digest%% *}"
    printf '\t\tA.CAB\tgdi.exe\t14\t1996-08-24 11:11:10\t\t\t\tmedium\t\t\t%s\n' "${digest%% *}"
} >"$work/profiles/real.tsv"
printf '[profile]\nid = real\ntitle = A real medium\nkind = cd\n' >"$work/profiles/real.profile"
check_status 0 "$build/tools/compile_profiles" "$work/profiles" "$work/real.mdb"
export WHICHCAB_PUBLISHED=$work/real.mdb WHICHCAB_PROFILES=$work/profiles

check_status 0 whichcab id "$work/pc/USER.EXE"
check_has "USER.EXE: user.exe of A real medium, intact" "$out"
check_lacks "told by its bytes" "$err"
whichcab id --json "$work/pc/USER.EXE" >"$out" 2>"$err" || true
check_equal "$(jq -r 'select(.event == "file") | [.identity, .match.places[0].medium, .match.file_version] | join(" ")' "$out")" \
    "intact real 4.0.0.1111" "what is said of the very bytes"
whichcab id --json "$work/pc/GDI.EXE" >"$out" 2>"$err" || true
check_equal "$(jq -r 'select(.event == "file").identity' "$out")" altered "what is said of other bytes of the same size and date"

# A set of disks of which the bytes are known, as one folder: verification tells whose bytes they are.
gen=$build/tests/gen/media-gen
mkdir "$work/made" "$work/set"
for number in 1 2; do
    printf '%s\n' "set size=0 name=PART$number.CAB id=9" 'folder mszip' \
        "file first$number.dll size=3000 modified=\"1996-08-24 11:11:10\"" \
        "file second$number.dll size=5000 modified=\"1996-08-24 11:11:10\"" >"$work/made/$number.cabinet"
    "$gen" cabinet "$work/made/$number.cabinet" "$work/made/$number" >/dev/null
    cp "$work/made/$number/PART$number.CAB" "$work/set"
done
list_set() { # digest of second2.dll
    tr ' ' '\t' <<<"$columns"
    for number in 1 2; do
        awk -F'\t' -v disk=$number -v other="$1" 'NR > 1 { print disk "\t\t" $1 "\t" $3 "\t" $4 \
            "\t1996-08-24 11:11:10\t\t\t\tmedium\t\t\t" ($3 == "second2.dll" && other ? other : $5) }' \
            "$work/made/$number/manifest.tsv"
    done
}
publish_set() { # digest of second2.dll
    list_set "$1" >"$work/profiles/disks.tsv"
    printf '[profile]\nid = disks\ntitle = Real disks\nkind = floppies\ndisks = 1-2\n' \
        >"$work/profiles/disks.profile"
    check_status 0 "$build/tools/compile_profiles" "$work/profiles" "$work/real.mdb"
}
publish_set ''
mkdir -p "$work/catalog"
cp -r "$work/profiles" "$work/catalog/profiles"
check_status 0 whichcab index "$work/set"
check_status 0 whichcab verify
check_has "$work/set: the same bytes as on a real Real disks (4 files compared)" "$out"
publish_set "${digest%% *}"
check_status 0 whichcab verify -v
check_has "$work/set: 3 files with the same bytes as, 1 with others than on a real Real disks (4 files compared)" "$out"
check_has "second2.dll: other bytes than on a real one" "$out"
check_status 0 whichcab verify --json
check_equal "$(jq -c 'select(.event == "image").real_medium' "$out")" \
    '{"title":"Real disks","same_bytes":3,"other_bytes":1}' "real medium"
check_equal "$(jq -r 'select(.difference == "bytes").name' "$out")" second2.dll "file of other bytes"
finish

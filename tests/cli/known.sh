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

whichcab id --json "$work/pc/USER.EXE" >"$out" 2>"$err" || true
check_equal "$(jq -r 'select(.event == "file") | [.identity, .match.places[0].medium, .match.file_version] | join(" ")' "$out")" \
    "intact real 4.0.0.1111" "what is said of the very bytes"
whichcab id --json "$work/pc/GDI.EXE" >"$out" 2>"$err" || true
check_equal "$(jq -r 'select(.event == "file").identity' "$out")" altered "what is said of other bytes of the same size and date"
finish

#!/usr/bin/env bash
# Questions about contents, against the builder's own record: hashes, versions, the same bytes.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
manifest=$stack/manifest.tsv
# Columns of manifest.tsv: medium disk image path cabinet ends_in name size modified attributes sha256 version.
field() { # medium cabinet name column
    awk -F'\t' -v medium="$1" -v cabinet="$2" -v name="$3" -v column="$4" \
        '$1 == medium && $5 == cabinet && tolower($7) == name {print $column}' "$manifest"
}
old=$(field win95-dmf WIN95_07.CAB mapi32.dll 11)
new=$(field win95-osr2-cd WIN95_09.CAB mapi32.dll 11)
check_equal "${#old} ${#new}" "64 64" "length of the hashes on record"

# Before anything was read in full.
check_status 0 whichcab index "$stack/win95-nondmf"
check_status 2 whichcab where --hash "$old"
check_has "nothing was read in full yet; run 'whichcab index --deep'" "$err"
check_status 2 whichcab where --file-version '>=4' mapi32.dll
check_has "nothing was read in full yet" "$err"
check_status 2 whichcab dups
check_has "nothing was read in full yet" "$err"
check_status 3 whichcab versions -m win95-nondmf mapi32.dll
check_has "not read" "$out"
check_status 0 whichcab catalog remove "$stack/win95-nondmf"

check_status 0 whichcab index --deep "$stack/win95-dmf" "$stack/win95-osr2-cd.iso"

# A hash finds every file of these bytes, in capitals as well, with and without a name.
awk -F'\t' -v hash="$old" '($1 == "win95-dmf" || $1 == "win95-osr2-cd") && $11 == hash' "$manifest" >"$work/rows"
check_status 0 whichcab where --json --hash "$(tr a-f A-F <<<"$old")"
check_equal "$(wc -l <"$out")" "$(wc -l <"$work/rows")" "files with a hash"
check_equal "$(jq -r '[.name, .medium, .cabinet, .sha256] | join(" ")' "$out")" \
    "mapi32.dll win95-dmf WIN95_07.CAB $old" "the file with that hash"
for digits in 8 15 16 17 31 33 63; do # its beginning will do; 32 digits are an MD5
    check_status 0 whichcab where --json --hash "${old:0:$digits}"
    check_equal "$(jq -r .sha256 "$out" | sort | uniq -c | tr -s ' ')" " $(wc -l <"$work/rows") $old" "files whose hash begins with $digits digits"
done
check_status 1 whichcab where --hash "${old:0:9}$([ "${old:9:1}" = 0 ] && echo 1 || echo 0)"
check_status 1 whichcab where --hash "${old:0:16}$([ "${old:16:1}" = 0 ] && echo 1 || echo 0)"
check_status 2 whichcab where --hash "${old:0:7}"
check_status 2 whichcab where --hash "${old:0:9}x"
check_status 0 whichcab where --hash "${new:0:12}" mapi32.dll
check_status 0 whichcab where --hash "$new" mapi32.dll
check_has "WIN95_09.CAB" "$out"
check_lacks "WIN95_07.CAB" "$out"
check_has "version: 4.0.0.1111" "$out"
check_status 1 whichcab where --hash "$new" user.exe
check_has "user.exe: no copy that was read in full is of such contents" "$err"
check_status 1 whichcab where --hash "$(printf '0%.0s' {1..64})"
check_status 1 whichcab dups 'nosuch*.xyz'
check_has "nosuch*.xyz: not found" "$err"
check_status 1 whichcab dups --min-size 999999999
check_has "No two files that were read in full have the same bytes." "$err"
check_status 2 whichcab where --hash 123
check_has "hexadecimal digits, not 3" "$err"
check_status 2 whichcab where --hash "x${old:1}"
check_has "no hexadecimal digit" "$err"
check_status 2 whichcab where --hash "${old:0:40}"
check_has "no SHA-1 was recorded yet; run 'whichcab verify --hashes --force'" "$err"

# Each range of versions, against the versions that the builder wrote.
versions_of() { # range
    whichcab where --json --all --file-version "$1" -m win95-osr2-cd '*.dll' 2>"$err" |
        jq -r 'select(.name | ascii_downcase | endswith(".dll")).file_version' | sort | uniq -c
}
awk -F'\t' '$1 == "win95-osr2-cd" && $12 != "" && tolower($7) ~ /\.dll$/ {print $12}' "$manifest" | sort | uniq -c >"$work/all"
check_equal "$(($(wc -l <"$work/all") > 4))" 1 "versions to choose from"
at_least() { awk -v low="$1" '{split($2, v, "."); if (((v[1] * 65536 + v[2]) * 65536 + v[3]) * 65536 + v[4] >= low) print}' "$work/all"; }
# (4.0.0.1111 as one number; the later numbers of these are below 2^53)
number=$(((4 * 65536 * 65536 * 65536) + 1111))
for range in '>=4.0.0.1111' '>=4.00.1111' '>=4.0.1111'; do
    check_equal "$(versions_of "$range")" "$(at_least "$number")" "versions $range"
done
check_equal "$(versions_of '<4.0.1111')" "$(at_least "$number" | grep -vxFf - "$work/all")" "versions below 4.0.1111"
check_equal "$(versions_of '>4.0.1111')" "$(at_least $((number + 1)))" "versions above 4.0.1111"
check_equal "$(versions_of '=4.0.1111')" "$(grep -F ' 4.0.0.1111' "$work/all")" "the version 4.0.1111"
check_equal "$(versions_of '4.0.950..4.0.1111')" \
    "$(at_least $((number - 161)) | grep -vxFf <(at_least $((number + 1))))" "versions from 4.0.950 to 4.0.1111"
check_equal "$(versions_of '>=0')" "$(cat "$work/all")" "all versions"
check_status 2 whichcab where --file-version '>=four' mapi32.dll
check_has "'>=four' is no range of versions" "$err"
check_status 2 whichcab where --file-version '>=4'
check_has "no name to look for" "$err"

# Every version of a name, oldest first; a medium not indexed is shown by its listing, as not read.
check_status 0 whichcab versions --json mapi32.dll
check_equal "$(jq -r 'select(.state == "whole" and (.places[].medium | IN("win95-dmf", "win95-osr2-cd"))) | [.file_version, .sha256, .places[].medium] | join(" ")' "$out")" \
    "4.0.0.950 $old win95-dmf
4.0.0.1111 $new win95-osr2-cd" "versions of mapi32.dll"
# ... or with its bytes, where its listing has them.
check_equal "$(jq -r 'select(.places[].medium == "win95-osr2-dmf") | [.state, .file_version, .places[].source] | join(" ")' "$out")" \
    "whole 4.0.834.839 published" "mapi32.dll of a medium that was read"
check_equal "$(jq -r 'select(.state == "unread") | .places[].source' "$out" | sort -u)" published "what was not read"
check_status 0 whichcab versions user.exe mapi32.dll
check_has "win95-dmf, disk 7, WIN95_07.CAB" "$out"
check_has "${old:0:16}" "$out"
check_equal "$(awk 'length > 80' "$out" | wc -l)" 0 "long lines of versions"
# USER.EXE of the mini-Windows is the same on both media.
check_equal "$(grep -A2 "$(field win95-dmf MINI.CAB user.exe 11 | cut -c1-16)" "$out" | tail -2 | tr -s ' ')" \
    " win95-dmf, disk 1, MINI.CAB
 win95-osr2-cd, MINI.CAB" "places of the mini-Windows' USER.EXE"
check_status 0 whichcab versions -v -m win95-dmf mapi32.dll
check_has "$old" "$out"
check_has "disk07.img" "$out"
check_status 1 whichcab versions no-such-file.xyz
check_has "no-such-file.xyz: not found" "$err"
check_status 2 whichcab versions
check_status 2 whichcab versions -rs mapi32.dll

# What more than one file has: just what the builder's record has twice, in order.
awk -F'\t' '($1 == "win95-dmf" || $1 == "win95-osr2-cd") && $8 > 0 {print $11}' "$manifest" |
    LC_ALL=C sort | uniq -c | awk '$1 > 1 {print $2, $1}' >"$work/twice"
check_equal "$(($(wc -l <"$work/twice") > 10))" 1 "more than ten contents that are there twice"
check_status 0 whichcab dups --json
check_equal "$(jq -r '[.sha256, (.places | length)] | join(" ")' "$out" | cksum)" "$(cksum <"$work/twice")" "contents of more than one file"
check_status 0 whichcab dups --json --min-size 200000 -m win95-dmf -m win95-osr2-cd
check_equal "$(jq -r '.sha256' "$out")" "$(
    awk -F'\t' '$8 >= 200000 && !seen[$1, $11]++ && ($1 == "win95-dmf" || $1 == "win95-osr2-cd") {print $11}' "$manifest" |
        LC_ALL=C sort | uniq -d
)" "large contents on both media"
check_status 0 whichcab dups 'USER.*'
check_has "USER.EXE in win95-dmf, disk 1, MINI.CAB" "$out"
check_equal "$(grep -c SHA-256 "$out")" 1 "headings of dups"
check_status 1 whichcab dups no-such-file.xyz
check_status 2 whichcab dups WIN95/USER.EXE
check_status 2 whichcab dups -m no-such-medium

# What was not read in full is told, in words and by the exit status. The Boot disk is a copy of one that was read.
check_status 0 whichcab index "$stack/win95-nondmf"
check_status 3 whichcab where --hash "$old"
check_has "21 images were not read in full" "$err"
check_status 3 whichcab where --file-version '>=4' mapi32.dll
check_has "1 copy was not read in full" "$err"
check_status 3 whichcab dups 'USER.*'
check_has "21 images were not read in full" "$err"
check_status 3 whichcab versions mapi32.dll

# MD5 and SHA-1, when they were asked for.
check_status 0 whichcab verify --hashes --force "$stack/win95-dmf/disk07.img"
check_status 0 whichcab extract --stdout -m win95-dmf mapi32.dll
md5=$(md5sum <"$out" | cut -d' ' -f1)
sha1=$(sha1sum <"$out" | cut -d' ' -f1)
for hash in "$md5" "$sha1"; do
    check_status 3 whichcab where --json -m win95-dmf --hash "$hash"
    check_equal "$(jq -r .cabinet "$out")" WIN95_07.CAB "the file found by another hash"
    check_has "13 images were not read for MD5 and SHA-1" "$err"
    check_status 0 whichcab where -m "$stack/win95-dmf/disk07.img" --hash "$hash"
    check_status 3 whichcab where --hash "$hash" mapi32.dll
done

# Two releases of the same files on floppies: nearly everything is there twice.
check_status 0 whichcab verify "$stack/win95-nondmf"
check_status 0 whichcab dups --json -m win95-dmf -m win95-nondmf
awk -F'\t' '$8 > 0 && !seen[$1, $11]++ && ($1 == "win95-dmf" || $1 == "win95-nondmf") {print $11}' "$manifest" |
    LC_ALL=C sort | uniq -d >"$work/both"
check_equal "$(($(wc -l <"$work/both") > 1000))" 1 "more than a thousand contents on both"
check_equal "$(jq -r .sha256 "$out" | cksum)" "$(cksum <"$work/both")" "contents on both sets of floppies"
finish

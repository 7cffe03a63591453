#!/usr/bin/env bash
# Two media compared, against the builder's own record.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
# (cabinets are compared by what is in them)
manifest=$work/manifest.tsv
awk -F'\t' '!($5 == "" && tolower($7) ~ /[.]cab$/)' "$stack/manifest.tsv" >"$manifest"
# Columns of manifest.tsv: medium disk image path cabinet ends_in name size modified attributes sha256 version.

# Nothing indexed: the published listings against each other.
check_status 1 whichcab diff win95-cd win95-dmf
check_has "< win95-cd (Windows 95 (retail, CD-ROM)): published listing" "$out"
check_has "! fonts.inf     size 24,626 -> 24,568" "$out"
check_has "No hashes are on record" "$out"
check_status 0 whichcab diff win95-cd win95-dmf mapi32.dll
check_has "1 same, 0 changed, 0 only left, 0 only right." "$out"
check_status 2 whichcab diff win95-cd
check_has "two media are needed" "$err"
check_status 2 whichcab diff win95-cd no-such-medium
check_status 2 whichcab diff win95-cd win95-osr2
check_has "the start of several media" "$err"
check_status 2 whichcab diff --show left,wrong win95-cd win95-dmf
check_has "wrong: there are left, right, changed and same" "$err"
check_status 2 whichcab diff win95-cd win95-dmf WIN95/SETUP.EXE
check_has "names a folder" "$err"

# The same media indexed: what was published of them is not counted a second time.
check_status 0 whichcab index "$stack/win95-dmf" "$stack/win95-osr2-cd.iso" "$stack/win95-cd.iso"

# name, then the contents of that name on a medium, of those names that the medium has once
sole() { # medium
    awk -F'\t' -v medium="$1" '$1 == medium {name = tolower($7); count[name]++; row[name] = $8 "\t" $9 "\t" $11}
        END {for (name in count) if (count[name] == 1) print name "\t" row[name]}' "$manifest" | sort
}
names() { awk -F'\t' -v medium="$1" '$1 == medium {print tolower($7)}' "$manifest" | sort -u; }

check_pair() { # left right option...
    local left=$1 right=$2
    shift 2
    names "$left" >"$work/left"
    names "$right" >"$work/right"
    check_status 1 whichcab diff --json "$@" "$left" "$right"
    jq -r 'select(.event == "file" and .difference == "left").name | ascii_downcase' "$out" | sort -u >"$work/only"
    check_equal "$(comm -23 <(comm -23 "$work/left" "$work/right") "$work/only" | wc -l)" 0 "names of $left alone that are missed"
    jq -r 'select(.event == "file" and .difference == "right").name | ascii_downcase' "$out" | sort -u >"$work/only"
    check_equal "$(comm -23 <(comm -13 "$work/left" "$work/right") "$work/only" | wc -l)" 0 "names of $right alone that are missed"
    jq -e 'select(.event == "summary") | .left.files == .same + .changed + .only_left and
        .right.files == .same + .changed + .only_right and .left.published == 0 and .right.published == 0' "$out" >/dev/null ||
        fail "the counts of $left and $right do not add up"
    check_equal "$(jq 'select(.event == "summary").left.files' "$out")" \
        "$(awk -F'\t' -v medium="$left" '$1 == medium' "$manifest" | wc -l)" "files of $left"
    check_equal "$(jq 'select(.event == "summary").right.files' "$out")" \
        "$(awk -F'\t' -v medium="$right" '$1 == medium' "$manifest" | wc -l)" "files of $right"
}

# By size and date alone.
check_pair win95-cd win95-dmf
check_has '"bytes_compared":false' "$out"
check_lacks '"bytes_compared":true' "$out"
join -t $'\t' <(sole win95-cd) <(sole win95-dmf) | awk -F'\t' '$2 != $5 || $3 != $6 {print $1}' | sort >"$work/wanted"
jq -r 'select(.difference == "changed").name | ascii_downcase' "$out" | sort >"$work/found"
check_equal "$(comm -23 "$work/wanted" "$work/found" | wc -l)" 0 "changed files that are missed"
check_pair win95-cd win95-osr2-cd

# By bytes: just those whose hashes differ in the builder's record.
check_status 0 whichcab verify "$stack/win95-dmf" "$stack/win95-cd.iso"
check_pair win95-cd win95-dmf
check_equal "$(jq 'select(.event == "summary") | .bytes_compared == .same + .changed' "$out")" true "all compared by bytes"
join -t $'\t' <(sole win95-cd) <(sole win95-dmf) >"$work/both"
awk -F'\t' '$2 != $5 || $3 != $6 || $4 != $7 {print $1}' "$work/both" | sort >"$work/wanted"
cut -f1 "$work/both" | sort >"$work/names"
jq -r 'select(.difference == "changed").name | ascii_downcase' "$out" | sort | comm -12 - "$work/names" >"$work/found"
check_equal "$(cat "$work/found")" "$(cat "$work/wanted")" "changed files"
awk -F'\t' '$4 != $7 {print $1}' "$work/both" | sort >"$work/wanted"
jq -r 'select(.difference == "changed" and (.differs | index("bytes"))).name | ascii_downcase' "$out" |
    sort | comm -12 - "$work/names" >"$work/found"
check_equal "$(cat "$work/found")" "$(cat "$work/wanted")" "files of other bytes"
check_status 1 whichcab diff win95-cd win95-dmf
check_has "All that both have was compared by SHA-256." "$out"
check_status 0 whichcab diff --show same win95-cd win95-dmf user.exe
check_equal "$(grep -ci '^= user.exe' "$out")" "$(awk -F'\t' '$1 == "win95-dmf" && tolower($7) == "user.exe"' "$manifest" | wc -l)" \
    "copies of USER.EXE that are matched"

# --brief, --show and the order of the sides.
check_status 1 whichcab diff --brief win95-cd win95-dmf
check_equal "$(grep -c '^[<>!=] ' "$out")" 2 "lines with --brief that begin with a mark"
check_status 1 whichcab diff --show changed,right win95-dmf win95-cd
check_equal "$(grep -c '^[<=] ' "$out")" 1 "lines of the left side and of the same files"

# A medium with itself, a copy of one disk, and one disk against another.
check_status 0 whichcab diff win95-dmf "$stack/win95-dmf"
check_has " same, 0 changed, 0 only left, 0 only right." "$out"
mkdir "$work/again"
cp "$stack/win95-dmf/disk07.img" "$work/again/"
check_status 0 whichcab index "$work/again"
check_status 0 whichcab diff "$stack/win95-dmf/disk07.img" "$work/again/disk07.img"
check_status 1 whichcab diff "$stack/win95-dmf/disk07.img" "$stack/win95-dmf/disk03.img"
check_status 0 whichcab diff --brief win95-dmf win95-dmf
check_has "< win95-dmf (Windows 95 (retail, DMF floppies)): 15 images" "$out"
check_status 0 whichcab catalog remove "$work/again"

# A set with missing disks: their files come from the published listing, and it is said.
check_status 0 whichcab catalog remove "$stack/win95-dmf/disk07.img"
check_status 1 whichcab diff --json win95-dmf win95-cd
check_equal "$(jq 'select(.event == "summary").left | .files' "$out")" \
    "$(awk -F'\t' '$1 == "win95-dmf"' "$manifest" | wc -l)" "files with one disk from its listing"
check_equal "$(jq 'select(.event == "summary").left | .published > 10 and .published < 300' "$out")" true "some files are published only"
check_status 1 whichcab diff win95-dmf win95-cd
check_has "left: the disks of" "$out"
finish

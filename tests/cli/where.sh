#!/usr/bin/env bash
# The main job: where is this file, on the sample stack of all four Windows 95 media.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)

answer() { # name medium field...
    whichcab where --json "$1" 2>>"$err" | jq -r "select(.medium == \"$2\") | .$3" | head -1
}

# Without any image the published listings answer, and say so.
check_status 0 whichcab where --json mapi32.dll
check_equal "$(jq -r .source <"$out" | sort -u)" published "source without any image"
check_equal "$(answer mapi32.dll win95-cd 'cabinet | ascii_upcase')" WIN95_06.CAB "published CD"
check_equal "$(answer mapi32.dll win95-osr2-cd 'cabinet | ascii_upcase')" WIN95_09.CAB "published OSR2"
check_equal "$(answer mapi32.dll win95-dmf 'cabinet | ascii_upcase')" WIN95_07.CAB "published DMF"
check_equal "$(answer mapi32.dll win95-nondmf 'cabinet | ascii_upcase')" WIN95_10.CAB "published non-DMF"

check_status 0 whichcab index "$stack"
check_status 0 whichcab where --json mapi32.dll
check_equal "$(jq -r 'select(.medium | test("^win95-(cd|dmf|nondmf|osr2-cd)$")) | .source' <"$out" | sort -u)" indexed "source with all images"
while read -r name medium cabinet disk; do
    check_equal "$(answer "$name" "$medium" 'cabinet | ascii_upcase')" "$cabinet" "$name on $medium"
    [ -z "$disk" ] || check_equal "$(answer "$name" "$medium" disk)" "$disk" "disk of $name on $medium"
done <<'EOF'
mapi32.dll win95-cd WIN95_06.CAB
mapi32.dll win95-osr2-cd WIN95_09.CAB
mapi32.dll win95-dmf WIN95_07.CAB 7
mapi32.dll win95-nondmf WIN95_10.CAB 10
MAPISP32.EXE win95-cd WIN95_07.CAB
MAPISP32.EXE win95-osr2-cd WIN95_10.CAB
MAPISP32.EXE win95-dmf WIN95_07.CAB 7
MAPISP32.EXE win95-nondmf WIN95_11.CAB 11
EOF

# The system's copy comes before the mini-Windows'.
check_status 0 whichcab where --all --json user.exe
check_equal "$(jq -rs 'map(select(.medium == "win95-dmf"))[0].role' <"$out")" system "first role of user.exe"
check_equal "$(jq -rs 'map(select(.medium == "win95-dmf"))[1].role' <"$out")" mini "second role of user.exe"
check_status 0 whichcab where --all user.exe
check_has "mini-Windows" "$out"

# Names on installation, both ways.
check_status 0 whichcab where --json --all commctrl.dll
check_has "KOMMCTRL.DLL" <(tr '[:lower:]' '[:upper:]' <"$out")

# Patterns.
check_status 0 whichcab where 'mapi*.dll'
check_status 0 whichcab where -s pisp32
check_status 0 whichcab where -r '^mapi(sp)?32\.'
check_status 1 whichcab where no-such-file.xyz
check_status 1 whichcab where mapi33.dll
check_has "mapi32.dll" <(tr '[:upper:]' '[:lower:]' <"$err")
check_status 2 whichcab where
check_status 2 whichcab where --no-such-option x

# A missing disk: the answer says what to insert; the rest is as before.
mkdir "$work/seven"
cp -r "$stack/." "$work/seven/"
find "$work/seven" -path '*win95-dmf*' -iname '*disk07*' -delete
find "$work/seven" -path '*win95-dmf*' | grep -qi 'disk07' && fail "disk 7 was not found to be removed"
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/seven"
check_status 3 whichcab where --json mapi32.dll
check_equal "$(jq -r 'select(.medium == "win95-dmf") | .complete' <"$out" | head -1)" false "complete without disk 7"
check_equal "$(jq -r 'select(.medium == "win95-dmf") | .needs[] | select(.present == false) | .disk' <"$out" | head -1)" 7 "disk to insert"
check_equal "$(jq -r 'select(.medium == "win95-nondmf") | .complete' <"$out" | head -1)" true "non-DMF is as before"
check_status 3 whichcab media
check_has "win95-dmf: Windows 95, retail (4.00.950), English, 13 DMF disks and a boot disk," "$out"
check_equal "$(grep missing "$out")" "  missing   disk 7   Windows 95 disk 7 of 13 (DMF set), label DISK7" "what is missing"
finish

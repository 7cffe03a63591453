#!/usr/bin/env bash
# Files of a broken computer: which medium they are from, and whether they are intact.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
stack=$(sample_stack)
manifest=$stack/manifest.tsv
pc=$work/pc
# Columns of manifest.tsv: medium disk image path cabinet ends_in name size modified attributes sha256 version.

mkdir "$pc"
check_says() { # text: in the output, whatever its line ends
    tr -s ' \n' ' ' <"$out" >"$work/says"
    check_has "$1" "$work/says"
}
check_status 0 whichcab index "$stack/win95-dmf"
check_status 0 whichcab extract -m win95-dmf -o "$pc/system" mapi32.dll user.exe krnl386.exe commctrl.dll 'msn*.dll'

# Before anything was read in full: by name, size and date.
check_status 0 whichcab id "$pc/system/mapi32.dll"
check_has "mapi32.dll: probably intact" "$out"
check_says "most likely mapi32.dll in win95-dmf, disk 7, WIN95_07.CAB"
check_says "its bytes are not on record"
check_has "No file on record was read in full" "$err"
touch -d '1995-07-11 07:50' "$pc/system/mapi32.dll"
check_status 0 whichcab id "$pc/system/mapi32.dll"
check_says "the same date in another time zone"
touch -d '2001-01-01' "$pc/system/mapi32.dll"
check_status 1 whichcab id "$pc/system/mapi32.dll"
check_has "mapi32.dll: unknown" "$out"
check_says "date 2001-01-01 00:00 instead of 1995-07-11 09:50"
# The published listing alone tells as much.
touch -d '1995-07-11 09:50' "$pc/system/mapi32.dll"
check_status 0 "$build/cli/whichcab" -C "$work/none" id -m win95-cd "$pc/system/mapi32.dll"
check_says "most likely mapi32.dll in win95-cd, WIN95_06.CAB (published)"

# Every file of a medium, taken out, is intact and leads back to the builder's record of it.
check_status 0 whichcab verify
check_status 0 whichcab extract --all -m win95-dmf -o "$pc/all" 'w*'
check_status 0 whichcab id -r --json "$pc/all"
check_equal "$(jq -r 'select(.event == "file").identity' "$out" | sort -u)" intact "identities of files as they were"
check_equal "$(jq 'select(.event == "file").path' "$out" | wc -l)" "$(find "$pc/all" -type f | wc -l)" "files that were looked at"
check_equal "$(jq -r 'select(.event == "summary") | [.intact, .probable, .altered, .unknown, .failed] | join(" ")' "$out")" \
    "$(find "$pc/all" -type f | wc -l) 0 0 0 0" "counts"
jq -r 'select(.event == "file") | .sha256 as $hash | .match.places[] | [.medium, .cabinet // "", (.name | ascii_downcase), $hash] | join(" ")' "$out" |
    sort -u >"$work/found"
awk -F'\t' '$1 == "win95-dmf" {print $1, $5, tolower($7), $11}' "$manifest" | sort -u >"$work/known"
check_equal "$(comm -23 "$work/found" "$work/known" | wc -l)" 0 "places that the builder does not know"
while read -r name hash; do
    [ "$(sha256sum <"$pc/all/$name" | cut -d' ' -f1)" = "$hash" ] || fail "$name has not the hash that is shown"
done < <(jq -r 'select(.event == "file") | (.path | sub(".*/"; "")) + " " + .sha256' "$out" | head -40)
pass

# A date does not matter to bytes, nor does the name.
touch -d '2001-01-01' "$pc/system/mapi32.dll"
check_status 0 whichcab id "$pc/system/mapi32.dll"
check_says "mapi32.dll: mapi32.dll of Windows 95 (retail, DMF floppies), intact"
check_says "the bytes of mapi32.dll in win95-dmf, disk 7, WIN95_07.CAB"
cp -p "$pc/system/mapi32.dll" "$pc/mapi32.bak"
check_status 0 whichcab id "$pc/mapi32.bak"
check_says "under another name, the bytes of mapi32.dll in win95-dmf"
# What is installed under another name is known by that, too.
mv "$pc"/system/[Kk][Oo]* "$pc/system/commctrl.dll"
check_status 0 whichcab id --json "$pc/system/commctrl.dll"
check_equal "$(jq -r 'select(.event == "file") | .identity, .same.name' "$out" | tr '\n' ' ')" "intact true " "a renamed file"

# Altered: a byte, the end, the date.
alter() { printf 'X' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
cp -p "$pc/system/user.exe" "$work/user.exe"
size=$(stat -c %s "$work/user.exe")
alter "$pc/system/user.exe" $((size - 10))
touch -r "$work/user.exe" "$pc/system/user.exe"
check_status 1 whichcab id "$pc/system/user.exe"
check_has "user.exe: altered" "$out"
check_says "the same length"
check_says "the same date (1995-07-11 09:50)"
cp "$work/user.exe" "$pc/system/user.exe"
truncate -s $((size - 512)) "$pc/system/user.exe"
touch -r "$work/user.exe" "$pc/system/user.exe"
check_status 1 whichcab id "$pc/system/user.exe"
check_has "user.exe: altered" "$out"
check_says "length $(sed ':a;s/^\([0-9]\+\)\([0-9]\{3\}\)/\1,\2/;ta' <<<$((size - 512))) instead of"
touch -d '2001-01-01' "$pc/system/user.exe"
check_status 1 whichcab id --json "$pc/system/user.exe"
check_equal "$(jq -r 'select(.event == "file") | .identity, .same.size, .same.date' "$out" | tr '\n' ' ')" \
    "$(jq -r 'select(.event == "file") | if .same.version then "altered false other " else "unknown false other " end' "$out")" "a file cut off"

# Unknown: nothing of that name; another version of a file, with the nearest one.
echo text >"$pc/no such file.xyz"
check_status 1 whichcab id "$pc/no such file.xyz"
check_has "no such file.xyz: unknown" "$out"
check_has "no known medium has a file of this name" "$out"
check_status 0 whichcab index "$stack/win95-osr2-cd.iso"
check_status 0 whichcab extract -m win95-osr2-cd -o "$pc/new" mapi32.dll
check_status 1 whichcab id -m win95-dmf --json "$pc"/new/*
new=$(awk -F'\t' '$1 == "win95-osr2-cd" && tolower($7) == "mapi32.dll" {print $12}' "$manifest")
old=$(awk -F'\t' '$1 == "win95-dmf" && tolower($7) == "mapi32.dll" {print $12}' "$manifest")
check_equal "$(jq -r 'select(.identity == "unknown") | .file_version, .match.file_version' "$out" | tr '\n' ' ')" "$new $old " "versions of file and nearest"

# A folder with several: order, --show, counts; links and pipes are passed over.
rm -rf "$pc"
mkdir -p "$pc/b/deep" "$pc/a"
cp -p "$work/user.exe" "$pc/b/deep/user.exe"
cp -p "$work/user.exe" "$pc/a/USER.EXE"
cp -p "$work/user.exe" "$pc/user.exe"
alter "$pc/a/USER.EXE" 100
ln -s "$work" "$pc/b/link"
ln -s /etc/passwd "$pc/passwd"
mkfifo "$pc/pipe"
check_status 1 whichcab id -r --json "$pc/"
check_equal "$(jq -r 'select(.event == "file") | (.path | ltrimstr("'"$pc"'")) + " " + .identity' "$out" | tr '\n' ';')" \
    "/user.exe intact;/a/USER.EXE altered;/b/deep/user.exe intact;" "files of a folder"
check_status 1 whichcab id -r --show altered,unknown "$pc"
check_equal "$(grep -c '^/' "$out")" 1 "files that --show lets through"
check_has "3 files: 2 intact, 0 probably intact, 1 altered, 0 unknown, 0 not read" "$err"
check_status 2 whichcab id "$pc"
check_has "is a folder: --recursive looks through it" "$err"
check_status 2 whichcab id "$pc/pipe" "$pc/user.exe"
check_has "is no ordinary file" "$err"
check_has "user.exe: user.exe of Windows 95 (retail, DMF floppies), intact" "$out"
check_status 2 whichcab id "$pc/nothing"
check_status 2 whichcab id --json "$pc/nothing"
check_equal "$(jq -r 'select(.event == "file").identity' "$out")" failed "a file that is not there"
check_status 2 whichcab id
check_has "no file was named" "$err"
check_status 2 whichcab id --show wrong "$pc/user.exe"
check_status 2 whichcab id -m no-such-medium "$pc/user.exe"

# Names from a list, also with line ends in them.
cp -p "$work/user.exe" "$pc/two
lines.exe"
printf '%s\n' "$pc/user.exe" "$pc/b/deep/user.exe" >"$work/list"
check_status 0 whichcab id -f "$work/list"
check_equal "$(grep -c ', intact$' "$out")" 2 "files of a list"
find "$pc" -name 'two*' -print0 >"$work/list"
check_status 0 whichcab id -0 -f "$work/list"
check_has "two?lines.exe: user.exe of Windows 95 (retail, DMF floppies), intact" "$out"
check_status 0 whichcab id -0 - <"$work/list"

# Packed files: by what they hold, and by their own bytes where a medium has it so.
rm -rf "$work/catalog" "$work/defect"
mkdir -p "$work/defect" "$pc/packed"
"$gen" image "$here/../gen/defects/packed-files.image" "$work/defect/packed.img" >/dev/null
mcopy -i "$work/defect/packed.img" ::MAPI32.DL_ ::SETUP.EX_ ::README.TX_ "$pc/packed/" </dev/null
check_status 0 whichcab index "$work/defect"
check_status 0 whichcab verify
check_status 0 whichcab id --json "$pc"/packed/*
check_equal "$(jq -r 'select(.event == "file") | .identity, .by_unpacked, .unpacked.name' "$out" | tr '\n' ' ')" \
    "intact true MAPI32.DLL intact true README.TXT intact true SETUP.EXE " "packed files"
check_status 0 whichcab id -v "$pc/packed/MAPI32.DL_"
check_says "unpacked, the bytes of MAPI32.DLL in"
check_has "unpacked MAPI32.DLL: 30,000 bytes" "$out"
check_status 0 whichcab extract -o "$pc/unpacked" MAPI32.DLL
check_status 0 whichcab id "$pc/unpacked/MAPI32.DLL"
alter "$pc/packed/MAPI32.DL_" 200
check_status 1 whichcab id "$pc/packed/MAPI32.DL_"
check_lacks ", intact" "$out"
finish

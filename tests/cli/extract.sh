#!/usr/bin/env bash
# Extraction and verification: every file bit-exact, damage named, nothing written outside the folder.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
stack=$(sample_stack)
manifest=$stack/manifest.tsv
check_status 0 whichcab index "$stack"

# Every file of each medium, against the builder's own record: each hash it wrote must come out.
for medium in win95-cd win95-dmf win95-nondmf win95-osr2-cd; do
    check_status 0 whichcab extract --all -m "$medium" -o "$work/$medium" '*'
    awk -F'\t' -v medium="$medium" '$1 == medium {print $11}' "$manifest" | sort >"$work/wanted"
    find "$work/$medium" -type f -print0 | xargs -0 sha256sum | cut -d' ' -f1 | sort >"$work/found"
    check_equal "$(comm -23 <(sort -u "$work/wanted") <(sort -u "$work/found") | wc -l)" 0 "files of $medium that did not come out"
    check_equal "$(wc -l <"$work/found")" "$(wc -l <"$work/wanted")" "number of files of $medium"
done
rm -rf "$work"/win95-*

# One file to stdout, twice in other company: the same bytes.
check_status 0 whichcab extract --stdout -m win95-dmf irmatrac.vxd
check_equal "$(sha256sum <"$out" | cut -d' ' -f1)" \
    "$(awk -F'\t' '$1 == "win95-dmf" && tolower($7) == "irmatrac.vxd" {print $11}' "$manifest")" "a file that crosses two disks"

# Dates are restored; what is there is not overwritten without --force.
check_status 0 whichcab extract -m win95-dmf -o "$work/one" mapi32.dll
check_equal "$(stat -c %y "$work"/one/mapi32.dll | cut -c1-16)" "1995-07-11 09:50" "date of the file"
check_status 3 whichcab extract -m win95-dmf -o "$work/one" mapi32.dll
check_has "there already" "$err"
check_status 0 whichcab extract -m win95-dmf -o "$work/one" --force mapi32.dll
check_status 0 whichcab extract --dry-run -m win95-dmf irmatrac.vxd
check_has "disk 12" "$out"
check_has "disk 13" "$out"
check_status 1 whichcab extract -o "$work/one" no-such-file.xyz
check_status 2 whichcab extract
check_equal "$(find "$work/one" -name '.whichcab-*' | wc -l)" 0 "temporary files left"

# A batch file for the old machine: every line as COMMAND.COM reads it, disks in order, and what a disk
# is asked for is on that disk.
check_status 2 whichcab where --commands --floppy Z9 mapi32.dll
check_has "'Z9' is no drive" "$err"
check_status 0 whichcab where --commands --floppy b -m win95-dmf mapi32.dll
check_has "B:\WIN95_07.CAB" "$out"
check_status 0 whichcab extract --batch "$work/fix.bat" -m win95-dmf --floppy B: \
    mapi32.dll irmatrac.vxd msnet32.dll user.exe setup.exe wsock32.dll netapi.dll commctrl.dll
check_equal "$(grep -c $'\r$' "$work/fix.bat")" "$(wc -l <"$work/fix.bat")" "lines that end in CR LF"
check_equal "$(LC_ALL=C awk 'length > 127 || /[^ -~\r]/' "$work/fix.bat" | wc -l)" 0 "lines that COMMAND.COM can't read"
check_has 'EXTRACT /Y /L C:\WINDOWS\SYSTEM B:\WIN95_12.CAB MSNET32.DLL WSOCK32.DLL' "$work/fix.bat"
check_has 'EXTRACT /Y /A /L C:\WINDOWS\SYSTEM B:\WIN95_12.CAB IRMATRAC.VXD' "$work/fix.bat"
check_has 'ECHO EXTRACT will ask for Windows 95 disk 13 of 13' "$work/fix.bat"
tr -d '\r' <"$work/fix.bat" |
    sed -n 's/^IF EXIST B:.\([^ ]*\) GOTO.*/\1/p; s/^ECHO Insert Windows 95 disk \([0-9]*\) of.*/\1/p' >"$work/asked"
check_equal "$(sed -n 'n;p' "$work/asked" | tr '\n' ' ')" "1 1 1 4 7 12 12 " "disks in order"
while read -r file && read -r disk; do
    mdir -b -i "$stack/win95-dmf/disk$(printf %02d "$disk").img" ::"$file" >/dev/null 2>&1 || fail "$file is not on disk $disk"
done <"$work/asked"
check_status 2 whichcab extract --batch "$work/fix.bat" -m win95-dmf mapi32.dll
check_has "--force overwrites" "$err"
check_status 2 whichcab extract --batch - mapi32.dll
check_has "choose one with -m" "$err"
check_status 3 whichcab extract --batch - -m win95-cd mapi32.dll no-such-file.xyz
check_has "no-such-file.xyz: not found" "$err"
check_has 'IF EXIST D:\WIN95\WIN95_06.CAB GOTO READ1' "$out"
check_status 1 whichcab extract --batch "$work/none.bat" -m win95-cd no-such-file.xyz
check_equal "$(find "$work" -name none.bat | wc -l)" 0 "batch files without a command"

# Names that COMMAND.COM, or a later one, would take for more than a name: in quotes, or left out.
mkdir "$work/shell"
printf '%s\n' 'set size=0' 'folder stored' 'file "a&del.txt" text=x' 'file "a|b.txt" text=x' 'file "a>b.txt" text=x' \
    'file "q\"&del.txt" text=x' 'file "p%P%.txt" text=x' 'file "fine.txt" text=x' >"$work/shell.cabinet"
"$gen" cabinet "$work/shell.cabinet" "$work/shell" >/dev/null
printf '%s\n' 'image fat format=1440' "file SET1.CAB from=shell/SET1.CAB" >"$work/shell.image"
"$gen" image "$work/shell.image" "$work/shell.img" >/dev/null
"$build/cli/whichcab" -C "$work/shell.catalog" index -q "$work/shell.img"
check_status 3 "$build/cli/whichcab" -C "$work/shell.catalog" extract --batch "$work/shell.bat" -m "$work/shell.img" -r "txt\$"
check_has '3 left out' "$err"
check_has '"A&DEL.TXT" FINE.TXT P%%P%%.TXT' "$work/shell.bat"
check_equal "$(grep -cE '[<>|]|q"' "$work/shell.bat")" 0 "lines with more than names"

# Verification finds nothing wrong, and does not read again what it knows.
check_status 0 whichcab verify
check_has " 0 damaged" "$err"
check_status 0 whichcab verify -v win95-dmf
check_has "verified before" "$out"

# A missing disk: its files are said to be missing, the message names disk and cabinet.
mkdir "$work/part"
cp "$stack"/win95-dmf/disk1[01].img "$work/part/"
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/part"
check_status 3 whichcab extract -o "$work/two" -s .
check_has "insert Windows 95 disk 12 of 13 (DMF set), cabinet win95_12.cab" "$err"
check_status 3 whichcab verify
check_has "not whole" "$out"

# The order of the names changes nothing, nor does the decoder.
awk -F'\t' '$1 == "win95-dmf" && $5 != "" {print $7}' "$manifest" | sort -u | head -400 >"$work/names"
rm -rf "$work/catalog"
check_status 0 whichcab index "$stack/win95-dmf"
check_status 0 whichcab extract -m win95-dmf -o "$work/sorted" -f "$work/names"
shuf --random-source="$manifest" "$work/names" >"$work/shuffled"
check_status 0 whichcab extract -m win95-dmf -o "$work/shuffled-out" -f "$work/shuffled"
check_equal "$(diff -r "$work/sorted" "$work/shuffled-out" | head -3)" "" "files extracted in another order"
check_status 0 whichcab extract --decoder=libmspack -m win95-dmf -o "$work/control" -f "$work/names"
check_equal "$(diff -r "$work/sorted" "$work/control" | head -3)" "" "files decoded by libmspack"
check_status 0 whichcab verify -q
export_to "$work/own"
check_status 0 whichcab verify -q -f --decoder=libmspack
export_to "$work/mspack"
check_equal "$(cmp "$work/own" "$work/mspack")" "" "facts from libmspack's decoders"
check_status 2 whichcab verify --decoder=none
check_has "own or libmspack" "$err"

# Memory does not grow with the file: 64 MB of zeroes against one small file.
rm -rf "$work/catalog" "$work/defect"
mkdir "$work/defect"
"$gen" cabinet "$here/../gen/defects/zero-bomb.cabinet" "$work/defect" >/dev/null
check_status 0 whichcab index "$work/defect"
export ASAN_OPTIONS=quarantine_size_mb=1:${ASAN_OPTIONS:-}
check_status 0 "$build/tests/peak" "$work/small-peak" "$build/cli/whichcab-media" -C "$work/catalog" extract -o "$work/bomb" manifest.tsv
check_status 0 "$build/tests/peak" "$work/large-peak" "$build/cli/whichcab-media" -C "$work/catalog" extract -o "$work/bomb" bomb.bin
check_equal "$(($(cat "$work/large-peak") - $(cat "$work/small-peak") < 16384))" 1 "memory for 64 MB below 16 MB ($(cat "$work/small-peak"), $(cat "$work/large-peak") KB)"

# Each kind of damage that the builder knows: named, and the rest of the files is sound.
for spec in bad-checksum damaged-payload bad-sectors truncated; do
    rm -rf "$work/catalog" "$work/defect"
    mkdir "$work/defect"
    "$gen" cabinet "$here/../gen/defects/$spec.cabinet" "$work/defect" >/dev/null
    whichcab index "$work/defect" >"$out" 2>"$err"
    check_status 3 whichcab verify
    check_has "damaged" "$out"
    check_status 3 whichcab extract --all -o "$work/defect-$spec" -s .
    check_status 3 whichcab extract --all --salvage -o "$work/salvage-$spec" -s .
done

# Sets that break the rule come out whole.
for spec in cut-at-block running-folder empty-middle-cabinet previous-skips-one letter-case; do
    rm -rf "$work/catalog" "$work/defect"
    mkdir "$work/defect"
    "$gen" cabinet "$here/../gen/defects/$spec.cabinet" "$work/defect" >/dev/null
    check_status 0 whichcab index "$work/defect"
    check_status 0 whichcab verify
    check_lacks "damaged:" "$out"
done

# Packed single files come out unpacked, under their real names.
rm -rf "$work/catalog" "$work/defect"
mkdir "$work/defect"
"$gen" image "$here/../gen/defects/packed-files.image" "$work/defect/packed.img" >"$work/packed"
check_status 0 whichcab index "$work/defect"
check_status 0 whichcab verify
check_status 0 whichcab extract --all -o "$work/packed-out" '*'
# (the header of HIDDEN.SY_ does not tell its last letter: the likeliest is taken)
check_equal "$(find "$work/packed-out" -name '*_' -printf '%f')" '' "names that stay packed"
check_equal "$(find "$work/packed-out" -name 'HIDDEN*' -printf '%f')" HIDDEN.SYS "a concluded name"
check_equal "$(head -c 4 "$work"/packed-out/[Mm][Aa][Pp][Ii]32.[Dd][Ll][Ll] | grep -c SZDD)" 0 "packed bytes under the real name"

# Hostile names stay in the folder and reach the terminal masked.
rm -rf "$work/catalog" "$work/defect"
mkdir -p "$work/defect" "$work/inner/out"
"$gen" cabinet "$here/../gen/defects/hostile-names.cabinet" "$work/defect" >/dev/null
check_status 0 whichcab index "$work/defect"
check_status 3 whichcab extract --all -o "$work/inner/out" -s .
check_has "files extracted, 0 salvaged" "$err"
check_equal "$(($(find "$work/inner/out" -type f | wc -l) > 5))" 1 "whether files with hostile names come out"
check_equal "$(find "$work/inner" -mindepth 1 -maxdepth 1 | wc -l)" 1 "entries beside the output folder"
check_equal "$(grep -cP '[\x00-\x08\x0b-\x1f\x7f]' "$err")" 0 "lines with control characters"
finish

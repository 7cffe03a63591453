#!/usr/bin/env bash
# Results for programs: CSV, TSV, templates, order, counts, and an object for what is not found.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rows_of() { jq -r '[.name, .medium, (.size | tostring)] | @tsv' | sort; }
check_status 0 whichcab where --json 'mapi*.dll'
cp "$out" "$work/json"
check_status 0 whichcab where --tsv --fields name,medium,size 'mapi*.dll'
check_equal "$(head -1 "$out")" $'name\tmedium\tsize' "the names of the fields"
check_equal "$(tail -n +2 "$out" | sort)" "$(rows_of <"$work/json")" "rows of TSV"
check_status 0 whichcab where --csv --fields name,medium,size 'mapi*.dll'
check_equal "$(tail -n +2 "$out" | tr ',' '\t' | sort)" "$(rows_of <"$work/json")" "rows of CSV"
check_status 0 whichcab where --format '{name}\t{medium}\t{size}' 'mapi*.dll'
check_equal "$(sort "$out")" "$(rows_of <"$work/json")" "rows by a template"
check_status 0 whichcab where --format '{{name} {name}' --print0 -m win95-cd mapi32.dll
check_equal "$(tr '\0' '!' <"$out")" '{name} mapi32.dll!' "a row that ends with NUL"
check_status 0 whichcab where --count 'mapi*.dll'
check_equal "$(cat "$out")" "$(wc -l <"$work/json")" "the number of rows"
check_status 0 whichcab where --json --sort -size --limit-rows 3 'mapi*.dll'
check_equal "$(jq .size "$out")" "$(jq .size "$work/json" | sort -nr | head -3)" "the largest three"
check_status 0 whichcab where --csv --fields size --sort size 'mapi*.dll'
check_equal "$(tail -n +2 "$out")" "$(jq .size "$work/json" | sort -n)" "rows in order of their sizes"
check_status 0 whichcab where --csv -m win95-cd --fields title,commands mapi32.dll
check_equal "$(tail -1 "$out")" '"Windows 95 (retail, CD-ROM)",EXTRACT /Y /L C:\WINDOWS\SYSTEM D:\WIN95\WIN95_06.CAB MAPI32.DLL' "a quoted value"
check_status 0 whichcab where --tsv -m win95-cd --fields commands mapi32.dll
check_equal "$(tail -1 "$out")" 'EXTRACT /Y /L C:\\WINDOWS\\SYSTEM D:\\WIN95\\WIN95_06.CAB MAPI32.DLL' "an escaped value"
check_status 0 whichcab where --csv -m win95-cd mapi32.dll
check_equal "$(awk -F, '{print NF}' <(sed 's/"[^"]*"/x/g' "$out") | sort -u | wc -l)" 1 "numbers of columns"

# A name that is not found is an object, and no row.
check_status 3 whichcab where --json -m win95-cd mapi32.dll mapi33.dll
check_equal "$(jq -rs '.[1] | [.query, .found, .name, .suggestions[0]] | @csv' "$out")" '"mapi33.dll",false,,"MAPI32.DLL"' "what was not found"
check_status 3 whichcab where --count -m win95-cd mapi32.dll mapi33.dll
check_equal "$(cat "$out")" 1 "rows beside a name that is not found"
check_status 1 whichcab where --count no-such-file.xyz
check_equal "$(cat "$out")" 0 "rows of nothing"

# The other commands.
check_status 0 whichcab profile list --json
check_equal "$(jq -r 'select(.id == "win95-cd") | .kind' "$out")" cd "the kind of a profile"
check_status 0 whichcab profile list --format '{id}'
check_has win95-dmf "$out"
mkdir "$work/media"
truncate -s 1440K "$work/media/a.img"
mformat -i "$work/media/a.img" -f 1440 -v LABEL ::
printf 'one, "two"' >"$work/odd.txt"
mcopy -i "$work/media/a.img" "$work/odd.txt" ::
check_status 0 whichcab index --deep "$work/media"
check_status 0 whichcab catalog stats --json
check_equal "$(jq -c '[.images, .files, .deep]' "$out")" "[1,1,1]" "figures of the catalog"
check_status 0 whichcab ls --json "$work/media/a.img"
check_equal "$(jq -rs '.[] | [.event, .volume_label, .name, .size] | @csv' "$out" | tr '\n' ' ')" '"container","LABEL",, "file","LABEL","odd.txt",10 ' "what ls finds"
check_status 0 whichcab ls "$work/media/a.img:ODD.TXT"
check_has "odd.txt" "$out"
check_has "(the image itself): FAT12" "$out"
check_status 2 whichcab ls "$work/media/a.img:NONE.TXT"
check_has "NONE.TXT" "$err"
check_status 0 whichcab ls -lR --name '*.TXT' --name '*.dll' "$work/media/a.img"
check_equal "$(grep -c odd.txt "$out")" 1 "files of a name"
check_status 1 whichcab ls --name '*.dll' "$work/media/a.img"
check_equal "$(wc -c <"$out")" 0 "bytes when no file fits"
check_status 0 whichcab ls --format '{name}' --name 'o?d.*' "$work/media/a.img"
check_equal "$(cat "$out")" odd.txt "a row of ls"
check_status 0-3 whichcab media --format '{complete} {disks_known}'
check_status 0 whichcab verify --count
check_equal "$(cat "$out")" 1 "events without the summary"
check_status 1 whichcab diff --count win95-cd win95-dmf
cp "$out" "$work/count"
check_status 1 whichcab diff --json win95-cd win95-dmf
check_equal "$(($(wc -l <"$out") - 1))" "$(cat "$work/count")" "rows of diff"
check_equal "$(tail -1 "$out" | jq -r .event)" summary "the last object"
check_status 1 whichcab diff --json --sort name --limit-rows 1 win95-cd win95-dmf
check_equal "$(jq -rs 'map(.event) | join(" ")' "$out")" "file summary" "a cut list keeps its summary"

# What contradicts, and fields that there are not.
check_status 2 whichcab where --csv --json mapi32.dll
check_status 2 whichcab where --sort size mapi32.dll
check_status 2 whichcab where --print0 mapi32.dll
check_status 2 whichcab where --format '{nonsense}' mapi32.dll
check_has "no field 'nonsense'" "$err"
check_equal "$(wc -c <"$out")" 0 "bytes of rows with a field that they don't have"
check_status 2 whichcab where --json --sort nonsense mapi32.dll
check_status 2 bash -c "'$build/cli/whichcab' where --csv 'm*' >/dev/full"
finish

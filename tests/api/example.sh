#!/usr/bin/env bash
# The examples of docs/examples, as their users build them, against the shared libraries alone; and as the man pages
# show them.
#   example.sh BUILD_DIR FOLDER_OF_EXAMPLES
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh" "$1"
examples=$2
root=$(cd "$here/../.." && pwd)
printf 'image fat format=1440 label=SHELF\nfile NOTE.TXT text="found"\n' >"$work/disk"
"$build/tests/gen/media-gen" image "$work/disk" "$work/disk.img" >/dev/null
check_status 0 whichcab index "$work/disk.img"
check_status 0 "$examples/example_cat" "$work/catalog" note.txt
check_equal "$(cat "$out")" found "what the example prints"
check_status 1 "$examples/example_cat" "$work/catalog" nosuch.txt
check_has "no image has a file of that name" "$err"
check_status 0 "$examples/example_json" "$work/catalog" note.txt
cp "$out" "$work/json"
check_status 0 whichcab where --json note.txt
check_equal "$(cat "$work/json")" "$(cat "$out")" "JSON of the example"
check_status 0 "$examples/example_profiles"
check_has $'win95-dmf\tWindows 95 (retail, DMF floppies)' "$out"
check_status 0 "$examples/example_profiles" win95-dmf
check_equal "$(cat "$out")" "$(cat "$root/media-profiles/win95-dmf.profile")" "the profile that the example prints"
check_status 1 "$examples/example_profiles" no-such-medium

shown_in() { # page: its program
    sed -n '/^\.Bd -literal$/,/^\.Ed$/p' "$root/docs/man/$1" | sed '1d;$d; s/\\&//; s/\\e/\\/g'
}
for pair in cat:libwhichcab.3 json:whichcab-json.7 profiles:whichcab-profiles.5; do
    check_equal "$(shown_in "${pair#*:}" | diff - "$root/docs/examples/${pair%%:*}.c" | head -3)" "" "what ${pair#*:} shows otherwise"
done
finish

#!/usr/bin/env bash
# The example of docs/examples, as its users build it: against the shared library alone.
#   example.sh BUILD_DIR EXAMPLE
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh" "$1"
example=$2
printf 'image fat format=1440 label=SHELF\nfile NOTE.TXT text="found"\n' >"$work/disk"
"$build/tests/gen/media-gen" image "$work/disk" "$work/disk.img" >/dev/null
check_status 0 whichcab index "$work/disk.img"
check_status 0 "$example" "$work/catalog" note.txt
check_equal "$(cat "$out")" found "what the example prints"
check_status 1 "$example" "$work/catalog" nosuch.txt
check_has "no image has a file of that name" "$err"
finish

#!/usr/bin/env bash
# A shelf of thousands of discs, skeletons of CDs: the catalog's file stays in proportion to what it holds.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

"$build/tests/make_shelf" "$work/shelf" 2600 20
check_status 0 whichcab index -q "$work/shelf"
check_status 0 whichcab catalog stats
check_equal "$(awk '$1 == "images" {print $2}' "$out")" 2600 "images"
held=$(awk '/^bytes held/ {print $3}' "$out")
used=$(awk '/^bytes used/ {print $3}' "$out")
check_equal "$((held < 3 * used))" 1 "held $held for $used bytes"
check_status 0 whichcab index "$work/shelf"
check_has "2600 unchanged" "$err"

finish

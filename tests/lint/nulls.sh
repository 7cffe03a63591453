#!/usr/bin/env bash
# Every public function is called in the test that says what becomes of NULL.
#   nulls.sh SOURCE_DIR
set -euo pipefail
cd "$1"
failed=0
mapfile -t functions < <(cat include/whichcab/*.h | tr '\n' ' ' | grep -oE 'WCAB_API [^;(]*\(' | grep -oE 'wcab_[a-z0-9_]+\($' | tr -d '(' | sort -u)
[ ${#functions[@]} -gt 60 ] || { echo "only ${#functions[@]} functions found"; failed=1; }
for function in "${functions[@]}"; do
    grep -qw "$function" tests/api/test_nulls.c || { echo "$function is not in tests/api/test_nulls.c"; failed=1; }
done
[ "$failed" = 0 ] && echo "NULL is tested for ${#functions[@]} functions"
exit "$failed"

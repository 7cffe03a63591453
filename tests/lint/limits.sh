#!/usr/bin/env bash
# The table in docs/threat-model.md has just the limits of core/limits.h, with their values, and each test
# that the page names is there and runs.
#   limits.sh SOURCE_DIR
# shellcheck disable=SC2016 # backticks of Markdown
set -euo pipefail
cd "$1"
page=docs/threat-model.md
failed=0

# NAME value, one a line, whichever of enum and #define it stands in.
in_header=$(sed -e 's#/\*.*\*/##' core/limits.h | awk '
    /^ *WCI_[A-Z_]+ = / { name = $1; sub(/^[^=]*= */, ""); sub(/,.*$/, ""); print name, $0 }
    /^#define WCI_(LIMIT|CAB)_[A-Z_]+ / { name = $2; sub(/^#define [^ ]+ /, ""); print name, $0 }')
values=$(while read -r name expression; do
    expression=$(sed -E 's/([0-9])(ULL|UL|U)/\1/g' <<<"$expression")
    declare "$name=$((expression))"
    printf '%s %s\n' "$name" "${!name}"
done <<<"$in_header" | sort)
[ "$(wc -l <<<"$values")" -ge 10 ] || { echo "no limits found in core/limits.h"; exit 1; }

in_page=$(sed -n 's/^| `\(WCI_[A-Z_]*\)` | \([0-9,]*\) |.*/\1 \2/p' "$page" | tr -d , | sort)
if [ "$values" != "$in_page" ]; then
    echo "core/limits.h (<) and $page (>) differ:"
    diff <(echo "$values") <(echo "$in_page") || true
    failed=1
fi

for test in $(grep -oE '`tests/[a-z_/.]+`' "$page" | tr -d '`' | sort -u); do
    name=$(basename "$test")
    if [ ! -e "$test" ]; then
        echo "$page names $test, which is not there"
        failed=1
    elif [ -f "$test" ] && ! grep -qE "(^|[^a-z_])${name%.*}([^a-z_]|\$)" tests/CMakeLists.txt tests/*/CMakeLists.txt; then
        echo "$page names $test, which no test runs"
        failed=1
    fi
done
[ "$failed" = 0 ] && echo "limits and promises are as they are written down"
exit "$failed"

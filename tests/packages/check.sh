#!/usr/bin/env bash
# The packages of FOLDER as Debian's own tools judge them, and that a second build elsewhere makes the same ones.
#   check.sh FOLDER
set -euo pipefail
here=$(dirname "$0")
folder=$(cd "$1" && pwd)
failed=0
complaints=$(lintian --allow-root --tag-display-limit 0 "$folder"/*.changes 2>&1) || failed=1
if [ -n "$complaints" ]; then
    printf '%s\n' "$complaints"
    failed=1
fi
mypy --strict "$here/../../python/whichcab" || failed=1
again=$folder/again/in-another-folder
first=$(cd "$folder" && sha256sum ./*.deb)
second=$("$here/build.sh" "$again")
[ "$first" = "$second" ] || {
    echo "a second build made other packages:"
    diff <(printf '%s\n' "$first") <(printf '%s\n' "$second") || true
    failed=1
}
rm -rf "$folder/again"
[ "$failed" = 0 ] && echo "lintian has nothing to say, and a second build made the same packages"
exit "$failed"

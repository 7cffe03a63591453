#!/usr/bin/env bash
# The Python package over the shared library of the build; then the examples of docs/python.md, run as they stand.
#   python.sh BUILD_DIR LIBRARY
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh" "$1"
root=$(cd "$here/../.." && pwd)
export WHICHCAB_LIBRARY=$2 PYTHONPATH=$root/python PYTHONDONTWRITEBYTECODE=1

# A library with sanitizers is loaded by a program without: theirs has to be there first, and knows nothing of
# what Python never frees.
# shellcheck disable=SC2317 # check_status calls it
with_sanitizer() {
    local first
    first=$(ldd "$WHICHCAB_LIBRARY" | awk '$1 ~ /^lib(asan|tsan)/ {print $3}' | head -1)
    ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 LD_PRELOAD=$first "$@"
}
printf 'image fat format=1440 label=SHELF\nfile NOTE.TXT text="found" modified="1995-07-11 09:50"\nfile BIG.TXT size=300000\n' >"$work/disk"
check_status 0 "$build/tests/gen/media-gen" image "$work/disk" "$work/disk.img"
check_status 0 with_sanitizer python3 "$here/../api/test_python.py" "$work/disk.img" "$root/include"
mkdir "$work/docs"
ln -s "$(small_stack)/win95-dmf" "$work/docs/floppies"
cd "$work/docs" || exit 2
check_status 0 with_sanitizer python3 -m doctest -o NORMALIZE_WHITESPACE "$root/docs/python.md"
check_equal "$(($(grep -c '^>>> ' "$root/docs/python.md") > 8))" 1 "whether docs/python.md has examples"
finish

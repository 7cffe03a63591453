#!/usr/bin/env bash
# Static analysis of the whole tree, beside the rules that the tests hold it to.
#   run.sh [--for SECONDS] BUILD_DIR
# With --for clang-tidy ends after so many seconds of it all; the files changed last come first, and it says how many it did not look at.
set -euo pipefail
seconds=0
if [ "${1-}" = --for ]; then
    seconds=$2
    shift 2
fi
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
failed=0
ctest --test-dir "$build" -R '^lint/' --output-on-failure || failed=1

mapfile -t sources < <(git ls-files -- '*.c' ':!tests')
# Outputs are written on success only, which cppcheck does not follow from one file into another, and
# wci_mem_grow hands its memory out through a copied pointer.
cppcheck -j "$(nproc)" --quiet --error-exitcode=1 --inline-suppr --enable=warning,portability \
    --std=c11 -I include -I . \
    --suppress=missingIncludeSystem --suppress=uninitStructMember --suppress=ctuuninitvar \
    --suppress=memleak:core/mem.c "${sources[@]}" || failed=1

# shellcheck disable=SC2317 # xargs calls it
# One file, unless the time is over.
tidy() { # file
    [ "$EPOCHSECONDS" -lt "$end" ] || { echo "$1" >>"$left"; return; }
    clang-tidy --quiet -p "$build" --warnings-as-errors='*' "$1" 2>/dev/null
}
export build end left
left=$(mktemp)
trap 'rm -f "$left"' EXIT
end=$((EPOCHSECONDS - SECONDS + (seconds == 0 ? 86400 : seconds)))
export -f tidy
changed=$(git log -n 100 --name-only --format= -- '*.c' ':!tests' | grep -xF "$(printf '%s\n' "${sources[@]}")" || true)
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\n' "$changed" "${sources[@]}" | awk 'NF > 0 && !seen[$0]++' |
    xargs -P "$(nproc)" -n 1 bash -c 'tidy "$1"' tidy || failed=1
[ ! -s "$left" ] || echo "no time was left for clang-tidy on $(wc -l <"$left") of ${#sources[@]} files"
[ "$failed" = 0 ] && echo "nothing to say"
exit "$failed"

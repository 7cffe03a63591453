#!/usr/bin/env bash
# Static analysis of the whole tree, beside the rules that the tests hold it to.
#   run.sh [--quick] BUILD_DIR
# --quick: without clang-tidy, which takes a quarter of an hour.
set -euo pipefail
quick=false
if [ "${1-}" = --quick ]; then
    quick=true
    shift
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

$quick || printf '%s\n' "${sources[@]}" |
    xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p "$build" --warnings-as-errors='*' 2>/dev/null || failed=1
[ "$failed" = 0 ] && echo "nothing to say"
exit "$failed"

#!/usr/bin/env bash
# Every C file follows .clang-format; every shell script passes shellcheck.
#   format.sh SOURCE_DIR BUILD_DIR
# BUILD_DIR remembers the scripts that passed: only what is new to it takes time.
set -euo pipefail
sound=$(cd "$2" && pwd)/sound-scripts
cd "$1"
jobs=$(nproc)
find core profiles media indexer catalog query reopen jobs cli serve tools include tests docs -name '*.[ch]' -print0 |
    xargs -0 -P "$jobs" -n 100 clang-format --dry-run --Werror

mapfile -t scripts < <(find dev .ci/run tests -name '*.sh' -o -name dev -o -path .ci/run)
# What is read with each of them counts for all.
read -r around _ < <(cat tests/*/lib.sh tests/media/samples.sh tests/reports.sh <(shellcheck --version) | sha256sum)
now=$(sha256sum "${scripts[@]}" | sed "s/^/$around /")
touch "$sound"
{ grep -vxFf "$sound" <<<"$now" || true; } | sed 's/.*  //' | xargs -r -P "$jobs" -n 4 shellcheck -x
printf '%s\n' "$now" >"$sound"
echo "format is as it should be"

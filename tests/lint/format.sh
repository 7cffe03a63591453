#!/usr/bin/env bash
# Every C file follows .clang-format; every shell script passes shellcheck.
#   format.sh SOURCE_DIR
set -euo pipefail
cd "$1"
find core profiles media indexer catalog query reopen jobs cli tools include tests docs -name '*.[ch]' -print0 |
    xargs -0 clang-format --dry-run --Werror
find dev .ci/run tests -name '*.sh' -print0 -o -name dev -print0 -o -path .ci/run -print0 |
    xargs -0 shellcheck -x
echo "format is as it should be"

#!/usr/bin/env bash
# Makes the samples and damages them so many times; prints what came of it.
#
#   run.sh BUILD_DIR COUNT [options of mutate...]
set -euo pipefail

build=$(cd "$1" && pwd)
count=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
# Memory for a disk: the campaign writes some gigabytes, and every catalog is synced.
[ ! -w /dev/shm ] || export TMPDIR=${TMPDIR:-/dev/shm}
samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT
"$here/samples.sh" "$build/tests/gen/media-gen" "$build/tests/make_disc" "$samples" >/dev/null
if grep -q '^WHICHCAB_LIBDSK:BOOL=OFF' "$build/CMakeCache.txt"; then # nothing reads it
    rm -r "$samples/samples/tele"
    sed -i '/^tele\t/d' "$samples/truth.tsv"
fi
"$build/tests/mutate/mutate" "$samples" --count "$count" "$@"

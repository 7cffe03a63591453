#!/usr/bin/env bash
# Runs every fuzz target for its share of some minutes.
#
#   run.sh [--keep] BUILD_DIR MINUTES [target...]
#   run.sh --million BUILD_DIR [target...]          # until each has run a million inputs
#   run.sh --smoke BUILD_DIR [target...]            # few inputs, the same each time: a test that says the same twice
#
# Prints executions and coverage of each target, and for each that crashed, hung (5 s), leaked or took
# too much memory what was found and the file with the input; ends with 1 then.  What it learns stays
# in the build folder and is taken up by the next run; these files are never removed.
#
# --keep: adds to the corpus in the tree the fewest inputs (up to 2 KiB each) that reach what it does not reach
# yet.  Look at what it adds before you keep it.
set -euo pipefail

keep=false million=false smoke=false
if [ "${1-}" = --keep ]; then
    keep=true
    shift
fi
if [ "${1-}" = --million ] || [ "${1-}" = --smoke ]; then
    [ "$1" = --million ] && million=true || smoke=true
    set -- "${@:2:1}" 0 "${@:3}"
fi
[ $# -ge 2 ] || { echo "usage: run.sh [--keep] BUILD_DIR MINUTES [target...]" >&2; exit 2; }
build=$(cd "$1" && pwd)
minutes=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for target in "$build"/tests/fuzz/fuzz_*; do
        [ -x "$target" ] && [ -f "$target" ] && targets+=("$(basename "$target")")
    done
fi
[ ${#targets[@]} -gt 0 ] || { echo "$build: no fuzz targets in it" >&2; exit 2; }
seconds=$((minutes * 60 / ${#targets[@]}))
[ "$seconds" -gt 0 ] || seconds=1
length=(-max_total_time="$seconds")
$million && length=(-runs=1000000)
learned=$build/corpus
if $smoke; then # nothing that was learned before
    length=(-runs=2000 -seed=1)
    learned=$build/smoke
    rm -rf "$learned"
fi
mkdir -p "$build/corpus"
failed=0
for target in "${targets[@]}"; do
    new=$learned/$target
    log=$learned/$target.log
    folders=("$new")
    [ ! -d "$here/corpus/$target" ] || folders+=("$here/corpus/$target")
    mkdir -p "$new"
    status=0
    "$build/tests/fuzz/$target" "${length[@]}" -timeout=5 -rss_limit_mb=1024 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/corpus/crash-$target-" \
        "${folders[@]}" >"$log" 2>&1 || status=$?
    printf '%-16s %12s executions  coverage %s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)"
    if [ "$status" != 0 ]; then
        failed=1
        printf '    FAILED with status %d; all that it said: %s\n' "$status" "$log"
        grep -aE '^SUMMARY|ERROR: |runtime error|Test unit written to' "$log" | awk '!seen[$0]++' | head -12 | sed 's/^/    /' ||
            tail -3 "$log" | sed 's/^/    /' # killed before it could say why
    elif $keep && [ -d "$here/corpus/$target" ]; then
        "$build/tests/fuzz/$target" -set_cover_merge=1 -use_counters=0 -max_len=2048 -rss_limit_mb=1024 \
            "$here/corpus/$target" "$new" >"$log.merge" 2>&1 || {
            failed=1
            printf '    nothing was kept: %s\n' "$(tail -1 "$log.merge")"
        }
        printf '    corpus in the tree: %s inputs, %s bytes\n' "$(find "$here/corpus/$target" -type f | wc -l)" \
            "$(cat "$here/corpus/$target"/* | wc -c)"
    fi
done
shopt -s nullglob
kept=("$build"/corpus/crash-*)
if [ ${#kept[@]} -gt 0 ]; then
    printf '%d inputs that failed, now or in an earlier run, are in %s/corpus:\n' "${#kept[@]}" "$build"
    printf '    %s\n' "${kept[@]##*/}" | head -20
    failed=1
fi
exit "$failed"

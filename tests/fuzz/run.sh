#!/usr/bin/env bash
# Runs every fuzz target for its share of some minutes.
#
#   run.sh BUILD_DIR MINUTES [target...]
#
# Prints executions and coverage of each target, and for each that crashed, hung (5 s), leaked or took
# too much memory what was found and the file with the input; ends with 1 then.  What it learns stays
# in the build folder and is taken up by the next run; these files are never removed.
set -euo pipefail

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
seconds=$((minutes * 60 / ${#targets[@]}))
[ "$seconds" -gt 0 ] || seconds=1
failed=0
for target in "${targets[@]}"; do
    new=$build/corpus/$target
    log=$build/corpus/$target.log
    mkdir -p "$new" "$here/corpus/$target"
    "$build/tests/fuzz/$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
        -max_len=65536 -print_final_stats=1 -artifact_prefix="$build/corpus/crash-$target-" \
        "$new" "$here/corpus/$target" >"$log" 2>&1 || failed=1
    printf '%-16s %12s executions  coverage %s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)"
    grep -E '^SUMMARY|ERROR: libFuzzer|Test unit written to' "$log" | sort -u | sed 's/^/    /' || true
done
shopt -s nullglob
kept=("$build"/corpus/crash-*)
if [ ${#kept[@]} -gt 0 ]; then
    printf '%d inputs that failed, now or in an earlier run, are in %s/corpus:\n' "${#kept[@]}" "$build"
    printf '    %s\n' "${kept[@]##*/}" | head -20
    failed=1
fi
exit "$failed"

#!/usr/bin/env bash
# run.sh tells every way in which a target may fail, goes on with the others, keeps the inputs and ends with 1.
# The targets are stand-ins that fail on purpose; what they print is what libFuzzer prints.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/build/tests/fuzz"

fail() {
    printf '%s\n--- run.sh printed:\n' "$*"
    cat "$work/out"
    exit 1
}

# A target: its name, what stands in the name of its input, what it prints, how it ends.
target() {
    cat >"$work/build/tests/fuzz/$1" <<END
#!/usr/bin/env bash
for argument; do
    case \$argument in -artifact_prefix=*) prefix=\${argument#*=} ;; esac
done
echo '#7 NEW    cov: 42 ft: 1'
echo 'stat::number_of_executed_units: 1234'
if [ -n '$2' ]; then
    echo x >"\${prefix}$2-01"
    echo "artifact_prefix='\$prefix'; Test unit written to \${prefix}$2-01"
fi
echo '$3'
$4
END
    chmod +x "$work/build/tests/fuzz/$1"
}

run() {
    status=0
    "$here/run.sh" "$work/build" 0 >"$work/out" 2>&1 || status=$?
}

target fuzz_good '' 'Done 1234 runs' 'exit 0'
run
[ "$status" = 0 ] || fail "a good target: status $status"
grep -qE '^fuzz_good +1234 executions +coverage 42$' "$work/out" || fail "a good target is not told"

target fuzz_a_crash crash 'SUMMARY: AddressSanitizer: heap-buffer-overflow cab.c:7' 'exit 77'
target fuzz_b_hang timeout 'SUMMARY: libFuzzer: timeout' 'exit 70'
target fuzz_c_memory oom '==1== ERROR: libFuzzer: out-of-memory (used: 1100Mb; limit: 1024Mb)' 'exit 71'
target fuzz_d_leak leak 'SUMMARY: AddressSanitizer: 8 byte(s) leaked in 1 allocation(s).' 'exit 77'
target fuzz_e_killed '' 'the last that it said' 'kill -KILL $$'
run
[ "$status" = 1 ] || fail "targets that fail: status $status"
for told in 'heap-buffer-overflow cab.c:7' 'libFuzzer: timeout' 'out-of-memory (used' '8 byte(s) leaked' \
    'the last that it said' 'FAILED with status 137' '4 inputs that failed'; do
    grep -qF "$told" "$work/out" || fail "not told: $told"
done
grep -q '^fuzz_good' "$work/out" || fail "stopped before the last target"
for kind in a_crash-crash b_hang-timeout c_memory-oom d_leak-leak; do
    [ -e "$work/build/corpus/crash-fuzz_$kind-01" ] || fail "the input of $kind is gone"
    grep -qF "Test unit written to $work/build/corpus/crash-fuzz_$kind-01" "$work/out" || fail "path of $kind is not told"
done

# an input of an earlier run is not forgotten
rm "$work"/build/tests/fuzz/fuzz_[a-e]_*
run
[ "$status" = 1 ] || fail "inputs of an earlier run are forgotten: status $status"
echo "run.sh tells what fails"

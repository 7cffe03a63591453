#!/usr/bin/env bash
# What a release build has against the exploiting of faults, read from its binaries; and that a warning does not
# stop it.  A build with sanitizers has none of it, so the program is built once more as the release preset does.
#   hardening.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source=$1
build=$2/hardened
failed=0

complain() {
    echo "$*"
    failed=1
}

(
    cd "$source"
    # of a program that has the C library in it the symbols would tell of that
    cmake --preset release -B "$build" -D WHICHCAB_STATIC=OFF
    cmake --build "$build" --target whichcab whichcab_query_shared
) >"$2/hardened.log" 2>&1 || { tail -20 "$2/hardened.log"; exit 1; }

for binary in "$build/cli/whichcab" "$build/query/libwhichcab-query.so"; do
    name=$(basename "$binary")
    header=$(readelf -hW "$binary")
    segments=$(readelf -lW "$binary")
    dynamic=$(readelf -dW "$binary")
    symbols=$(readelf --dyn-syms -W "$binary")
    grep -q 'Type: *DYN' <<<"$header" || complain "$name is no position independent one"
    grep -q 'GNU_RELRO' <<<"$segments" || complain "$name has no read-only relocations"
    grep -qE 'BIND_NOW|Flags:.* NOW' <<<"$dynamic" || complain "$name binds lazily: its table of functions stays writable"
    grep -qE 'GNU_STACK.* RW ' <<<"$segments" || complain "$name has an executable stack"
    grep -q '__stack_chk_fail' <<<"$symbols" || complain "$name has no stack protector"
    grep -qE '__[a-z]+_chk' <<<"$(grep -v '__stack_chk_fail' <<<"$symbols")" || complain "$name is not fortified"
done
readelf -dW "$build/cli/whichcab" | grep -qE 'FLAGS_1.*PIE' || complain "whichcab is no PIE"

# What leaves no trace that readelf finds.
commands=$(jq -r '.[].command' "$build/compile_commands.json")
for flag in -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection; do
    without=$(grep -vc -e "$flag" <<<"$commands" || true)
    [ "$without" = 0 ] || complain "$without files are compiled without $flag"
done
grep -q -e -Werror <<<"$commands" && complain "a warning of another compiler would stop a release build"
[ "$failed" = 0 ] && echo "release builds are hardened"
exit "$failed"

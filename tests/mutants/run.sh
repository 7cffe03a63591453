#!/usr/bin/env bash
# Turns conditions of a source file one at a time and runs the unit tests that are to notice.
#
#   run.sh BUILD_DIR FILE...      FILE: from the root, as query/rank.c; tests.txt says which tests are its
#
# Prints each change that no test noticed, and ends with 1 when there are any that explained.txt does not
# explain.  The tree stays as it is: a changed copy is compiled and linked before the library.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

# One mutant, as the list has it; prints its line when it survives.
try_one() { # list, number
    local place=$work/$2 line how text test
    mkdir "$place"
    IFS=$'\t' read -r line how text < <(sed -n "$2p" "$1")
    LINE=$line TEXT=$text awk 'FNR == ENVIRON["LINE"] { print ENVIRON["TEXT"]; next } { print }' \
        "$root/$file" >"$place/m.c"
    cd "$build"
    # shellcheck disable=SC2086 # a list of flags
    if ! gcc $flags -w -c "$place/m.c" -o "$place/m.o" 2>/dev/null; then
        echo built >"$place/not"
        return
    fi
    for test in $tests; do
        gcc -fsanitize=address,undefined "$work/$test.o" "$place/m.o" -o "$place/$test" \
            "@$work/$test.libraries" 2>"$place/log" || { cat "$place/log" >&2; return 1; }
        if ! TMPDIR=$place timeout 20 "$place/$test" >"$place/out" 2>&1; then
            rm -rf "$place"
            return
        fi
    done
    rm -rf "$place"
    printf '%s\t%s\t%s\n' "$line" "$how" "$(sed -n "${line}s/^ *//p" "$root/$file")"
}

if [ "${1-}" = --one ]; then
    try_one "$2" "$3"
    exit
fi

build=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || { echo "usage: run.sh BUILD_DIR FILE..." >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for file in "$@"; do
    tests=$(sed -n "s#^$file: *##p" "$here/tests.txt")
    [ -n "$tests" ] || { echo "$file: tests.txt names no test for it" >&2; exit 2; }
    # shellcheck disable=SC2086
    cmake --build "$build" -j "$(nproc)" --target whichcab_static $tests >"$work/log" ||
        { cat "$work/log" >&2; exit 2; }
    flags=$(jq -r --arg file "$root/$file" '.[] | select(.file == $file) | .command' "$build/compile_commands.json" |
        head -1 | sed 's/ -o .*//; s/^[^ ]* //')
    for test in $tests; do
        ninja -C "$build" -t commands "tests/$test" | tail -1 >"$work/command"
        grep -oE '[^ ]*/unit/[a-z_0-9]*\.c\.o' "$work/command" | head -1 | sed "s#^#$build/#" |
            xargs -I{} cp {} "$work/$test.o"
        # of the library the linker takes what is still missing: not the object that was changed
        sed 's/ && :$//; s/.* -o [^ ]* //' "$work/command" >"$work/$test.libraries"
    done
    awk -f "$here/mutants.awk" "$root/$file" >"$work/list"
    count=$(wc -l <"$work/list")
    export build work file tests flags
    seq "$count" | xargs -P "$(nproc)" -n 1 "$0" --one "$work/list" | sort -n >"$work/survivors"
    explained=0
    while IFS=$'\t' read -r line how text; do
        if grep -qxF -- "$file"$'\t'"$how"$'\t'"$text" <(cut -f1-3 "$here/explained.txt"); then
            explained=$((explained + 1))
        else
            printf '%s:%s: %s: %s\n' "$file" "$line" "$how" "$text"
            failed=1
        fi
    done <"$work/survivors"
    printf '%s: %s changes, %s survived, %s of them explained, %s could not be built\n' "$file" "$count" \
        "$(wc -l <"$work/survivors")" "$explained" "$(find "$work" -mindepth 2 -name not | wc -l)"
    find "$work" -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
done
exit "$failed"

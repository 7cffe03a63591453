#!/usr/bin/env bash
# Exported symbols: archives only wcab_ and wci_, shared objects only wcab_.  What whichcab.h and its chapters declare is
# exported by one of the shared objects at least, and what they export is declared, all with WCAB_API.
#   symbols.sh INCLUDE_DIR LIBRARY...
set -euo pipefail
failed=0
header=$1/whichcab
shift
exported=
for library in "$@"; do
    case $library in
    *.so*)
        allowed='^wcab_'
        names=$(nm -D --defined-only "$library" | awk '{print $3}')
        ;;
    *)
        allowed='^(wcab|wci)_'
        names=$(nm --defined-only --extern-only "$library" | awk 'NF == 3 {print $3}')
        ;;
    esac
    [[ $library != *.so* ]] || exported+=$names$'\n'
    [ -n "$names" ] || {
        echo "$library: no symbol at all"
        failed=1
    }
    # sanitizers add symbols of their own, the linker those of its that a library it links exports
    bad=$(grep -vE "$allowed" <<<"$names" | grep -vE '^(__asan|__odr_asan|__ubsan|__tsan|__gcov|_init|_fini|__bss_start$|_edata$|_end$)' || true)
    if [ -n "$bad" ]; then
        echo "$library exports what it must not:"
        echo "$bad"
        failed=1
    fi
done
# Declarations of functions, one a line: without comments, directives and what is in braces.
declared=$(sed 's#/\*.*\*/##; /^ *#/d; /^extern "C"/d' "$header.h" "$header"/*.h | awk '
    /\/\*/ { sub(/\/\*.*/, ""); comment = 1; print; next }
    /\*\// { sub(/.*\*\//, ""); comment = 0 }
    !comment' | awk '{
        for (i = 1; i <= length($0); i++) {
            c = substr($0, i, 1)
            if (c == "{") depth++
            else if (c == "}") depth -= depth > 0
            else if (c == ";" && depth == 0) { print text; text = "" }
            else if (depth == 0) text = text c
        }
        text = text " "
    }' | grep -vE '^ *(typedef|struct|enum|union) [a-z_]+ *$|^ *typedef' | grep -E '(^|[ *])wcab_[a-z0-9_]+\(')
bad=$(grep -v WCAB_API <<<"$declared" || true)
if [ -n "$bad" ]; then
    echo "declared in $header without WCAB_API:"
    echo "$bad"
    failed=1
fi
declared=$(grep -oE 'wcab_[a-z0-9_]+\(' <<<"$declared" | tr -d '(' | sort -u)
exported=$(grep '^wcab_' <<<"$exported" | sort -u)
[ "$(wc -l <<<"$declared")" -gt 40 ] || { echo "only $(wc -l <<<"$declared") functions found in $header"; failed=1; }
if [ "$declared" != "$exported" ]; then
    echo "declared in $header (<) and exported (>) differ:"
    diff <(echo "$declared") <(echo "$exported") || true
    failed=1
fi
[ "$failed" = 0 ] && echo "exported symbols are as they should be"
exit "$failed"

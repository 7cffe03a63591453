#!/usr/bin/env bash
# Exported symbols: archives only wcab_ and wci_, shared objects only wcab_.
#   symbols.sh LIBRARY...
set -euo pipefail
failed=0
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
[ "$failed" = 0 ] && echo "exported symbols are as they should be"
exit "$failed"

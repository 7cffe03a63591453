#!/usr/bin/env bash
# What the libraries export is what debian/libwhichcab0.symbols promises, with the version that had it first.
#   symbols.sh SOURCE_DIR LIBRARY... [--write]     --write adds what is new; what is gone takes a new SOVERSION
set -euo pipefail
source=$1
shift
file=$source/debian/libwhichcab0.symbols
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$source/debian/changelog")
write=
now=$(for library in "$@"; do
    [ "$library" != --write ] || continue
    printf '%s libwhichcab0 #MINVER#\n' "$(objdump -p "$library" | awk '/SONAME/ {print $2}')"
    nm -D --defined-only "$library" | awk '$3 ~ /^wcab_/ {print " " $3 "@Base"}' | LC_ALL=C sort
done)
[[ " $* " != *" --write "* ]] || write=yes
if [ -n "$write" ]; then
    touch "$file"
    awk -v version="$version" 'FILENAME != "-" { if (/^ /) since[library, $1] = $2; else library = $1; next }
        /^ / { print " " $1 " " ((library, $1) in since ? since[library, $1] : version); next }
        { library = $1; print }' "$file" - <<<"$now" >"$file.new"
    mv "$file.new" "$file"
fi
diff <(sed 's/^\( [^ ]*\) .*/\1/' "$file") <(printf '%s\n' "$now") || {
    echo "what $file promises (<) and what is exported (>) differ; tests/packages/symbols.sh --write adds what is new"
    exit 1
}
echo "the symbols are those that the packages promise"

#!/usr/bin/env bash
# How each cost grows with the shelf: one line of a table for each number of CDs, 1000 files on each.
#
#   scale.sh BUILD_DIR [IMAGES]...        default: 100 1000 10000
#
# Times are seconds of the processor, user and system together, which other processes change little; of a query
# the median of 21 processes in milliseconds of wall time, with that of /bin/true taken off.
set -euo pipefail
build=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- 100 1000 10000
here=$(cd "$(dirname "$0")" && pwd)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb WHICHCAB_CONFIG=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

whichcab() { "$build/cli/whichcab" -C "$work/catalog" "$@"; }

# Processor seconds and peak MB of the program: "SECONDS MB".
cost() {
    command time -f '%U %S %M' -o "$work/cost" "$build/cli/whichcab" "$@" >/dev/null 2>&1 || true
    awk 'END {printf "%.2f %.0f", $1 + $2, $3 / 1024}' "$work/cost"
}

milliseconds() { # command...
    local i start
    for ((i = 0; i < 21; i++)); do
        start=${EPOCHREALTIME/./}
        "$@" >/dev/null 2>&1 || true
        echo $((${EPOCHREALTIME/./} - start))
    done | sort -n | awk '{v[NR] = $1} END {print v[11] / 1000}'
}

query() { awk -v all="$(milliseconds whichcab "$@")" -v none="$(milliseconds /bin/true)" 'BEGIN {printf "%.1f", all - none}'; }

echo '| CDs | rows | index s | peak MB | rows/s | bytes/row | again s | export s | import s | import peak MB | rows/s | where ms | glob ms | regex ms | media ms |'
echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |'
for images in "$@"; do
    rm -rf "${work:?}"/*
    "$build/tests/make_shelf" "$work/shelf" "$images" 1000
    read -r index index_peak <<<"$(cost -C "$work/catalog" index -q -j 1 "$work/shelf")"
    read -r again _ <<<"$(cost -C "$work/catalog" index -q "$work/shelf")"
    read -r rows bytes <<<"$(whichcab catalog stats | awk '$1 == "files" {f = $2} /^bytes used/ {b = $3} END {print f, b}')"
    read -r export _ <<<"$(cost -C "$work/catalog" export "$work/text")"
    read -r import import_peak <<<"$(cost -C "$work/other" import "$work/text")"
    rm -rf "$work/other" "$work/text"
    printf '| %s | %s | %s | %s | %.0f | %.1f | %s | %s | %s | %s | %.0f | %s | %s | %s | %s |\n' "$images" "$rows" "$index" \
        "$index_peak" "$(awk -v r="$rows" -v s="$index" 'BEGIN {print r / s}')" \
        "$(awk -v b="$bytes" -v r="$rows" 'BEGIN {print b / r}')" "$again" "$export" "$import" "$import_peak" \
        "$(awk -v r="$rows" -v s="$import" 'BEGIN {print r / s}')" "$(query where mapi32.dll)" \
        "$(query where '*QXZ*.DLL')" "$(query where -r '^QX.*7\.DLL$')" "$(query media)"
done

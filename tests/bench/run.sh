#!/usr/bin/env bash
# Compares whichcab with installed peers: paired runs (A B A B ...), medians, ratio of each pair.
#
#   run.sh BUILD_DIR [index|where|catalog|decode]... [--runs N] [--small]
#
# It measures and never judges.  All caches are warm: each command runs once before it is counted.
set -euo pipefail

build=$(cd "$1" && pwd)
shift
runs=5
small=()
parts=()
while [ $# -gt 0 ]; do
    case $1 in
    --runs) runs=$2 && shift ;;
    --small) small=(--small) ;;
    *) parts+=("$1") ;;
    esac
    shift
done
[ ${#parts[@]} -gt 0 ] || parts=(index where catalog decode)

here=$(cd "$(dirname "$0")" && pwd)
work=$build/bench
stack=$work/stack${small:+-small}
export WHICHCAB_PROFILES=$here/../../media-profiles
export WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb
mkdir -p "$work"

# Wall seconds of a command, its output thrown away.
seconds_of() {
    local TIMEFORMAT=%R
    { time "$@" >/dev/null 2>&1; } 2>&1
}

median() { sort -g | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
spread() { sort -g | awk 'NR == 1 {a = $1} {b = $1} END {printf "%.4g..%.4g", a, b}'; }

# compare TITLE COMMAND_A -- COMMAND_B: prints both medians and the ratio B / A of the pairs.
compare() {
    local title=$1 a=() b=() i
    shift
    while [ "$1" != -- ]; do a+=("$1") && shift; done
    shift
    b=("$@")
    seconds_of "${a[@]}" >/dev/null
    seconds_of "${b[@]}" >/dev/null
    : >"$work/a" && : >"$work/b" && : >"$work/ratio"
    for ((i = 0; i < runs; i++)); do
        seconds_of "${a[@]}" >>"$work/a"
        seconds_of "${b[@]}" >>"$work/b"
    done
    paste "$work/a" "$work/b" | awk '{print ($1 > 0) ? $2 / $1 : 0}' >"$work/ratio"
    printf '%-58s %9.4f s  peer %9.4f s  peer/ours %8.2f  (%s, %d pairs)\n' "$title" \
        "$(median <"$work/a")" "$(median <"$work/b")" "$(median <"$work/ratio")" \
        "$(spread <"$work/ratio")" "$runs"
}

need_stack() {
    [ -e "$stack/done" ] && return
    rm -rf "$stack"
    mkdir -p "$stack"
    "$build/tests/gen/media-gen" stack "$stack/media" "${small[@]}" >/dev/null
    touch "$stack/done"
}

index_fresh() { # threads
    rm -rf "$work/catalog"
    "$build/cli/whichcab" -C "$work/catalog" index -j "$1" "$stack/media"
}

# What a user does today: take the cabinets out of each image, list each.
peer_pipeline() {
    local image out=$work/peer
    rm -rf "$out"
    mkdir -p "$out"
    find "$stack/media" -type f \( -name '*.img' -o -name '*.ima' -o -name '*.iso' \) | sort |
        while read -r image; do
            7z x -y -bd -o"$out" "$image" '*.CAB' -r
            find "$out" -iname '*.cab' -exec cabextract -l {} \;
            rm -rf "${out:?}"/*
        done
}

bench_index() {
    need_stack
    compare "index the four-media stack, 1 thread; 7z x + cabextract -l" index_fresh 1 -- peer_pipeline
    compare "index the four-media stack, 2 threads; 1 thread" index_fresh 2 -- index_fresh 1
    index_fresh 2 >/dev/null 2>&1
    compare "the same stack again, unchanged; 7z x + cabextract -l" \
        "$build/cli/whichcab" -C "$work/catalog" index "$stack/media" -- peer_pipeline
}

# Each repeated 100 times: one process is too short for the shell's clock.
repeat() { local i; for ((i = 0; i < 100; i++)); do "$@"; done; }

bench_where() {
    need_stack
    index_fresh 2 >/dev/null 2>&1
    compare "where mapi32.dll, 100 processes; /bin/true" \
        repeat "$build/cli/whichcab" -C "$work/catalog" where mapi32.dll -- repeat /bin/true
    if command -v updatedb.plocate >/dev/null; then
        rm -rf "$work/tree" && mkdir -p "$work/tree"
        "$build/cli/whichcab" -C "$work/catalog" where --all --json '*' |
            jq -r '[.medium, .cabinet // "loose", .name] | join("/")' |
            (cd "$work/tree" && while IFS= read -r path; do mkdir -p "${path%/*}" && : >"$path"; done)
        updatedb.plocate -l no -U "$work/tree" -o "$work/plocate.db"
        compare "where mapi32.dll, 100 processes; plocate of a tree of as many names" \
            repeat "$build/cli/whichcab" -C "$work/catalog" where mapi32.dll -- \
            repeat plocate -d "$work/plocate.db" -i mapi32.dll
    fi
}

bench_catalog() { "$build/tests/bench_catalog"; }

bench_decode() { "$build/tests/bench_decode"; }

for part in "${parts[@]}"; do
    printf '== %s\n' "$part"
    "bench_$part"
done

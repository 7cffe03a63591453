#!/usr/bin/env bash
# Compares whichcab with installed peers: paired runs (A B A B ...), medians, ratio of each pair.
#
#   run.sh BUILD_DIR [index|contents|wrapped|where|extract|deep|catalog|decode]... [--runs N] [--small]
#
# --small takes media with smaller cabinets: to see that everything still runs, not to compare.
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
[ ${#parts[@]} -gt 0 ] || parts=(index contents wrapped where extract deep catalog decode)

here=$(cd "$(dirname "$0")" && pwd)
work=$build/bench
stack=$work/stack${small:+-small}
cabinets=$work/cabinets${small:+-small}
wrapped=$work/wrapped${small:+-small}
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

# A set that no listing explains, whose table of contents has to be unpacked; the peer is the same set, the
# names of its tables altered so that they are none.
index_contents() { # folder
    rm -rf "$work/catalog-contents"
    "$build/cli/whichcab" -C "$work/catalog-contents" index -j 1 "$1"
}

bench_contents() {
    local id=win95-osr2-dmf tables=$work/contents
    if [ ! -e "$tables/done" ]; then
        rm -rf "$tables" && mkdir -p "$tables"
        "$build/tests/gen/media-gen" real "$id" "$tables/plain" --other-language
        cp -r "$tables/plain" "$tables/hidden"
        # the same work without a table: no such name is a table's
        LC_ALL=C sed -i 's/layout\(.\?\)\.inf/lbyout\1.inf/' "$tables/hidden"/*.img
        touch "$tables/done"
    fi
    compare "index a set with its table of contents, 1 thread; without" \
        index_contents "$tables/plain" -- index_contents "$tables/hidden"
}

# A disc with the CD's cabinets and executables of this machine, in wrappers of several kinds.
need_wrapped() {
    need_cabinets
    [ "$wrapped/done" -nt "$here/run.sh" ] && return
    rm -rf "$wrapped"
    mkdir -p "$wrapped/disc"
    cp -r "$cabinets/cd" "$wrapped/disc/WIN95"
    sed -n 's/.* from="\(.*\)"$/\1/p' "$cabinets/mszip.cabinet" | xargs cp -n -t "$wrapped/disc"
    xorriso -as mkisofs -quiet -J -o "$wrapped/disc.iso" "$wrapped/disc" >/dev/null 2>&1
    (cd "$wrapped" && zip -q disc.zip disc.iso && 7z a -bd -bso0 disc.7z disc.iso)
    gzip -kc "$wrapped/disc.iso" >"$wrapped/disc.iso.gz"
    xz -1 -kc "$wrapped/disc.iso" >"$wrapped/disc.iso.xz"
    rm -rf "$wrapped/disc" "$wrapped/disc.iso"
    touch "$wrapped/done"
}

index_one() { # image
    rm -rf "$work/catalog-wrapped"
    "$build/cli/whichcab" -C "$work/catalog-wrapped" index "$1"
}

bench_wrapped() {
    need_wrapped
    compare 'index a disc in a ZIP; unzip -p' index_one "$wrapped/disc.zip" -- unzip -p "$wrapped/disc.zip"
    compare 'index a disc in gzip; gzip -dc' index_one "$wrapped/disc.iso.gz" -- gzip -dc "$wrapped/disc.iso.gz"
    compare 'index a disc in xz; xz -dc' index_one "$wrapped/disc.iso.xz" -- xz -T1 -dc "$wrapped/disc.iso.xz"
    compare 'index a disc in 7z; bsdtar -xO (libarchive, too)' index_one "$wrapped/disc.7z" -- bsdtar -xOf "$wrapped/disc.7z"
}

# Each repeated: one process is too short for the shell's clock.
processes=100
[ ${#small[@]} -eq 0 ] || processes=5
repeat() { local i; for ((i = 0; i < processes; i++)); do "$@"; done; }

bench_where() {
    need_stack
    index_fresh 2 >/dev/null 2>&1
    compare "where mapi32.dll, $processes processes; /bin/true" \
        repeat "$build/cli/whichcab" -C "$work/catalog" where mapi32.dll -- repeat /bin/true
    if [ ${#small[@]} -eq 0 ] && command -v updatedb.plocate >/dev/null; then
        rm -rf "$work/tree" && mkdir -p "$work/tree"
        "$build/cli/whichcab" -C "$work/catalog" where --all --json '*' |
            jq -r '[.medium, .cabinet // "loose", .name] | join("/")' |
            (cd "$work/tree" && while IFS= read -r path; do mkdir -p "${path%/*}" && : >"$path"; done)
        updatedb.plocate -l no -U "$work/tree" -o "$work/plocate.db"
        compare "where mapi32.dll, $processes processes; plocate of a tree of as many names" \
            repeat "$build/cli/whichcab" -C "$work/catalog" where mapi32.dll -- \
            repeat plocate -d "$work/plocate.db" -i mapi32.dll
    fi
}

# Executables of this machine: contents as compressors meet them, which the test media's are not.
describe_executables() { # method
    local most=130000000
    [ ${#small[@]} -eq 0 ] || most=4000000
    printf 'set size=2000000 name=SET%%.CAB\n'
    find /usr/lib /usr/bin -xdev -type f \( -name '*.so*' -o -perm -100 \) -size +8k -size -4M -printf '%s %p\n' |
        LC_ALL=C sort -k2 | awk -v method="$1" -v most="$most" '
            total < most {
                total += $1
                if (NR == 1 || size > 4000000) { print "folder " method; size = 0 }
                size += $1
                printf "file f%d.dll from=\"%s\"\n", NR, substr($0, index($0, " ") + 1)
            }'
}

# The CD's cabinets as plain files, which is how the peers can read them, and sets of cabinets with
# executables, 4 MB to a folder.
need_cabinets() {
    need_stack
    [ "$cabinets/done" -nt "$here/run.sh" ] && return # else made by another version of this script
    rm -rf "$cabinets"
    mkdir -p "$cabinets/cd"
    7z e -y -bd -o"$cabinets/cd" "$stack/media/win95-cd.iso" '*.CAB' -r >/dev/null
    local method how
    for method in quantum mszip lzx; do
        how=$method
        [ "$method" != lzx ] || how='lzx blocks=va calls=12000000' # as on the media
        describe_executables "$how" >"$cabinets/$method.cabinet"
        "$build/tests/gen/media-gen" cabinet "$cabinets/$method.cabinet" "$cabinets/$method" >/dev/null
        rm -f "$cabinets/$method/manifest.tsv"
    done
    touch "$cabinets/done"
}

ours_extract() {
    rm -rf "$work/extracted"
    "$build/cli/whichcab" -C "$work/catalog" extract --all -m "$stack/media/win95-cd.iso" -o "$work/extracted" '*.cab/*'
}

peer_extract() {
    rm -rf "$work/extracted"
    cabextract -q -d "$work/extracted" "$cabinets"/cd/*.CAB
}

bench_extract() {
    need_cabinets
    index_fresh 2 >/dev/null 2>&1
    ours_extract >/dev/null 2>&1
    compare "extract $(find "$work/extracted" -type f | wc -l) files of the CD; cabextract of its cabinets" \
        ours_extract -- peer_extract
}

# Decode, hash, and read versions of everything in a folder of cabinets.
ours_deep() { # method threads
    "$build/cli/whichcab" -C "$work/catalog-$1" verify -f -q -j "$2"
}

# Both go through the whole set from its first cabinet.
peer_7z() { 7z t -bd "$cabinets/$1/SET1.CAB"; }
peer_cabextract() { cabextract -t -q "$cabinets/$1/SET1.CAB"; }

# Largest resident size of a command in MB.
peak_of() {
    command time -f '%M' -o "$work/peak" "$@" >/dev/null 2>&1 || true
    awk 'END {printf "%.1f", $1 / 1024}' "$work/peak"
}

bench_deep() {
    local method megabytes
    need_cabinets
    for method in quantum mszip lzx; do
        rm -rf "$work/catalog-$method"
        "$build/cli/whichcab" -C "$work/catalog-$method" index -q "$cabinets/$method" >/dev/null 2>&1
        megabytes=$("$build/cli/whichcab" -C "$work/catalog-$method" verify --json -j1 2>/dev/null |
            jq -r 'select(.event == "summary") | (.bytes / 1000000 | floor)')
        compare "decode + hash $megabytes MB, $method, 1 thread; 7z t" ours_deep "$method" 1 -- peer_7z "$method"
        compare "decode + hash $megabytes MB, $method, 2 threads; 7z t" ours_deep "$method" 2 -- peer_7z "$method"
        compare "decode + hash $megabytes MB, $method, 1 thread; cabextract -t" \
            ours_deep "$method" 1 -- peer_cabextract "$method"
        compare "decode + hash $megabytes MB, $method, 2 threads; 1 thread" \
            ours_deep "$method" 2 -- ours_deep "$method" 1
        if command -v time >/dev/null; then
            printf '%-58s %9s MB  with 2 %s MB  7z t %s MB  cabextract -t %s MB\n' "peak memory, $method, 1 thread" \
                "$(peak_of "$build/cli/whichcab" -C "$work/catalog-$method" verify -f -q -j 1)" \
                "$(peak_of "$build/cli/whichcab" -C "$work/catalog-$method" verify -f -q -j 2)" \
                "$(peak_of 7z t -bd "$cabinets/$method/SET1.CAB")" \
                "$(peak_of cabextract -t -q "$cabinets/$method/SET1.CAB")"
        fi
    done
}

bench_catalog() {
    local rows=1000000
    [ ${#small[@]} -eq 0 ] || rows=20000
    rm -rf "$work/catalog-rows"
    "$build/tests/bench_catalog" "$work/catalog-rows" "$rows" "$((rows / 4))"
    rm -rf "$work/catalog-rows"
}

bench_decode() { "$build/tests/bench_decode"; }

for part in "${parts[@]}"; do
    printf '== %s\n' "$part"
    "bench_$part"
done

#!/usr/bin/env bash
# The nth allocation, read or write fails: the program says so or does without, never crashes, and the
# catalog stays sound.
#
#   calls.sh BUILD_DIR [TRIES]      TRIES: of each command and kind of call, spread over all calls (8)
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

tries=${2:-8}
gen=$build/tests/gen/media-gen
media=$work/media
mkdir "$media"
for defect in running-folder bad-checksum missing-disk; do
    mkdir "$media/$defect"
    "$gen" cabinet "$here/../gen/defects/$defect.cabinet" "$media/$defect" >/dev/null
done
"$gen" image "$here/../gen/defects/packed-files.image" "$media/packed.img" >/dev/null
"$gen" image "$here/../gen/defects/three-names.image" "$media/names.iso" >/dev/null
(cd "$media" && zip -q wrapped.zip packed.img)
export ASAN_OPTIONS=allocator_may_return_null=1:${ASAN_OPTIONS:-}

whichcab index --deep "$media" >"$out" 2>"$err"
export_to "$work/undisturbed"
cp -r "$work/catalog" "$work/sound"

# One command with its nth call failing; told are crashes, sanitizer reports and hangs.
fails=0
tried=0
try() { # program kind n arguments...
    local program=$1 fault=$2:$3 status=0
    shift 3
    WHICHCAB_FAULT=$fault WHICHCAB_FAULT_COUNT=$work/count timeout 60 \
        "$build/tests/faults/faulty-$program" -C "$work/catalog" "$@" >"$out" 2>"$err" </dev/null || status=$?
    if told_reports || has_report "$err" || [ "$status" -gt 3 ]; then
        fails=$((fails + 1))
        printf 'FAILED: %s with %s ended with %s\n' "$*" "$fault" "$status"
        grep -vE '^ *$' "$err" | head -12 | sed 's/^/    /'
    fi
    if [ "$status" = 2 ] && [ ! -s "$err" ]; then
        fails=$((fails + 1))
        printf 'FAILED: %s with %s failed without a word\n' "$*" "$fault"
    fi
}

campaign() { # program writes arguments...
    local program=$1 writes=$2 kind count n step
    shift 2
    for kind in memory read short write; do
        rm -rf "$work/catalog" "$work/files"
        cp -r "$work/sound" "$work/catalog"
        rm -f "$work/count"
        try "$program" "$kind" 0 "$@" # counts
        if [ ! -s "$work/count" ]; then
            fail "no call of kind $kind was counted in $*"
            continue
        fi
        count=$(cat "$work/count")
        tried=$((tried + (count < tries ? count : tries)))
        step=$((count / tries + 1))
        for ((n = 1; n <= count; n += step)); do
            rm -rf "$work/files"
            try "$program" "$kind" "$n" "$@"
            [ "$writes" = reads ] || whichcab catalog check >"$out" 2>&1 || fail "catalog check after $* with $kind:$n"
        done
    done
    [ "$writes" = reads ] && return
    whichcab index --deep "$media" >"$out" 2>"$err"
    export_to "$work/export"
    check_equal "$(cmp "$work/undisturbed" "$work/export" 2>&1)" "" "the export after faults in $1"
}

campaign whichcab reads where -v --all '*'
campaign whichcab reads media
campaign whichcab reads versions '*'
campaign whichcab reads export
campaign whichcab-media reads ls --no-sandbox "$media/running-folder"
campaign whichcab-media reads ls --no-sandbox "$media/wrapped.zip"
campaign whichcab-media reads extract --no-sandbox --all --salvage -o "$work/files" '*'
campaign whichcab-media writes index --no-sandbox --force -j1 "$media"
campaign whichcab-media writes verify --no-sandbox -f -j1
printf "%s calls were let fail\n" "$tried"
check_equal "$fails" 0 "runs that went wrong"
finish

#!/usr/bin/env bash
# Commands that write a catalog are killed at any moment: it stays sound, and is as before or as after.
#
#   kills.sh BUILD_DIR [TIMES [COMMAND]...]    TIMES: of each command (5); COMMAND: index, compact, ... (all)
#
# A try that ends before its time is no kill; so there are up to four times as many tries.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

times=${2:-5}
commands=" ${*:3} "
media=$work/media
mkdir "$media"
stack=$(sample_stack)
cp "$stack"/win95-dmf/disk0[5-8].img "$media"
check_status 0 whichcab index "$media"
cp -r "$work/catalog" "$work/sound"
export_to "$work/text"
cp -r "$media" "$work/more"
for image in "$work/more"/*; do # others: with other serial numbers
    printf '\x77' | dd of="$image" bs=1 seek=39 conv=notrunc status=none
done
cp -r "$work/sound" "$work/broken"
dd if=/dev/zero of="$work/broken/data.mdb" bs=4096 seek=$(($(stat -c %s "$work/broken/data.mdb") / 8192)) count=1 conv=notrunc status=none

campaign() { # catalog to begin with, name, arguments...
    local begin=$1 name=$2 killed=0 tries=0 start length after status
    shift 2
    [ "$commands" = "  " ] || [[ $commands == *" $name "* ]] || return 0
    rm -rf "$work/catalog"
    cp -r "$begin" "$work/catalog"
    start=${EPOCHREALTIME/./}
    whichcab "$@" >"$out" 2>"$err"
    length=$((${EPOCHREALTIME/./} - start))
    # how the export ends differs from one file to another, not in what it tells of images
    whichcab export 2>/dev/null | grep '^image' >"$work/after"
    while ((killed < times && tries++ < 4 * times)); do
        rm -rf "$work/catalog"
        cp -r "$begin" "$work/catalog"
        status=0
        timeout --foreground -s KILL "$(printf '0.%06d' $((1 + (RANDOM * 32768 + RANDOM) % (length < 999999 ? length : 999998))))" \
            "$build/cli/whichcab" -C "$work/catalog" "$@" >"$out" 2>"$err" || status=$?
        [ "$status" != 137 ] || killed=$((killed + 1))
        # what it started has lost its parent and ends with its own work, which is waited for
        while pgrep -f "whichcab-media.* $work/catalog" >/dev/null; do sleep 0.05; done
        # LeakSanitizer looks from a process of its own, which outlives what was killed and may open a report for
        # what it can't find any more; one that says something stays
        find "$reports" -name 'report.*' -size 0 -delete
        status=0
        whichcab catalog check >"$out" 2>"$err" || status=$?
        if [ "$begin" = "$work/empty" ] && grep -qE "there is no catalog|catalog is empty" "$err"; then
            check_status 0 whichcab "$@" # killed before anything was made
            continue
        fi
        if [ "$begin" = "$work/broken" ] && [ "$status" != 0 ]; then
            cmp -s "$begin/data.mdb" "$work/catalog/data.mdb" || fail "repair, killed, left another damaged file"
            continue
        fi
        [ "$status" = 0 ] || { fail "check after $* was killed: $status"; sed 's/^/    /' "$out" "$err" | head -5; }
        [ ! -e "$work/catalog/data.mdb.compact" ] || whichcab catalog compact >"$out" 2>&1
        whichcab export 2>/dev/null | grep '^image' >"$work/now"
        after=$(cmp "$work/now" "$work/after" 2>&1)
        [ "$name" = index ] || [ -z "$after" ] || cmp -s "$work/now" <(grep '^image' "$work/text") ||
            { [ "$begin" = "$work/empty" ] && [ ! -s "$work/now" ]; } ||
            fail "$* was killed: neither as before nor as after"
        # and nothing is in the way of the next try
        check_status 0-3 whichcab "$@"
    done
    printf '%s: %s killed in %s tries\n' "$name" "$killed" "$((tries < 4 * times ? tries : 4 * times))"
    check_equal "$((killed > 0))" 1 "whether $name was killed at all"
}

campaign "$work/sound" index index -q "$work/more"
campaign "$work/sound" compact catalog compact
campaign "$work/sound" remove catalog remove "$media/disk05.img"
campaign "$work/sound" move catalog move "$media" "$work/gone"
campaign "$work/broken" repair catalog repair
mkdir "$work/empty"
campaign "$work/empty" import import "$work/text"
finish

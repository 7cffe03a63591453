#!/usr/bin/env bash
# What the host does not hand out is told once and is no fact about a medium: nothing is recorded of
# it, and what was found before stays.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
mkdir "$work/usb"
cp "$stack/win95-dmf/disk06.img" "$stack/win95-dmf/disk07.img" "$work/usb"
whichcab export >"$work/empty" 2>&1

facts() { whichcab export | grep '^fact	' | cut -f 2 | sort | uniq -c | tr -s ' \n' ' '; }

# ---- an image that is gone ------------------------------------------------------------------------
check_status 0 whichcab index "$work/usb"
mv "$work/usb/disk07.img" "$work/away.img"
check_status 3 whichcab verify
check_equal "$(grep -c "^$work/usb/disk07.img: could not be read: can't be opened" "$out")" 1 'lines for the image that is gone'
check_equal "$(grep -c 'disk07.img >' "$out")" 0 'lines for its files'
check_status 3 whichcab verify --json
check_equal "$(jq -r 'select(.event == "fault") | .image' "$out")" "$work/usb/disk07.img" 'the event'

# It is back: it is read, and nobody says that it is lost.
mv "$work/away.img" "$work/usb/disk07.img"
check_status 3 whichcab verify
check_lacks "can't be opened" "$out"
sound=$(facts)
check_equal "$(grep -c ' > ' <(printf '%s' "$sound"))" 0 'no lines'
whichcab export >"$work/export"
check_status 0 "$build/cli/whichcab" -C "$work/fresh" index "$work/usb"
"$build/cli/whichcab" -C "$work/fresh" verify >/dev/null 2>&1
"$build/cli/whichcab" -C "$work/fresh" export >"$work/again"
check_equal "$(cmp "$work/export" "$work/again" 2>&1)" '' 'what is on record, and what one good run records'

# Reading everything again takes nothing from what is known of an image that is gone.
mv "$work/usb/disk07.img" "$work/away.img"
check_status 3 whichcab verify --force
check_equal "$(facts)" "$sound" 'the facts while the image is gone'
mv "$work/away.img" "$work/usb/disk07.img"
check_status 3 whichcab verify
whichcab export >"$work/again"
check_equal "$(cmp "$work/export" "$work/again" 2>&1)" '' 'what is on record when it is back'

# ---- an image that is another one now -------------------------------------------------------------
touch "$work/usb/disk07.img"
check_status 3 whichcab verify --force
check_has 'has changed since it was indexed' "$out"
check_equal "$(grep -c 'could not be read: has changed since' "$out")" 1 'lines for the image that has changed'
check_equal "$(facts)" "$sound" 'the facts while the image is another one'

# ---- too few file handles -------------------------------------------------------------------------
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/usb"
(ulimit -n 12 && whichcab verify -j4) >"$out" 2>"$err"
check_status 3 whichcab verify
check_lacks 'Too many open files' "$out"
whichcab export >"$work/again"
check_equal "$(diff "$work/again" <(sed 's/x/x/' "$work/export") | grep -c '^[<>] fact')" 0 'facts that differ after a run with few handles'

# ---- a cabinet whose folder began in one that is missing ------------------------------------------
# Its files are not whole; and damage of the blocks that are there is told without the others.
rm -rf "$work/catalog"
mkdir "$work/later"
cp "$stack/win95-dmf/disk07.img" "$work/later"
check_status 3 whichcab index --deep "$work/later"
check_status 3 whichcab verify --json
check_equal "$(jq -r 'select(.event == "missing") | .reason' "$out" | sort -u | head -1)" \
    'the first cabinet of its folder is missing' 'why the files that go on from before are not whole'
at=$(grep -abo MSCF "$work/later/disk07.img" | head -1 | cut -d: -f1)
byte=$(od -An -tu1 -j $((at + 20000)) -N1 "$work/later/disk07.img")
printf '%b' "\\x$(printf '%02x' $((byte ^ 255)))" |
    dd of="$work/later/disk07.img" bs=1 seek=$((at + 20000)) conv=notrunc status=none
check_status 3 whichcab index --deep "$work/later"
check_status 3 whichcab verify
check_has 'wrong checksum' "$out"
finish

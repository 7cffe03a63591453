#!/usr/bin/env bash
# Full disks, kills at any moment, several processes: nothing that was indexed is lost, and what went
# wrong is said.
#
#   faults.sh BUILD_DIR [KILLS]     KILLS: how often indexing is killed (20)
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

kills=${2:-20}
stack=$(sample_stack)
media=$work/media
mkdir "$media"
cp -p "$stack"/win95-dmf/disk0[1-9].img "$media/"

same_export() { # what
    check_status 0 whichcab catalog check
    whichcab index "$media" >"$out" 2>"$err"
    export_to "$work/export"
    check_equal "$(cmp "$work/undisturbed" "$work/export" 2>&1)" "" "the export after $1"
}

whichcab index "$media" >"$out" 2>"$err"
export_to "$work/undisturbed"

# ---- killed while indexing: the catalog is sound, a further run completes it --------------------
rm -rf "$work/catalog"
start=$(date +%s%N)
whichcab index -j2 "$media" >"$out" 2>"$err"
whole=$((($(date +%s%N) - start) / 1000))
torn=0
for ((i = 0; i < kills; i++)); do
    [ $((i % 4)) -ne 0 ] || rm -rf "$work/catalog"
    "$build/cli/whichcab" -C "$work/catalog" index -q --force -j2 "$media" >/dev/null 2>&1 &
    sleep "$(printf '0.%06d' $((RANDOM * whole / 32768 % 1000000)))"
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
    [ -e "$work/catalog/data.mdb" ] || continue
    whichcab catalog check >"$work/check" 2>&1
    case $? in
    0) ;;
    2) grep -q "there is no catalog" "$work/check" || torn=$((torn + 1)) ;; # killed before the first commit
    *) torn=$((torn + 1)) ;;
    esac
done
check_equal "$torn" 0 "catalogs torn by $kills kills"
[ "$torn" -eq 0 ] || sed 's/^/    /' "$work/check"
whichcab index "$media" >"$out" 2>"$err"
same_export "$kills kills"

# ---- interrupted while unpacking: an image counts as verified only when all of it was read --------
rm -rf "$work/catalog"
whichcab index "$media" >"$out" 2>"$err"
start=$(date +%s%N)
whichcab verify -q -j2 >"$out" 2>&1
whole=$((($(date +%s%N) - start) / 1000))
export_to "$work/verified"
rm -rf "$work/catalog"
whichcab index "$media" >"$out" 2>"$err"
for ((i = 1; i <= 6; i++)); do
    "$build/cli/whichcab" -C "$work/catalog" verify -q -j2 >"$out" 2>&1 &
    sleep "$(printf '0.%06d' $((whole * i / 7 % 1000000)))"
    kill -INT $! 2>/dev/null
    wait $! 2>/dev/null
done
check_status 3 whichcab verify -q -j2 # disk 10 is not there
check_status 0 whichcab catalog check
export_to "$work/export"
check_equal "$(cmp "$work/verified" "$work/export" 2>&1)" "" "the export after interrupted verification"

# ---- interrupted: what was finished is kept ------------------------------------------------------
rm -rf "$work/catalog"
"$build/cli/whichcab" -C "$work/catalog" index -j1 "$media" >"$out" 2>"$err" &
sleep 0.05
kill -INT $! 2>/dev/null
wait $!
status=$?
if [ "$status" = 130 ]; then
    pass
    check_has "interrupted" "$err"
else
    check_equal "$status" 0 "exit status of a run that was done before it was interrupted"
fi
whichcab index "$media" >"$out" 2>"$err"
same_export "an interrupt"

# ---- full disks ------------------------------------------------------------------------------------
small=$work/small
mkdir "$small"
if mount -t tmpfs -o size=16m tmpfs "$small" 2>/dev/null; then
    trap 'umount "$small" 2>/dev/null; chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
    whichcab index "$media/disk01.img" >"$out" 2>"$err" # for what is extracted below
    cp -r "$work/catalog" "$small/catalog"
    before=$("$build/cli/whichcab" -C "$small/catalog" export | sha256sum)
    # leave less than the next disks take
    head -c 64M /dev/zero >"$small/ballast" 2>/dev/null
    truncate -s -$((24 * 1024)) "$small/ballast"
    check_status 2 "$build/cli/whichcab" -C "$small/catalog" index "$stack/win95-nondmf"
    check_has "No space left on device" "$err"
    check_has "$small/catalog" "$err"
    check_status 0 "$build/cli/whichcab" -C "$small/catalog" catalog check
    check_equal "$("$build/cli/whichcab" -C "$small/catalog" export | sha256sum)" "$before" "the catalog after the disk was full"
    check_status 0 "$build/cli/whichcab" -C "$small/catalog" where -m win95-dmf setup.exe
    rm "$small/ballast"
    check_status 0 "$build/cli/whichcab" -C "$small/catalog" index "$stack/win95-nondmf"
    rm -rf "$small/catalog"
    head -c 64M /dev/zero >"$small/ballast" 2>/dev/null
    truncate -s -$((100 * 1024)) "$small/ballast"
    check_status 2 whichcab extract -m win95-dmf -o "$small/files" user.exe
    check_has "user.exe" "$err"
    check_has "No space left on device" "$err"
    check_equal "$(find "$small/files" -type f | wc -l)" 0 "files left on the full disk"
    umount "$small"
else
    echo "no full disk was tried: tmpfs can't be mounted here"
fi

# ---- what can't be written -------------------------------------------------------------------------
as_user=() # somebody else, where that can be had
if [ "$(id -u)" -ne 0 ] || command -v setpriv >/dev/null; then
    [ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 755 "$work"
    chmod -R a-w,a+rX "$work/catalog"
    check_status 0 "${as_user[@]}" "$build/cli/whichcab" -C "$work/catalog" where -m win95-dmf setup.exe
    check_status 2 "${as_user[@]}" "$build/cli/whichcab" -C "$work/catalog" index --force "$media"
    check_has "$work/catalog" "$err"
    check_has "ermission denied" "$err"
    chmod -R u+w "$work/catalog"
fi

# ---- several at once -------------------------------------------------------------------------------
rm -rf "$work/catalog"
whichcab index "$media/disk01.img" >"$out" 2>"$err"
for ((i = 0; i < 8; i++)); do
    (
        wrong=0
        reader=()
        [ $i -lt 5 ] || reader=("${as_user[@]}") # three of them may only read the catalog's files
        while [ ! -e "$work/stop" ]; do
            "${reader[@]}" "$build/cli/whichcab" -C "$work/catalog" where -m win95-dmf setup.exe >/dev/null 2>>"$work/readers" || wrong=$((wrong + 1))
        done
        echo "$wrong" >"$work/reader.$i"
    ) &
done
for ((i = 0; i < 4; i++)); do
    whichcab index --force "$media" >"$out" 2>"$err" &
    whichcab index --force --wait "$media" >"$work/waiting" 2>&1 &
    # killed readers leave no slot behind that would keep the file growing
    "$build/cli/whichcab" -C "$work/catalog" export >/dev/null 2>&1 &
    sleep 0.02
    kill -KILL $! 2>/dev/null
    wait %?wait 2>/dev/null
    sleep 0.3
done
touch "$work/stop"
wait
check_equal "$(cat "$work"/reader.* | sort -u)" 0 "readers that failed while another process wrote"
sed 's/^/    /' "$work/readers" | head -5
same_export "eight readers and two writers"

# A second writer says who holds the lock, and with --wait waits for it.
mkfifo "$work/fifo"
whichcab import "$work/fifo" >"$work/importing" 2>&1 &
importing=$!
exec 8>"$work/fifo" # the import waits for its text, and holds the lock
printf 'whichcab' >&8
sleep 0.3
check_status 2 whichcab index --force "$media"
check_has "process" "$err"
whichcab index -q --force --wait "$media" >"$work/waiting" 2>&1 8>&- &
waiting=$!
sleep 0.3
kill -0 "$waiting" 2>/dev/null
check_equal "$?" 0 "a waiting writer that still waits"
exec 8>&-
wait "$importing"
check_equal "$?" 2 "exit status of an import that is cut off"
wait "$waiting"
check_equal "$?" 0 "exit status of the writer that waited"
same_export "waiting"

# ---- a catalog of another version, cut off, or with flipped bytes ------------------------------------
cp -r "$work/catalog" "$work/sound"
size=$(stat -c %s "$work/catalog/data.mdb")
for ((i = 0; i < 12; i++)); do
    rm -rf "$work/catalog"
    cp -r "$work/sound" "$work/catalog"
    if [ "$i" -lt 4 ]; then
        truncate -s $((size * i / 4)) "$work/catalog/data.mdb"
    else
        yes damage | head -c 64 | dd of="$work/catalog/data.mdb" bs=1 seek=$((size * (i - 3) / 10)) conv=notrunc status=none
    fi
    for command in "where setup.exe" "media" "catalog check" "export" "dups" "versions setup.exe"; do
        # shellcheck disable=SC2086
        check_status 0-3 whichcab $command
    done
    if [ "$i" -lt 4 ]; then
        whichcab catalog check >"$out" 2>"$err"
        check_equal "$(($? != 0))" 1 "whether check notices a catalog cut at $((size * i / 4)) bytes"
    fi
done
finish

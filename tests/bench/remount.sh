#!/usr/bin/env bash
# A catalog of many images whose file system is mounted elsewhere, then copied: how much is read again.
#
#   remount.sh BUILD_DIR [IMAGES] [FOLDER]      10000 images; FOLDER: where there is room (a temporary one)
#
# With the right to mount, the images lie in a file with ext4 that is mounted at one folder and then at another; else
# they are moved from one file system to another, if there are two.
set -euo pipefail
build=$(cd "$1" && pwd)
count=${2:-10000}
work=$(mktemp -d -p "${3:-${TMPDIR:-/tmp}}")
other=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
cleanup() {
    umount "$work/one" "$work/two" 2>/dev/null || true
    rm -rf "$work" "$other"
}
trap cleanup EXIT
here=$(cd "$(dirname "$0")" && pwd)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb XDG_DATA_HOME=$work

# Floppies of 1.44 MB with two files each, all different, of which only the first tracks are on the disk.
make_images() { # folder
    perl -e '
        my ($folder, $count) = @ARGV;
        for my $n (1 .. $count) {
            my $boot = "\xeb\x3c\x90MSDOS5.0" . pack("vCvCvvCvvvVV", 512, 1, 1, 2, 224, 2880, 0xf0, 9, 18, 2, 0, 0) .
                       pack("CCCV", 0, 0, 0x29, $n) . sprintf("DISK%07d", $n) . "FAT12   ";
            $boot .= "\0" x (510 - length $boot) . "\x55\xaa";
            # clusters 2 to 5, a file of 1,000 and one of 600 bytes
            my $fat = "\xf0\xff\xff\x03\xf0\xff\x05\xf0\xff";
            $fat .= "\0" x (9 * 512 - length $fat);
            my $root = "README  TXT" . "\x20" . "\0" x 10 . pack("vvvV", 0x4ec0, 0x1eeb, 2, 1000) .
                       sprintf("F%07dDLL", $n) . "\x20" . "\0" x 10 . pack("vvvV", 0x4ec0, 0x1eeb, 4, 600);
            $root .= "\0" x (14 * 512 - length $root);
            my $data = sprintf("contents of %d\n", $n);
            mkdir sprintf("%s/%02d", $folder, $n % 100) if $n <= 100;
            open(my $file, ">", sprintf("%s/%02d/disk%05d.img", $folder, $n % 100, $n)) or die;
            print $file $boot, $fat, $fat, $root, $data x 200;
            truncate($file, 1474560);
        }' "$1" "$count"
}

# Runs the program on PATH...; prints seconds and what was read of files.
measure() { # what arguments...
    local what=$1
    shift
    bash -c '
        before=$(awk "/^rchar/ {print \$2}" /proc/$$/io)
        start=$EPOCHREALTIME
        status=0
        "$0" -C "$1" "${@:3}" 2>"$1.err" || status=$?
        [ "$status" -le 3 ] || exit "$status"
        end=$EPOCHREALTIME
        after=$(awk "/^rchar/ {print \$2}" /proc/$$/io)
        printf "%-34s %8.2f s %10.1f MB read   %s\n" "$2" "$(bc <<<"$end - $start")" \
            "$(bc <<<"scale=1; ($after - $before) / 1000000")" "$(tail -n 1 "$1.err")"' \
        "$build/cli/whichcab" "$work/catalog" "$what" "$@"
}
hashes() { "$build/cli/whichcab" -C "$work/catalog" catalog stats | awk '$1 == "deep" {print $2}'; }

mkdir "$work/one" "$work/two"
mounts=false
if [ "$(id -u)" = 0 ] && truncate -s "$((count / 5 + 64))M" "$work/disk" && mkfs.ext4 -q "$work/disk" 2>/dev/null &&
    mount -o loop "$work/disk" "$work/one" 2>/dev/null; then
    mounts=true
fi
make_images "$work/one"
measure "index" index -q "$work/one"
measure "index --deep" index -q --deep "$work/one"
known=$(hashes)
measure "index, nothing has changed" index "$work/one"
if $mounts; then
    umount "$work/one"
    mount -o loop "$work/disk" "$work/two"
    measure "index, mounted elsewhere" index "$work/two"
    umount "$work/two"
    mount -o loop "$work/disk" "$work/one"
    measure "index, mounted where it was" index "$work/one"
    place=$work/one
else
    echo "no right to mount: moved instead"
    mv "$work/one" "$other/two"
    measure "index, moved" index "$other/two"
    place=$other/two
fi
[ "$(hashes)" = "$known" ] || { echo "there are hashes of $(hashes) files, not of $known"; exit 1; }
cp -rp --sparse=always "$place" "$other/copy"
measure "index of a copy" index "$other/copy"
[ "$(hashes)" = "$((2 * known))" ] || { echo "there are hashes of $(hashes) files, not of $((2 * known))"; exit 1; }
"$build/cli/whichcab" -C "$work/catalog" catalog check
"$build/cli/whichcab" -C "$work/catalog" catalog stats | grep -E 'images|bytes'
echo "hashes of all $known files were kept"

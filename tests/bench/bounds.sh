#!/usr/bin/env bash
# What a large collection costs: the size of the data file beside what is used of it, and the memory of each command.
#
#   bounds.sh BUILD_DIR [IMAGES] [ENTRIES] [FOLDER]    10000 floppies, a disc of 1000000 files; FOLDER: where there is room
#
# What is more than is asked ("at most N") is told, and makes status 1; with fewer images and files there is less to see.
# BUILD_DIR without sanitizers, which have memory of their own.
set -euo pipefail
build=$(cd "$1" && pwd)
count=${2:-10000}
entries=${3:-1000000}
work=$(mktemp -d -p "${4:-${TMPDIR:-/tmp}}")
trap 'rm -rf "$work"' EXIT
over=0
here=$(cd "$(dirname "$0")" && pwd)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb XDG_DATA_HOME=$work

# Floppies of 1.44 MB, all different, with 21 files each: a third have names that are on every disk, a third names of
# their own, the rest names that a few disks share.  So it is on the disks of that time.
make_images() { # folder count
    perl -e '
        my ($folder, $count) = @ARGV;
        my $seed = 1;
        sub random { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff; return ($seed >> 8) % $_[0] }
        for my $n (1 .. $count) {
            my $boot = "\xeb\x3c\x90MSDOS5.0" . pack("vCvCvvCvvvVV", 512, 1, 1, 2, 224, 2880, 0xf0, 9, 18, 2, 0, 0) .
                       pack("CCCV", 0, 0, 0x29, $n) . sprintf("DISK%07d", $n) . "FAT12   ";
            $boot .= "\0" x (510 - length $boot) . "\x55\xaa";
            my @fat = (0xff0, 0xfff);
            my ($root, $data) = ("", "");
            for my $f (0 .. 20) {
                my $name = $f % 3 == 0 ? sprintf("COMMON%02d", $f) : $f % 3 == 1 ? sprintf("%08X", $n * 64 + $f)
                                       : sprintf("F%07d", random($count * 2));
                $root .= sprintf("%-8s%-3s", $name, ("EXE", "DLL", "TXT", "INI")[random(4)]) . "\x20" . "\0" x 10 .
                         pack("vvvV", 0x4ec0, 0x1eeb, scalar @fat, 500);
                push @fat, 0xfff;
                $data .= substr(sprintf("contents of %d in %d\n", $f, $n) x 30, 0, 512);
            }
            my $fat = "";
            for (my $i = 0; $i < @fat; $i += 2) {
                my ($a, $b) = ($fat[$i], $fat[$i + 1] // 0);
                $fat .= pack("CCC", $a & 255, $a >> 8 | ($b & 15) << 4, $b >> 4);
            }
            $fat .= "\0" x (9 * 512 - length $fat);
            $root .= "\0" x (14 * 512 - length $root);
            mkdir sprintf("%s/%02d", $folder, $n % 100) if $n <= 100;
            open(my $file, ">", sprintf("%s/%02d/disk%05d.img", $folder, $n % 100, $n)) or die;
            print $file $boot, $fat, $fat, $root, $data;
            truncate($file, 1474560);
        }' "$1" "$2"
}

# An ISO 9660 image with that many empty files in folders of 10,000.
make_disc() { # file entries
    perl -e '
        my ($path, $entries) = @ARGV;
        my $each = 10000;
        my $folders = int(($entries + $each - 1) / $each);
        sub both32 { return pack("VN", $_[0], $_[0]) }
        sub both16 { return pack("vn", $_[0], $_[0]) }
        sub record { # name, sector, size, flags
            my ($name, $sector, $size, $flags) = @_;
            my $length = 33 + length($name);
            $length++ if $length % 2;
            my $text = pack("CC", $length, 0) . both32($sector) . both32($size) . pack("C7", 95, 7, 11, 9, 50, 0, 0) .
                       pack("CCC", $flags, 0, 0) . both16(1) . pack("C", length $name) . $name;
            return $text . "\0" x ($length - length $text);
        }
        sub folder { # own sector, parent, entries
            my ($own, $up, $list) = @_;
            my $bytes = "";
            for my $record (record("\0", $own, 0, 2), record("\1", $up, 0, 2), @$list) {
                my $left = 2048 - length($bytes) % 2048;
                $bytes .= "\0" x $left if length $record > $left;
                $bytes .= $record;
            }
            return $bytes . "\0" x (-length($bytes) % 2048);
        }
        open(my $file, ">", $path) or die;
        my $sector = 20;
        my $root_size = length folder(20, 20, [map { record(sprintf("D%07d", $_), 0, 0, 2) } 1 .. $folders]);
        $sector += $root_size / 2048;
        my @root;
        for my $f (1 .. $folders) {
            my $last = $f * $each < $entries ? $each : $entries - ($f - 1) * $each;
            my $bytes = folder($sector, 20, [map { record(sprintf("F%07d.DAT;1", ($f - 1) * $each + $_), 0, 0, 0) } 1 .. $last]);
            seek($file, $sector * 2048, 0);
            print $file $bytes;
            push @root, record(sprintf("D%07d", $f), $sector, length $bytes, 2);
            $sector += length($bytes) / 2048;
        }
        seek($file, 20 * 2048, 0);
        print $file folder(20, 20, \@root);
        my $descriptor = "\1CD001\1\0" . " " x 32 . sprintf("%-32s", "MILLION") . "\0" x 8 . both32($sector) . "\0" x 32 .
                         both16(1) . both16(1) . both16(2048) . both32(0) . "\0" x 16 . record("\0", 20, $root_size, 2);
        $descriptor .= "\0" x (881 - length $descriptor) . "\1";
        seek($file, 16 * 2048, 0);
        print $file $descriptor, "\0" x (2048 - length $descriptor), "\xffCD001\1", "\0" x 2041;
        truncate($file, $sector * 2048);' "$1" "$2"
}

# Runs the program, prints seconds, the largest resident size, and the data file.
measure() { # MB asked for, or - ; what; arguments...
    local most=$1 what=$2 status=0
    shift 2
    /usr/bin/time -o "$work/time" -f '%e %M' "$build/cli/whichcab" -C "$work/catalog" "$@" >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -le 3 ] || { cat "$work/err"; exit "$status"; }
    "$build/cli/whichcab" -C "$work/catalog" catalog stats | awk -v what="$what" -v figures="$(tail -n 1 "$work/time")" '
        /bytes used/ { used = $3 } /bytes held/ { held = $3 }
        END { split(figures, f, " ")
              printf "%-36s %8.2f s %8.1f MB resident   data file %6.1f MB, used %6.1f MB, %.2f times\n",
                     what, f[1], f[2] / 1024, held / 1e6, used / 1e6, held / used }'
    [ "$most" = - ] || awk -v most="$most" 'END {exit $2 / 1024 > most}' "$work/time" || {
        echo "    that is more than $most MB"
        over=1
    }
}

mkdir "$work/floppies"
make_images "$work/floppies" "$count"
measure 64 "index $count floppies" index -q "$work/floppies"
measure 96 "verify them" verify -q "$work/floppies"
measure - "index --force" index -q --force "$work/floppies"
measure 64 "index, nothing has changed" index -q "$work/floppies"
measure - "where" where common00.exe
measure - "media" media
measure - "catalog check" catalog check
rm -rf "$work/floppies"/[0-4]*
measure - "catalog remove of half of them" catalog remove --offline "$work/floppies"
measure - "catalog move of the rest" catalog move "$work/floppies" "$work/moved"
rm -rf "$work/catalog" "$work/floppies"
make_disc "$work/million.iso" "$entries"
measure 100 "index a disc of $entries files" index -q "$work/million.iso"
measure - "where on it" where f0000001.dat
"$build/cli/whichcab" -C "$work/catalog" catalog check
exit $over

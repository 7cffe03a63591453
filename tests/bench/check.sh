#!/usr/bin/env bash
# How long check takes for a hard disk of 2 GB with many files, beside reading those files' bytes.
#
#   check.sh BUILD_DIR [FILES] [FOLDER]      20000 files; FOLDER: where there is room (a temporary one)
#
# The disk is made with mtools, sparse. A tenth of the files lies in the Windows folder, all of which is read; the rest has
# names of no medium, and only its directories are. The best of three runs counts, with the image in memory.
set -euo pipefail
build=$(cd "$1" && pwd)
count=${2:-20000}
work=$(mktemp -d -p "${3:-${TMPDIR:-/tmp}}")
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb XDG_DATA_HOME=$work

make_tree() {
    perl -e '
        my ($folder, $count) = @ARGV;
        my @core = qw(KERNEL32.DLL USER32.DLL GDI32.DLL KRNL386.EXE USER.EXE GDI.EXE VMM32.VXD);
        mkdir $_ for $folder, "$folder/WINDOWS", "$folder/WINDOWS/SYSTEM", "$folder/DATA";
        srand(1);
        for my $n (0 .. $count - 1) {
            my $system = $n % 10 == 0;
            my $name = $system && $n / 10 < @core ? $core[$n / 10] : sprintf("F%07d.%s", $n, $system ? "DLL" : "DAT");
            my $below = $system ? "WINDOWS/SYSTEM" : sprintf("DATA/D%03d", $n / 100);
            mkdir "$folder/$below";
            open(my $file, ">", "$folder/$below/$name") or die;
            print $file pack("V*", map { int(rand(4294967296)) } 1 .. 256) x ($system ? 100 : 8);
        }' "$work/tree" "$count"
}
make_tree
truncate -s 2000M "$work/disk.img"
mformat -i "$work/disk.img" -F -T 4096000 -h 255 -s 63 -c 8 ::
mcopy -i "$work/disk.img" -s -Q "$work/tree/WINDOWS" "$work/tree/DATA" ::
mkdir "$work/empty"
printf 'nothing\n' >"$work/empty/README.TXT"
"$build/cli/whichcab" -C "$work/catalog" index -q "$work/empty" 2>/dev/null

best() { # command...: seconds
    local least='' i start end
    for ((i = 0; i < 3; i++)); do
        start=$EPOCHREALTIME
        "$@" >/dev/null 2>&1 || [ $? -le 3 ]
        end=$EPOCHREALTIME
        least=$(bc <<<"t = $end - $start; if (0${least:-999} < t) 0${least:-999} else t")
    done
    printf '%.2f' "$least"
}
# The same bytes: those of the Windows folder, hashed as check does.
find "$work/tree/WINDOWS" -type f >"$work/files"
hash_all() { xargs -a "$work/files" sha256sum; }
check_disk() { "$build/cli/whichcab" -C "$work/catalog" check "$work/disk.img"; }
cat "$work/disk.img" >/dev/null
reading=$(best hash_all)
checking=$(best check_disk)
printf '%s files, %s read: hashing them %s s, check %s s, %s times as long\n' "$count" \
    "$(du -sh --apparent-size "$work/tree/WINDOWS" | cut -f1)" "$reading" "$checking" \
    "$(bc <<<"scale=2; $checking / $reading")"

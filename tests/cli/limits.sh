#!/usr/bin/env bash
# Nesting and paths at the limits of core/limits.h and one beyond: what fits is found, what does not is
# told, and all beside it is answered.
#   limits.sh BUILD_DIR
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

limit() { sed -n "s/^ *WCI_LIMIT_$1 = \([0-9]*\),.*/\1/p" "$here/../../core/limits.h"; }
with() { # catalog arguments...
    local catalog=$work/catalogs/$1
    shift
    "$build/cli/whichcab" -C "$catalog" "$@"
}

printf 'image fat format=160\nfile INNER.TXT text=inner\n' >"$work/small.image"
"$build/tests/gen/media-gen" image "$work/small.image" "$work/small.img" >/dev/null

# ---- containers in containers ---------------------------------------------------------------
most=$(limit DEPTH)
[ "$most" -gt 2 ] || fail "core/limits.h has no WCI_LIMIT_DEPTH"
mkdir "$work/step" "$work/nested"
cp "$work/small.img" "$work/step/small.img"
for ((depth = 2; depth <= most + 1; depth++)); do # containers, the image and its volume included
    rm -f "$work/next.zip"
    printf 'beside\n' >"$work/step/beside$depth.txt"
    (cd "$work/step" && zip -q0 ../next.zip ./*)
    rm -f "$work/step"/*
    cp "$work/next.zip" "$work/step/in.zip"
    [ $depth -lt "$most" ] || cp "$work/next.zip" "$work/nested/depth$depth.zip"
done
check_status 0 with fits index "$work/nested/depth$most.zip"
check_status 0 with fits where inner.txt
check_status 3 with over index "$work/nested/depth$((most + 1)).zip"
check_has "more than $most containers deep" "$err"
check_status 1 with over where inner.txt
check_status 3 with over where beside2.txt # what holds it is not wholly read
check_status 3 with none ls "$work/nested/depth$((most + 1)).zip"

# ---- folders of the host --------------------------------------------------------------------
most=$(limit FOLDER_DEPTH)
[ "$most" -gt 2 ] || fail "core/limits.h has no WCI_LIMIT_FOLDER_DEPTH"
chain=$work/host # the folder that is named is one of them
for ((depth = 1; depth < most; depth++)); do chain+=/d; done
mkdir -p "$chain"
cp "$work/small.img" "$chain/last.img"
check_status 0 with host index "$work/host"
check_status 0 with host where inner.txt
check_lacks "folders deep" "$err"
mkdir "$chain/d"
cp "$work/small.img" "$chain/d/beyond.img"
check_status 3 with host index "$work/host"
check_has "more than $most folders deep" "$err"
check_has "$chain/d" "$err"
check_equal "$(with host export | grep -c '^image')" 1 "images found"
check_status 0 with host index "$chain/d"

# As a folder of loose files, too.
mkdir -p "$work/loose"
cp -r "$work/host/d" "$work/loose/d"
find "$work/loose" -name '*.img' -delete
check_status 2 with loose ls "$work/loose/none"
printf x >"$work/loose/${chain#"$work/host/"}/here.txt"
printf x >"$work/loose/${chain#"$work/host/"}/d/there.txt"
check_status 3 with loose ls -1 "$work/loose"
check_has "here.txt" "$out"
check_lacks "there.txt" "$out"
check_has "nested too deep" "$err"

# ---- paths of the host ----------------------------------------------------------------------
most=$(limit PATH)
[ "$most" -gt 255 ] || fail "core/limits.h has no WCI_LIMIT_PATH"
long=$(printf 'p%.0s' {1..250})
(
    mkdir "$work/long"
    cd "$work/long" || exit
    while [ $((${#PWD} + 252)) -lt "$most" ]; do
        mkdir "$long"
        cd "$long" || exit
    done
    cp "$work/small.img" "$long.img"
    cp "$work/small.img" fits.img
)
check_status 3 with long index "$work/long"
check_has "a path of more than $most bytes" "$err"
check_equal "$(with long export | grep -c '^image')" 1 "images found"

# ---- limits that the user sets --------------------------------------------------------------
check_status 2 with set index --limit depth=0 "$work/small.img"
check_has "'depth' can be from 1 to 32, not 0" "$err"
check_status 2 with set index --limit depth=33 "$work/small.img"
check_status 2 with set index --limit deepness=3 "$work/small.img"
check_has 'there are depth, entries, containers' "$err"
check_status 2 with set index --limit depth "$work/small.img"
check_has 'NAME=NUMBER' "$err"
check_status 2 with set index --limit bytes=1X "$work/small.img"

# depth: of the chain above, one deeper than the limit that stands by default
check_status 0 with set index --limit depth=$(($(limit DEPTH) + 1)) "$work/nested/depth$(($(limit DEPTH) + 1)).zip"
check_status 0 with set where inner.txt
mkdir "$work/three" && printf 'one\n' >"$work/three/one.txt"
(cd "$work/three" && zip -q0 in.zip one.txt && zip -q0 out.zip in.zip)
check_status 3 with depth index --limit depth=1 "$work/three/out.zip"
check_has 'more than 1 containers deep (index --limit depth=N allows more)' "$err"
check_status 1 with depth where one.txt
# Without the option the image is as it is on record; with another limit it is read again.
check_status 0 with depth index "$work/three/out.zip"
check_has '1 unchanged' "$err"
check_status 1 with depth where one.txt
check_status 0 with depth index --limit depth=2 "$work/three/out.zip"
check_status 0 with depth where one.txt
check_status 0 with depth index --limit depth=2 "$work/three/out.zip"
check_has '1 unchanged' "$err"
check_status 0 with depth export
cp "$out" "$work/depth.export"
check_has "limits	2	" "$out"
check_status 0 with carried import "$work/depth.export"
check_status 0 with carried export
check_equal "$(cmp "$out" "$work/depth.export" && echo same)" same "an export with limits"
check_status 3 with none ls --limit depth=1 "$work/three/out.zip"
check_status 0 with none ls --limit depth=2 "$work/three/out.zip"

# entries and containers
mkdir "$work/many"
for number in 1 2 3 4; do printf '%s\n' $number >"$work/many/file$number.txt"; done
(cd "$work/many" && zip -q0 four.zip file?.txt)
check_status 0 with entries index --limit entries=4 "$work/many/four.zip"
check_status 3 with entries index --limit entries=3 "$work/many/four.zip"
check_has 'more than 3 files' "$err"
check_status 3 with entries where file3.txt # the files before are kept, as not whole
check_status 1 with entries where file4.txt
(cd "$work/many" && for number in 1 2 3; do zip -q0 in$number.zip file$number.txt; done && zip -q0 three.zip in?.zip)
check_status 0 with containers index --limit containers=4 "$work/many/three.zip"
check_status 0 with containers where file3.txt
check_status 3 with containers index --limit containers=3 "$work/many/three.zip"
check_has 'more than 3 containers' "$err"
check_status 1 with containers where file3.txt
check_status 0 with containers where file2.txt

# bytes: what comes out of a gzip file, to the byte; the same holds when it is opened again
"$build/tests/gen/media-gen" image "$work/small.image" "$work/small.img" >/dev/null
gzip -c "$work/small.img" >"$work/small.img.gz"
size=$(stat -c %s "$work/small.img")
check_status 3 with bytes index --limit bytes=$((size - 1)) "$work/small.img.gz"
check_has '--limit bytes=N' "$err"
check_status 1 with bytes where inner.txt
check_status 0 with bytes index --limit bytes="$size" "$work/small.img.gz"
check_status 0 with bytes where inner.txt
check_status 0 with bytes extract -o "$work/extracted" inner.txt
check_equal "$(cat "$work/extracted/INNER.TXT")" inner "what is extracted"

# ratio: 100 MB of zeroes are more than 1000 to 1 of nothing else than an archive bomb
{ cat "$work/small.img" && head -c 100M /dev/zero; } | gzip -c >"$work/zeroes.img.gz"
check_status 3 with ratio index --limit ratio=500 "$work/zeroes.img.gz"
check_has 'more than 500 to 1' "$err"
check_status 0 with ratio index --limit ratio=2000 "$work/zeroes.img.gz"
check_status 0 with ratio where inner.txt
check_status 0 with ratio verify
check_status 0 with ratio extract --force -o "$work/extracted" inner.txt

# seconds: one is enough for little, and not for 4 GB
check_status 0 with seconds index --limit seconds=1 "$work/small.img.gz"
{ cat "$work/small.img" && head -c 12G /dev/zero; } | zstd -1 -q -c >"$work/long.img.zst"
check_status 3 with seconds index --limit seconds=1 --limit bytes=20G --limit ratio=1000000 "$work/long.img.zst"
check_has 'more than the 1 seconds' "$err"

# ---- images that hold themselves ------------------------------------------------------------
# Files of a disc whose extents are the disc: each is the whole image once more.
hold_itself() { # image, number of such files
    local image=$1 count=$2 i at size
    mkdir "$work/quine$count"
    printf beside >"$work/quine$count/BESIDE.TXT"
    for ((i = 0; i < count; i++)); do printf x >"$work/quine$count/SELF$i.ISO"; done
    xorriso -as mkisofs -quiet -o "$image" "$work/quine$count" 2>"$err"
    size=$(stat -c %s "$image")
    for ((i = 0; i < count; i++)); do
        at=$(grep -abo "SELF$i.ISO" "$image" | head -1 | cut -d: -f1)
        printf '%08x00000000%08x%08x' 0 0 0 | cut -c1-16 | xxd -r -p | dd of="$image" bs=1 seek=$((at - 31)) conv=notrunc status=none
        # the size, in both byte orders
        printf '%08x' "$size" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1&/' | xxd -r -p |
            dd of="$image" bs=1 seek=$((at - 23)) conv=notrunc status=none
    done
}
hold_itself "$work/self.iso" 1
check_status 3 with self index "$work/self.iso"
check_has "more than $(limit DEPTH) containers deep" "$err"
check_status 0 with self where --json --all beside.txt
check_equal "$(jq -s length "$out")" "$(limit DEPTH)" "copies of a file on a disc that holds itself"
hold_itself "$work/selves.iso" 10
check_status 3 with selves index --limit depth=32 --limit containers=20 "$work/selves.iso"
check_has "more than 20 containers" "$err"
check_status 0 with selves where beside.txt

# Folders of a cabinet that all lead to the same blocks: unpacking all of it is bounded, too.
perl -e '
    my ($folders, $blocks) = (30, 40);
    my $data = (pack("VvvA*", 0, 32768, 32768, "\0" x 32768)) x $blocks;
    my $files = "";
    $files .= pack("VVvvvv", 32768 * $blocks, 0, $_, 0x1e21, 0, 0x20) . sprintf("F%02d.BIN\0", $_) for 0 .. $folders - 1;
    my $at = 36 + 8 * $folders + length $files;
    print pack("A4V5CCv5", "MSCF", 0, $at + length $data, 0, 36 + 8 * $folders, 0, 3, 1, $folders, $folders, 0, 7, 0),
        pack("Vvv", $at, $blocks, 0) x $folders, $files, $data' >"$work/shared.cab"
check_status 0 with shared index --deep "$work/shared.cab"
check_status 3 with bounded index --deep --limit bytes=5M "$work/shared.cab"
check_status 3 with bounded media --unread
check_has "bytes to unpack from it" "$out"
whichcab_rows=$(with bounded media --unread --json | jq -s length)
check_equal "$((whichcab_rows >= 25 && whichcab_rows < 30))" 1 "files behind the limit ($whichcab_rows)"
finish

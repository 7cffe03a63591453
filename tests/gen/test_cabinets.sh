#!/usr/bin/env bash
# Builds cabinet sets of every method, window and way to be cut; cabextract and 7z must decode each to
# the bytes of the manifest. usage: test_cabinets.sh MEDIA-GEN
set -euo pipefail
export LC_ALL=C.UTF-8 # one of the names isn't ASCII
generator=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
checked=0

# Files of all kinds and sizes: runs, noise, text, empty ones, some longer than a frame.
files() {
    echo 'file empty.dat size=0'
    echo 'file one.txt text="x"'
    echo 'file readme.txt size=9000'
    echo 'file noise.bin size=20000 content=random'
    echo 'file zeros.bin size=150000 content=zeros'
    echo 'file kernel32.dll size=70000'
    echo 'file setup.inf size=33000'
    echo 'file user.exe size=40000 modified="1996-08-24 11:11:12"'
    printf '%s\n' 'file dir\\sub\\deep.txt size=500'
    echo 'file last.vxd size=32768'
}

# Decodes out/ with the named program and compares it with out/manifest.tsv.
check() { # program, first cabinet
    rm -rf got
    mkdir got
    if [ "$1" = cabextract ]; then
        cabextract -q -d got "out/$2" >log 2>&1 || { cat log; exit 1; }
    else
        7z x -bd -y -ogot "out/$2" >log || { cat log; exit 1; }
    fi
    tail -n +2 out/manifest.tsv | awk -F'\t' '{n = $3; gsub(/\\x5C/, "/", n); print $5 "  ./" n}' |
        while read -r line; do printf '%b\n' "$line"; done | LC_ALL=C sort -k 2 >expected
    (cd got && find . -type f -print0 | xargs -0 sha256sum) | LC_ALL=C sort -k 2 >sums
    cmp -s expected sums || { echo "$1 reads other bytes from:"; cat spec; diff expected sums; exit 1; }
    checked=$((checked + 1))
}

build() { # description on standard input
    cat >spec
    rm -rf out
    "$generator" cabinet spec out
}

for window in $(seq 10 21); do
    for size in 0 30000 45000,52000; do
        { echo "set size=$size name=Q%.CAB id=7"; echo "folder quantum window=$window"; files; } | build
        check cabextract Q1.CAB
        check 7z Q1.CAB
    done
done
# Matches that wrap around a small window's end: libmspack can't read these, 7-Zip can.
for window in 10 12 14; do
    { echo "set"; echo "folder quantum window=$window wrap"; files; } | build
    check 7z SET1.CAB
done
for method in mszip stored; do
    for size in 0 60000 100000 150000,90000; do
        { echo "set size=$size"; echo "folder $method"; files; } | build
        check cabextract SET1.CAB
        check 7z SET1.CAB
    done
done
# LZX: every window and kind of block, blocks that end in, with and behind frames, calls.
lzx() { # options of the folder, of the set
    {
        echo "set name=L%.CAB ${2-}"
        echo "folder lzx $1"
        files
        echo 'file calls.exe size=90000'
        echo "file odd.bin bytes=$(printf 'e8%02x%02x00%02x90' {1..201})"
    } | build
    check cabextract L1.CAB
    check 7z L1.CAB
}
for window in $(seq 15 21); do
    for blocks in v a vau; do
        lzx "window=$window blocks=$blocks block-size=$((window * 1777)) calls=12000000"
    done
    lzx "window=$window" "size=45000,52000"
done
for size in 1001 16384 32767 32768 32769 98305; do
    for blocks in u uv vau uuv; do
        lzx "window=17 blocks=$blocks block-size=$size calls=300000"
    done
done
for calls in 1 4096 70000 2147483647; do
    lzx "window=16 blocks=av block-size=7000 calls=$calls"
    lzx "window=16 blocks=av block-size=7000 calls=$calls" "size=60000"
done
# A cut at every place of a few hundred, so that it falls on all kinds of boundaries.
for size in $(seq 41000 173 46000); do
    { echo "set size=$size,30000"; echo "folder quantum window=18"; files; } | build
    check cabextract SET1.CAB
done
# Mixed methods, several folders, reserved areas, no checksums.
for options in "size=0" "size=50000" "size=50000 reserve=20,4,0" "size=50000 reserve=20,4,6" \
    "size=50000 reserve=20,4,6 checksums=no"; do
    build <<END
set $options
folder mszip
file a.txt size=50000
file b.bin size=40000 content=random
folder quantum window=16
file c.dll size=60000
folder stored
file d.exe size=33333
folder lzx window=16 blocks=ua block-size=9999
file e.dll size=44444
folder lzx calls=12000000
file f.dll size=140000
folder mszip
file "Gr\xC3\xBC\xC3\x9Fe.txt" utf8 text="hello"
END
    # libmspack leaves a block's reserved area out of its checksum and calls such cabinets damaged.
    [ "$options" = "size=50000 reserve=20,4,6" ] || check cabextract SET1.CAB
    check 7z SET1.CAB
done
# A file that covers three cabinets and more.
build <<END
set size=30000
folder stored
file first.txt size=100
file long.bin size=100000 content=random
file last.txt size=100
END
check cabextract SET1.CAB
check 7z SET1.CAB
# Sets that break Microsoft's rule: 7-Zip reads them.
for cut in block running; do
    { echo "set size=60000 cut=$cut"; echo "folder lzx window=18 blocks=vau block-size=50001"; files; } | build
    check 7z SET1.CAB
    { echo "set size=60000 cut=$cut"; echo "folder mszip"; files; } | build
    check 7z SET1.CAB
    { echo "set size=40000 cut=$cut"; echo "folder quantum"; files; } | build
    check 7z SET1.CAB
done
echo "$checked sets read as written"

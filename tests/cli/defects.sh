#!/usr/bin/env bash
# Every defect that the builder makes: what is wrong is named with its place, and all else comes out.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
defects=$here/../gen/defects
cd "$work" || exit 2 # what is written by a name alone is to be found there

# Makes a defect's media in $work/media and indexes them in a fresh catalog.
make_defect() { # file
    rm -rf "${work:?}"/{catalog,media,files,salvaged}
    mkdir "$work/media"
    case $1 in
    *.cabinet)
        # what wants to be in /tmp, where others write, too, is to be in this test's own folder
        sed "s#\"/tmp/evil#\"$work/evil#" "$defects/$1" >"$work/$1"
        "$gen" cabinet "$work/$1" "$work/media" >"$work/record"
        ;;
    *.image) "$gen" image "$defects/$1" "$work/media/medium.img" >"$work/record" ;;
    esac
    rm -f "$work/media/manifest.tsv"
    whichcab index "$work/media" >"$work/indexed" 2>&1
}

# The figures of extract's last line: extracted, salvaged, failed.
figures() { sed -n 's/^\([0-9]*\) files\{0,1\} extracted, \([0-9]*\) salvaged, \([0-9]*\) failed.*$/\1 \2 \3/p' "$err"; }

# defect | files that come out whole | that do not | of those, salvaged in part | what verify says
while IFS='|' read -r defect sound lost salvaged text; do
    make_defect "$defect"
    if [ -z "$text" ]; then
        check_status 0 whichcab verify -v
        check_status 0 whichcab verify -v
    else
        check_status 3 whichcab verify -v
        check_has "$text" "$out"
        sed 's/ (verified before)$//' "$out" >"$work/first"
        check_status 3 whichcab verify -v # nothing is read again, and the same is said
        check_equal "$(sed 's/ (verified before)$//' "$out" | diff "$work/first" -)" "" "what a second verification of $defect says"
    fi
    whichcab extract --all -o "$work/files" -s . >"$out" 2>"$err"
    check_equal "$(figures)" "$sound 0 $lost" "files of $defect"
    whichcab extract --all --salvage -o "$work/salvaged" -s . >"$out" 2>"$err"
    check_equal "$(figures)" "$sound $salvaged $((lost - salvaged))" "files of $defect, salvaged"
    check_equal "$(find "$work/salvaged" -name '*.damaged' | wc -l)" "$salvaged" "files of $defect marked as damaged"
    check_equal "$(find "$work/files" "$work/salvaged" -name '.whichcab-*' | wc -l)" 0 "temporary files of $defect"
    check_equal "$(find "$work/salvaged" -size +70M | wc -l)" 0 "absurdly large files of $defect"
    # names that lead out of the folder are those of files called evil
    check_equal "$(find "$work" "$TMPDIR" -maxdepth 1 -name '*evil*')" "" "what $defect wrote outside of the folder"
    printf '%s\n' "$defect" >>"$work/tried"
done <<'TABLE'
absurd-block-size.cabinet|1|1|1|SET1.CAB > only.txt: damaged: block 0 of its folder: SET1.CAB, byte 69: CFDATA 0: claims 65535 bytes compressed, more than 38912
absurd-cabinet-size.cabinet|2|0|0|SET1.CAB: could not be read: cabinet is truncated: its header says 4294967295 bytes, 515 are there (at byte 8)
absurd-file-offset.cabinet|2|1|0|second.txt: damaged: its folder ends at byte 2000, before the file's end
absurd-file-size.cabinet|1|1|0|only.txt: damaged: its folder ends at byte 1000, before the file's end
bad-checksum.cabinet|2|2|2|suspect.txt: damaged: block 1 of its folder: SET1.CAB, byte 2744: CFDATA 1: wrong checksum
bad-folder-between.cabinet|3|1|0|second.txt: not read here: unknown compression method 9 (0x0009)
bad-sectors.cabinet|1|2|2|lost.bin: damaged: block 1 of its folder: SET1.CAB, byte 32870: CFDATA 1: holds -=[BAD SECTOR]=-, the filler of a sector that could not be read
blocks-exceed-size.cabinet|2|0|0|
cabinet-follows-itself.cabinet|5|0|0|
counts-exceed-size.cabinet|1|0|0|could not be read: cabinet claims 60000 folders and 65535 files, more than its 87 bytes can hold (at byte 26)
cut-at-block.cabinet|6|0|0|
damaged-payload.cabinet|3|2|2|lost.bin: damaged: block 1 of its folder: SET1.CAB, byte 15513: CFDATA 1: wrong checksum
data-behind-end.cabinet|1|1|1|CFDATA 0: 8 bytes would lie outside of the cabinet file's 515
distance-code-30.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: MSZIP data: invalid distance code, at byte 1 of 100
empty-middle-cabinet.cabinet|5|0|0|
empty-name.cabinet|2|0|0|SET1.CAB: could not be read: file entry has no name (at byte 86)
endless-empty-blocks.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: MSZIP data are cut off: not enough for the block's 1000 bytes
endless-name.cabinet|2|0|0|SET1.CAB: could not be read: cabinet directory is cut off (at byte 70)
file-wraps-around.cabinet|2|1|0|second.txt: damaged: its folder ends at byte 2000, before the file's end
files-exceed-size.cabinet|1|0|0|could not be read: cabinet claims 1 folder and 4000 files, more than its 328 bytes can hold (at byte 26)
folder-number-out-of-range.cabinet|2|0|0|could not be read: file entry names folder 7, of 1 in all (at byte 77)
hostile-names.cabinet|18|2|0|
letter-case.cabinet|5|0|0|
lzx-block-runs-on.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: LZX data: its compressed data end too early, at byte 20 of 40
lzx-header-cut.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: LZX data: its compressed data end too early, at byte 0 of 1000
lzx-match-before-start.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: LZX data: a match reaches back before the folder's start or the window, at byte 1 of 1000
missing-disk.cabinet|2|5|1|first.bin: not whole: the next cabinet of its folder is missing
mszip-match-before-start.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: MSZIP data: invalid distance too far back, at byte 1 of 100
mszip-runs-on.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: MSZIP data go on behind the block's 32768 bytes
overlong-names.cabinet|8|0|0|
previous-skips-one.cabinet|6|0|0|
quantum-largest-block.cabinet|1|1|1|broken.bin: damaged: block 0 of its folder: block 0: Quantum data: a match reaches back before the folder's start
quantum-match-before-start.cabinet|2|1|1|broken.txt: damaged: block 0 of its folder: block 0: Quantum data: a match reaches back before the folder's start, at byte 2 of 1000
reserve-exceeds-size.cabinet|1|0|0|SET1.CAB: could not be read: cabinet header is cut off (at byte 36)
running-folder.cabinet|6|0|0|
set-exceeds-block-count.cabinet|3|2|2|first.bin: damaged: block 0 of its folder: PART1.CAB, byte 118: CFDATA 0: goes on in the next cabinet, but more blocks follow it here
truncated-directory.cabinet|1|0|0|could not be read: cabinet claims 1 folder and 3 files, more than its 90 bytes can hold (at byte 26)
truncated.cabinet|2|1|1|cut.bin: damaged: block 2 of its folder: SET1.CAB, byte 65646: CFDATA 2: 32768 bytes would lie outside of the cabinet file's 80000
unknown-method.cabinet|1|1|0|only.txt: not read here: unknown compression method 9 (0x0009)
zero-bomb.cabinet|2|0|0|
bad-sectors-floppy.image|0|2|2|medium.img: 2 of 2 files lost: FIRST.BIN, SECOND.BIN
cyclic-chain.image|2|1|1|LOOP.BIN: damaged: chain of clusters runs in a circle from cluster 9 to 8
damaged-packed-file.image|0|3|1|HUGE.TXT: damaged: packed file unpacks to 4 bytes, its header says 4294967295
folder-loop.image|2|0|0|LOOP/DOWN: could not be read: folder at block 21 has been listed before: folders run in a circle
kwaj-name-without-end.image|3|0|0|NAME.TX_: could not be read: header of the KWAJ file is cut off, or a name in it has no end (at byte 14)
long-names.image|5|0|0|
no-bpb.image|1|0|0|
no-signature.image|1|0|0|
packed-files.image|5|0|0|
three-names.image|3|0|0|
truncated-cd.image|1|1|1|ZSECOND.BIN: damaged: truncated: 400000 bytes wanted at byte 143360 of 300000
truncated-floppy.image|1|1|1|SECOND.BIN: damaged: cluster 1336 lies behind the end of the image (700000 bytes)
TABLE
check_equal "$(cd "$defects" && printf '%s\n' * | sort)" "$(sort "$work/tried")" "the defects tried"
finish

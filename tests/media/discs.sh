#!/usr/bin/env bash
# Images of discs: sectors with headers, CUE, CloneCD, Alcohol, Nero, several sessions.
needed_tools=(xorriso bchunk iat nrg2iso ccd2iso mdf2iso)
# shellcheck source=tests/media/lib.sh
. "$(dirname "$0")/lib.sh" "$@"

make_iso() { # folder, image, options
    xorriso -as mkisofs -quiet --norock -J -V "DISC" "${@:3}" -o "$2" "$1" 2>/dev/null
}

# What another reader makes of an image must be the plain one: our fixtures are real images.
agrees() { # what, file
    checks=$((checks + 1))
    cmp -s -n "$(stat -c %s first.iso)" "$2" first.iso || fail "$1 reads the fixture otherwise"
}

make_files files
make_iso files first.iso
list first.iso >first.txt
sectors=$(($(stat -c %s first.iso) / 2048))

# ---- bare sectors ---------------------------------------------------------------------------
for layout in '2352 1' '2352 2' '2448 1' '2448 2' '2336 2'; do
    rm -f bare.bin
    # shellcheck disable=SC2086
    "$make_disc" sectors $layout 0 first.iso bare.bin
    list_inside bare.bin >inside.txt
    same "bare sectors of $layout" inside.txt first.txt
    has bare.bin "^\[CD sectors of ${layout% *} bytes: "
done

# a pregap of silence before the data, and the file called something else
"$make_disc" silence 150 2352 image.dat
"$make_disc" sectors 2352 1 0 first.iso image.dat
list_inside image.dat >inside.txt
same "bare sectors behind a pregap" inside.txt first.txt

# a sector that has lost its synchronisation is told, and only its file is hit
cp bare.bin damaged.bin
rm -f damaged.bin
"$make_disc" sectors 2352 1 0 first.iso damaged.bin
lba=$(xorriso -indev first.iso -find /WIN95/WIN95_02.CAB -exec report_lba 2>/dev/null |
    sed -n 's/^File data lba: *0 , *\([0-9]*\) .*/\1/p')
head -c 2352 /dev/zero | dd of=damaged.bin bs=2352 seek=$((lba + 1)) conv=notrunc status=none
has damaged.bin 'WIN95/WIN95_02.CAB .* unreadable: sector at byte [0-9]* of the image is damaged'
has damaged.bin '^  README.TXT 7 .*#'

# ---- CUE ------------------------------------------------------------------------------------
"$make_disc" sectors 2352 1 0 first.iso one.bin
cat >one.cue <<'END'
REM GENRE none
FILE "C:\Old Images\ONE.BIN" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
END
bchunk one.bin one.cue bchunk >/dev/null
agrees bchunk bchunk01.iso
list_inside one.cue >inside.txt
same "CUE with one track" inside.txt first.txt
has one.cue '^\[CUE sheet: FILE and TRACK lines\] BIN/CUE'

# the BIN has been renamed with its sheet; line ends of DOS, a byte order mark
cp one.bin renamed.bin
{ printf '\xEF\xBB\xBF' && sed 's/$/\r/; s/ONE.BIN/nothing.bin/' one.cue; } >renamed.cue
list_inside renamed.cue >inside.txt
same "CUE and BIN renamed" inside.txt first.txt

# plain data in a BIN, then music in the same file; pregap in the file and beside it
cp first.iso mixed.bin
"$make_disc" silence 300 2352 mixed.bin
cat >mixed.cue <<END
FILE "mixed.bin" BINARY
  TRACK 01 MODE1/2048
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 $(printf '%02d:%02d:%02d' $((sectors / 4500)) $((sectors / 75 % 60)) $((sectors % 75)))
END
list_inside mixed.cue >inside.txt
same "CUE of plain data and music" inside.txt first.txt

# a file for each track, data last (as on some music discs): folders count from the disc's start
"$make_disc" silence 500 2352 music.wav
"$make_disc" silence 150 2352 data.bin
xorriso -as mkisofs -quiet --norock -J -V DISC -C 0,650 -M /dev/null -o offset.iso files 2>/dev/null ||
    xorriso -as mkisofs -quiet --norock -J -V DISC -C 0,650 -o offset.iso files 2>/dev/null
"$make_disc" sectors 2352 1 650 offset.iso data.bin
cat >extra.cue <<'END'
FILE "music.wav" WAVE
  TRACK 01 AUDIO
    INDEX 01 00:00:00
FILE "data.bin" BINARY
  TRACK 02 MODE1/2352
    INDEX 00 00:00:00
    INDEX 01 00:02:00
END
list_inside extra.cue | sed 's/^\[[^]]*\]//' >inside.txt
sed 's/^\[[^]]*\]//' first.txt >plain.txt
same "data behind music" inside.txt plain.txt
rm music.wav # missing music costs nothing
list_inside extra.cue | sed 's/^\[[^]]*\]//' >inside.txt
same "data behind music that is missing" inside.txt plain.txt

printf 'FILE "absent.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n' >absent.cue
has absent.cue 'not read \(not found\): file "absent.bin"'
printf 'FILE "one.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:99:00\n' >badtime.cue
has badtime.cue 'not read \(damaged\): CUE sheet: index'
printf 'FILE "../../../etc/passwd" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n' >outside.cue
has outside.cue 'not read \(not found\): file "passwd"'
printf 'FILE one.bin BINARY\nREM the end\n' >notracks.cue
has notracks.cue 'not read \(not of this format\)'

# ---- two sessions: the newer folders, files of both -----------------------------------------
next=$((sectors + 11400))
mkdir newer
printf 'new' >newer/NEWER.TXT
touch -d '1996-08-24 11:11:10' newer newer/NEWER.TXT
cp first.iso joined.iso
xorriso -as mkisofs -quiet --norock -J -V NEWER -M joined.iso -C "0,$next" -o second.iso newer 2>/dev/null
"$make_disc" sectors 2352 1 0 first.iso s1.bin
"$make_disc" sectors 2352 1 "$next" second.iso s2.bin
sessions_hold() { # image
    has "$1" 'session 2, track 2 at '
    has "$1" 'ISO 9660 \+ Joliet, label "NEWER"'
    has "$1" '^  NEWER.TXT 3 1996-08-24T11:11:10 #'
    has "$1" "^  WIN95/WIN95_02.CAB $(stat -c %s files/WIN95/WIN95_02.CAB) .* $(grep -o '#.*' <(grep WIN95_02 first.txt))"
}
cat >sessions.cue <<'END'
REM SESSION 01
FILE "s1.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
REM SESSION 02
FILE "s2.bin" BINARY
  TRACK 02 MODE1/2352
    INDEX 01 00:00:00
END
sessions_hold sessions.cue
sed 's/s1.bin/first.iso/; s/s2.bin/second.iso/; s/2352/2048/' sessions.cue >plain-sessions.cue
sessions_hold plain-sessions.cue

# ---- CloneCD --------------------------------------------------------------------------------
ccd_entry() { # n, session, point, control, lba
    printf '[Entry %d]\r\nSession=%d\r\nPoint=0x%02x\r\nADR=0x01\r\nControl=0x%02x\r\nTrackNo=0\r\nPLBA=%d\r\n' "$@"
}
cp one.bin one.img
{
    printf '[CloneCD]\r\nVersion=3\r\n[Disc]\r\nTocEntries=4\r\nSessions=1\r\n'
    ccd_entry 0 1 160 4 0
    ccd_entry 1 1 161 4 0
    ccd_entry 2 1 162 4 "$sectors"
    ccd_entry 3 1 1 4 0
    printf '[TRACK 1]\r\nMODE=1\r\nINDEX 1=0\r\n'
} >one.ccd
ccd2iso one.img ccd.iso >/dev/null
agrees ccd2iso ccd.iso
list_inside one.ccd >inside.txt
same "CloneCD" inside.txt first.txt
cat s1.bin s2.bin >two.img
{
    printf '[CloneCD]\r\nVersion=3\r\n[Disc]\r\nTocEntries=8\r\nSessions=2\r\n'
    ccd_entry 0 1 1 4 0
    ccd_entry 1 1 162 4 "$sectors"
    ccd_entry 2 2 2 4 "$next"
    ccd_entry 3 2 162 4 $((next + $(stat -c %s second.iso) / 2048))
} >two.ccd
sessions_hold two.ccd
cp one.ccd alone.ccd
has alone.ccd 'not read \(not found\): file "alone.img"'

# ---- Alcohol --------------------------------------------------------------------------------
for layout in '2352 1' '2048 1' '2448 1' '2352 2'; do
    rm -f track.bin
    # shellcheck disable=SC2086
    "$make_disc" sectors $layout 0 first.iso track.bin
    "$make_disc" mds one.mds one.mdf "1:${layout#* }:${layout% *}:0:track.bin"
    list_inside one.mds >inside.txt
    same "MDS with sectors of $layout" inside.txt first.txt
done
"$make_disc" mds plain.mds plain.mdf 1:1:2352:0:one.bin
mdf2iso plain.mdf mdf.iso >/dev/null
agrees mdf2iso mdf.iso
"$make_disc" mds two.mds two.mdf 1:1:2352:0:s1.bin "2:1:2352:$next:s2.bin"
sessions_hold two.mds
head -c 170 two.mds >cut.mds
has cut.mds 'not read \(damaged\): media descriptor is cut off'

# ---- Nero -----------------------------------------------------------------------------------
for kind in nrg1-dao nrg1-tao nrg2-dao nrg2-tao; do
    for layout in '2352 1' '2048 1' '2448 1' '2336 2'; do
        rm -f track.bin
        # shellcheck disable=SC2086
        "$make_disc" sectors $layout 0 first.iso track.bin
        "$make_disc" "$kind" one.nrg "1:${layout#* }:${layout% *}:0:track.bin"
        list_inside one.nrg >inside.txt
        same "$kind with sectors of $layout" inside.txt first.txt
    done
    "$make_disc" "$kind" two.nrg 1:1:2352:0:s1.bin "2:1:2352:$next:s2.bin"
    sessions_hold two.nrg
done
"$make_disc" nrg2-tao two.nrg 1:1:2048:0:first.iso "2:1:2048:$next:second.iso"
sessions_hold two.nrg
"$make_disc" silence 150 2048 pregap.iso
cat first.iso >>pregap.iso
"$make_disc" nrg2-dao plain.nrg 1:1:2048:0:pregap.iso
nrg2iso plain.nrg nrg.iso >/dev/null
agrees nrg2iso nrg.iso

# ---- ISO under another name, and behind other data ------------------------------------------
cp first.iso picture.jpg
list picture.jpg >inside.txt
same "ISO with a wrong name" inside.txt first.txt
for garbage in 1 300 2048 151552 900001; do
    { head -c "$garbage" /dev/zero | tr '\0' g && cat first.iso; } >garbage.iso
    list garbage.iso | sed "1s/byte [0-9]*/byte 32769/" >inside.txt
    same "ISO behind $garbage bytes" inside.txt first.txt
done

# ---- HFS beside ISO 9660: the ISO side ------------------------------------------------------
xorriso -as mkisofs -quiet --norock -J -hfsplus -V DISC -o hybrid.iso files 2>/dev/null
has hybrid.iso '^\[ISO 9660: CD001 at byte 32769\] ISO 9660 \+ Joliet, label "DISC"'
has hybrid.iso '^WIN95/WIN95_02.CAB .*#'

# ---- a second session that did not take over the first one's files ------------------------------
mkdir -p only1 only2
printf 'of the first' >only1/ONE.TXT
printf 'first 1' >only1/SAME.TXT
printf 'second' >only2/TWO.TXT
printf 'other 2' >only2/SAME.TXT
xorriso -as mkisofs -quiet -V S1 -o older.iso only1 2>/dev/null
xorriso -as mkisofs -quiet -V S2 -C 0,11700 -o newer.iso only2 2>/dev/null
rm -f older.bin
"$make_disc" sectors 2352 1 0 older.iso older.bin
"$make_disc" sectors 2352 1 11700 newer.iso newer.bin
printf 'REM SESSION 01\nFILE "older.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\nREM SESSION 02\nFILE "newer.bin" BINARY\n  TRACK 02 MODE1/2352\n    INDEX 01 00:00:00\n' >unmerged.cue
has unmerged.cue '^session 2, track 2 at'
has unmerged.cue '^session 1, track 1 at'
has unmerged.cue '^  ONE.TXT 12 '
has unmerged.cue '^  TWO.TXT 6 '

# ---- an image that was cut into parts -----------------------------------------------------------
mkdir parts
split -b 100000 -d -a 3 --numeric-suffixes=1 older.iso parts/older.iso.
list older.iso >whole.txt
list_inside parts/older.iso.001 >inside.txt
same "parts .001, .002 ..." inside.txt whole.txt
split -b 100000 older.iso parts/older.iso.
list_inside parts/older.iso.aa >inside.txt
same "parts .aa, .ab ..." inside.txt whole.txt
# floppies of a set that are numbered like parts stay floppies
mkdir set
for n in 1 2; do
    mformat -C -f 720 -v "DISK$n" -i "set/disk.00$n" ::
done
has set/disk.001 '^\[FAT12: '

finish

#!/usr/bin/env bash
# What is not read here is told with its reason and the command that helps; it is not damaged, and
# spoils nothing beside it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

little() { # bytes, number: little-endian, as an escape of printf
    local i value=$2 text=
    for ((i = 0; i < $1; i++)); do
        text+=$(printf '\\x%02x' $((value & 255)))
        value=$((value >> 8))
    done
    printf '%s' "$text"
}

# A ZIP of members NAME,METHOD,FLAGS, each with the same four bytes.
zip_of() { # file, members
    local file=$1 member name method flags at count=0 size start central=
    : >"$file"
    for member in "${@:2}"; do
        IFS=, read -r name method flags <<<"$member"
        at=$(stat -c %s "$file")
        # version, flags, method, date, CRC of "data", sizes, lengths of the name and of the extra field
        local fields
        fields=$(little 2 20)$(little 2 "$flags")$(little 2 "$method")$(little 4 $((0x1F8A4000)))
        fields+=$(little 4 $((0xADF3F363)))$(little 4 4)$(little 4 4)$(little 2 ${#name})$(little 2 0)
        printf '%b' "PK\\x03\\x04$fields${name}data" >>"$file"
        central+="PK\\x01\\x02$(little 2 20)$fields$(little 2 0)$(little 2 0)$(little 2 0)$(little 4 32)$(little 4 "$at")$name"
        count=$((count + 1))
    done
    start=$(stat -c %s "$file")
    printf '%b' "$central" >>"$file"
    size=$(($(stat -c %s "$file") - start))
    printf '%b' "PK\\x05\\x06$(little 2 0)$(little 2 0)$(little 2 "$count")$(little 2 "$count")$(little 4 "$size")$(little 4 "$start")$(little 2 0)" >>"$file"
}

# ---- members with a method of their own ---------------------------------------------------------
mkdir "$work/zips"
zip_of "$work/zips/mixed.zip" whole.txt,0,0 odd.txt,97,0 secret.txt,0,1
check_status 3 whichcab index --deep "$work/zips/mixed.zip"
check_has '1 file read, 0 damaged, 0 not whole, 1 not read here, 1 encrypted' "$err"
check_status 3 whichcab verify
check_has 'mixed.zip: 2 of 3 files not read here: odd.txt, secret.txt; the first: odd.txt: not read here' "$out"
check_equal "$(wc -l <"$out")" 1 'lines for an image'
check_status 3 whichcab verify -v
check_has 'odd.txt: not read here: ' "$out"
check_has '7z x ' "$out"
check_has 'secret.txt: not read here: encrypted' "$out"
check_lacks 'damaged:' "$out"
check_lacks 'lost' "$out"
check_has '0 damaged' "$err"
check_status 3 whichcab verify --json
check_equal "$(jq -r '.event' "$out" | tr '\n' ' ')" 'unsupported encrypted image summary ' 'the events'
check_equal "$(jq -rc 'select(.event == "summary") | [.files, .damaged, .missing, .unsupported, .encrypted]' "$out")" \
    '[3,0,0,1,1]' 'the summary'

# The neighbour is whole, the two are there, and neither is damage.
check_status 0 whichcab where --json whole.txt
check_equal "$(jq -rc '[.complete, .trouble, .unread]' "$out")" '[true,null,null]' 'the neighbour'
check_status 0 whichcab where --json odd.txt secret.txt
check_equal "$(jq -rc '[.complete, .unread]' "$out" | tr '\n' ' ')" '[true,"unsupported"] [true,"encrypted"] ' 'the two'
check_equal "$(jq -r '.unread_reason | test("7z x")' "$out" | sort -u)" true 'the reason names a command'
check_status 0 whichcab where odd.txt
check_has 'not read here: ' "$out"
check_status 0 whichcab media
check_has '2 files not read here' "$out"
check_status 0 whichcab media --json
check_equal "$(jq -c '.disks[0] | [.damaged_files, .unread_files]' "$out")" '[0,2]' 'the files of the disk'
check_status 3 whichcab versions --json odd.txt secret.txt
check_equal "$(jq -r .state "$out" | tr '\n' ' ')" 'unsupported encrypted ' 'the states'
check_status 3 whichcab extract -o "$work/o" whole.txt odd.txt secret.txt
check_equal "$(cat "$work/o/whole.txt")" data 'the neighbour, extracted'
check_has '7z x' "$err"

# The states survive export and import.
check_status 0 whichcab catalog check
whichcab export >"$work/export"
check_status 0 "$build/cli/whichcab" -C "$work/other" import "$work/export"
"$build/cli/whichcab" -C "$work/other" export >"$work/again"
check_equal "$(cmp "$work/export" "$work/again" 2>&1)" '' 'the export of the import'

# An archive in the archive that can't be opened spoils nothing beside it, deep or not.
rm -rf "$work/catalog"
zip_of "$work/zips/nested.zip" whole.txt,0,0 inner.zip,97,0 locked.zip,0,1
check_status 3 whichcab index "$work/zips/nested.zip"
check_has 'inner.zip' "$err"
check_has 'locked.zip' "$err"
check_status 0 whichcab where --json whole.txt
check_equal "$(jq -rc '[.complete, .trouble]' "$out")" '[true,null]' 'the neighbour of an archive that is not read'
check_status 0 whichcab media
check_has '2 places not read here: ' "$out"


# ---- files of a folder ---------------------------------------------------------------------------
# Each is indexed, told as not read, or an ordinary file; none is passed over.
rm -rf "$work/catalog"
mkdir -p "$work/mixed/below"
(
    cd "$work/mixed" || exit
    zip_of sound.zip whole.txt,0,0
    cp "$(sample_stack)/win95-dmf/disk02.img" below/floppy.img
    printf 'HXCPICFE%01000d' 0 >flux.hfe
    printf 'MComprHD%01000d' 0 >machine.chd
    printf 'KDMV%01000d' 0 >machine.vmdk
    head -c 1474560 /dev/zero >blank.bin
    head -c 737280 /dev/zero | tr '\0' '\345' >filled.nobody
    printf 'no zip' | tr ' ' '\0' >broken.zip
    : >empty.img
    printf 'PK\003\004' >cut.zip
    printf 'a letter\r\n' >readme.img
    printf '%%PDF-1.4' >manual.pdf
    head -c 368640 /dev/zero | tr '\0' 'x' >long.txt
    printf 'MZ%0200d' 0 >tool.exe
    printf 'bytes\0\1\2' >data.nobody
)
check_status 3 whichcab index "$work/mixed"
for name in flux.hfe machine.chd machine.vmdk blank.bin filled.nobody broken.zip empty.img cut.zip; do
    check_has "/$name: " "$err"
done
check_has 'gw convert' "$err"
check_has 'chdman extractcd' "$err"
check_has 'nothing but bytes of value 0x00' "$err"
check_has '3 images indexed' "$err"
check_has '7 not read' "$err"
for name in readme.img manual.pdf long.txt tool.exe data.nobody; do
    check_lacks "$name" "$err"
done
check_status 3 whichcab media --unread --json
check_equal "$(jq -r 'select(.place == null) | .image' "$out" | sort | tr '\n' ' ')" \
    "$(for name in blank.bin broken.zip cut.zip empty.img filled.nobody flux.hfe machine.chd machine.vmdk; do
        printf '%s ' "$work/mixed/$name"
    done)" 'the files that were not read'
check_equal "$(jq -r '.state' "$out" | sort | uniq -c | tr -s ' \n' ' ')" ' 2 damaged 4 unknown 2 unsupported ' 'their states'
check_equal "$(jq -r 'select(.image | endswith("blank.bin")) | .size' "$out")" 1474560 'a size'
unread=$(jq -r 'select(.place == null) | .image' "$out" | wc -l)
indexed=$(whichcab export | grep -c "^image.*online" || true)
ordinary=5
check_equal $((indexed + ordinary)) "$(find "$work/mixed" -type f | wc -l)" 'files on record and ordinary ones'
check_equal "$unread" 8 'files on record with nothing read, or cut off at their start'
check_status 3 whichcab media --unread
check_has 'unsupported' "$out"
check_has 'chdman extractcd' "$out"

check_status 3 whichcab media --unread "$work/mixed/flux.hfe"
check_has 'flux.hfe' "$out"
check_lacks 'machine.chd' "$out"
check_status 0 whichcab media --unread "$work/mixed/below"
check_equal "$(cat "$out")" '' 'what was not read below a folder without such files'

# Archives of the era that are only recognised, under their own names and others, on a disk as well.
mkdir "$work/old"
(
    cd "$work/old" || exit
    # mark, method 8, name, packed size, date 1988-05-17, time, checksum, size; then the end
    printf '\x1a\x08LETTER.TXT\0\0\0\5\0\0\0\xb1\x10\x21\x43\1\2\x09\0\0\0abcde\x1a\0' >LETTERS.ARC
    printf 'ZOO 2.10 Archive.\x1a\0\0\xdc\xa7\xc4\xfd%0100d' 0 >OLD.ZOO
    printf 'a text' >TEXT.TXT
    arj a -e PACKED.ARJ TEXT.TXT >/dev/null
    for file in LETTERS.ARC OLD.ZOO PACKED.ARJ; do cp $file "${file%.*}.DAT"; done
    mformat -C -f 720 -i ../old.img ::
    mcopy -i ../old.img ./* ::
)
for where in "$work/old" "$work/old.img"; do
    check_status 3 "$build/cli/whichcab" -C "$work/fifth" index "$where"
    for name in 'LETTERS.ARC: ARC archive' 'LETTERS.DAT: ARC archive' 'OLD.ZOO: ZOO archive' 'OLD.DAT: ZOO archive' \
        'PACKED.ARJ: ARJ archive' 'PACKED.DAT: ARJ archive'; do
        check_has "$name: not read here, unpack it with" "$err"
    done
    check_lacks 'TEXT.TXT' "$err"
done

# Who finds nothing is told that something was not read.
check_status 1 whichcab where nowhere.xyz
check_has '7 files were not read' "$err"

# They are no media, and each run tries and tells them again.
check_status 3 whichcab media
check_lacks 'flux.hfe' "$out"
check_has "7 files were not read: 'whichcab media --unread' lists them." "$err"
check_status 3 whichcab index "$work/mixed"
check_has '7 not read' "$err"
check_has '3 unchanged' "$err"
check_status 0 whichcab catalog check
whichcab export >"$work/export"
check_status 0 "$build/cli/whichcab" -C "$work/third" import "$work/export"
"$build/cli/whichcab" -C "$work/third" export >"$work/again"
check_equal "$(cmp "$work/export" "$work/again" 2>&1)" '' 'the export of the import'
check_status 3 whichcab verify
check_has 'flux.hfe: could not be read' "$out"

# A partition in which nothing is known is told, the others are read.
mkdir "$work/disks"
{
    head -c 446 /dev/zero
    printf '\0\0\0\0\x83\0\0\0\1\0\0\0\x64\0\0\0'
    head -c 48 /dev/zero
    printf '\x55\xAA'
    yes 'neither fish nor fowl' | head -c 51200
} >"$work/disks/disk.img"
check_status 3 "$build/cli/whichcab" -C "$work/fourth" index "$work/disks"
check_has 'partition 1: no file system or image that is known' "$err"
check_status 3 "$build/cli/whichcab" -C "$work/fourth" media --unread --json
check_equal "$(jq -r '[.state, .place] | join(" ")' "$out")" 'unsupported partition 1' 'the partition'

# Once it can be read it is an image; once it is gone nothing is kept of it.
cp "$work/mixed/sound.zip" "$work/mixed/broken.zip"
rm "$work/mixed/flux.hfe"
check_status 3 whichcab index "$work/mixed"
check_has '5 not read' "$err"
check_status 3 whichcab media --unread
check_lacks 'broken.zip' "$out"
check_lacks 'flux.hfe' "$out"

# ---- names that promise what is not there -------------------------------------------------------
# Tables, libraries and manuals are no parts of a cut file, and no cabinets that can't be read.
mkdir "$work/names"
head -c 5001 /dev/urandom >"$work/names/sales.123"
printf '!<arch>\n%8000s' x | tr ' ' '\001' >"$work/names/ddraw.lib"
printf '\001\002\003%5000s' x | tr ' ' '\001' >"$work/names/image.hdr"
printf 'one' >"$work/names/README.TXT"
check_status 0 whichcab index "$work/names"
check_status 0 whichcab media --unread "$work/names"
# But those are told whose neighbours or size say that a file was cut.
mkdir "$work/parts"
head -c 5001 /dev/urandom >"$work/parts/one.002"
head -c 5001 /dev/urandom >"$work/parts/one.003"
head -c 100000 /dev/urandom >"$work/parts/two.007"
whichcab index "$work/parts" >"$out" 2>"$err"
check_has 'one.002: called as a later part' "$err"
check_has 'two.007: called as a later part' "$err"
# A disc of sound has no files: no damage.
head -c 235200 /dev/urandom >"$work/sound.bin"
printf 'FILE "sound.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n' >"$work/sound.cue"
whichcab index "$work/sound.cue" >"$out" 2>"$err"
check_has 'a disc of sound alone' "$err"
check_equal "$(whichcab media --unread --json "$work/sound.cue" | jq -r .state)" unsupported 'the state of a disc of sound'

# What indexing and verification both say is told once.
head -c 20000000 /dev/zero >"$work/zeroes.img" && (cd "$work" && jlha -aq1 zeroes.lzh zeroes.img >"$out")
check_status 3 whichcab index --deep --limit bytes=1000000 "$work/zeroes.lzh"
check_equal "$(whichcab media --unread --json "$work/zeroes.lzh" | wc -l)" 1 'what is told of a file too large'

# What was read before stays when the file can't be read for a while.
if [ "$(id -u)" != 0 ]; then
    touch "$work/mixed/sound.zip"
    chmod 000 "$work/mixed/sound.zip"
    check_status 3 whichcab index "$work/mixed"
    check_has 'sound.zip' "$err"
    check_status 0 whichcab where whole.txt
    chmod 644 "$work/mixed/sound.zip"
fi

finish

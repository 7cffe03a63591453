#!/usr/bin/env bash
# UDF file systems: alone, beside ISO 9660, and with more files than that; listed, indexed, extracted.
#   udf.sh BUILD_DIR
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
cd "$work" || exit 1

if grep -q '^WHICHCAB_UDF:BOOL=OFF' "$build/CMakeCache.txt"; then
    with_udf=false
else
    with_udf=true
fi

mkdir -p files/SUB/Deeper files/EMPTY
printf 'read me' >files/readme.txt
seq 40000 >files/SUB/numbers.txt
printf 'one with a long name' >"files/SUB/Deeper/A long file name, with $(printf '\303\244').text"
: >files/SUB/nothing.dat
gcab -cn files/SUB/TOOLS.CAB files/readme.txt
genisoimage -quiet -udf -J -input-charset utf-8 -V BRIDGE -o bridge.iso files 2>"$err"
# more.iso: the records of the last file of a folder are gone from both trees of ISO 9660
printf 'last' >files/SUB/zz_udf.txt
genisoimage -quiet -udf -J -input-charset utf-8 -V MORE -o more.iso files 2>"$err"
rm files/SUB/zz_udf.txt
for name in 'ZZ_UDF\.TXT' '\x00z\x00z\x00_\x00u\x00d\x00f'; do # a record begins 33 bytes before its name
    while IFS=: read -r at _; do
        printf '\0' | dd of=more.iso bs=1 seek=$((at - 33)) conv=notrunc status=none
    done < <(LC_ALL=C grep -aobP "$name" more.iso)
done
# without the descriptors of ISO 9660, which come before BEA01, nothing but UDF is left
start=$(grep -abo BEA01 bridge.iso | head -1 | cut -d: -f1)
cp bridge.iso alone.udf
dd if=/dev/zero of=alone.udf bs=1 seek=32768 count=$((start - 1 - 32768)) conv=notrunc status=none
# what opens the list of descriptors follows at once, as other programs write it
cp alone.udf shifted.img
tail -c +"$start" bridge.iso | head -c $((3 * 2048)) | dd of=shifted.img bs=1 seek=32768 conv=notrunc status=none

if ! $with_udf; then
    check_status 3 whichcab index alone.udf
    check_has 'built without libudfread' "$err"
    finish
fi

# ---- UDF alone ------------------------------------------------------------------------------------
for image in alone.udf shifted.img; do
    check_status 0 whichcab ls "$image"
    check_has 'UDF, label BRIDGE' "$out"
    check_has 'numbers.txt' "$out"
    check_has 'EMPTY' "$out"
    rm -rf catalog
    check_status 0 whichcab index --deep "$image"
    check_status 0 whichcab where --json numbers.txt
    check_equal "$(jq -r '[.size, .sha256, .format] | join(" ")' "$out")" \
        "$(stat -c %s files/SUB/numbers.txt) $(sha256sum <files/SUB/numbers.txt | cut -d' ' -f1) UDF" 'what is known of a file'
    check_status 0 whichcab where --json -a readme.txt
    check_equal "$(jq -r 'select(.source == "indexed") | .cabinet // "-"' "$out" | sort | tr '\n' ' ')" '- TOOLS.CAB ' 'a file of the volume and of a cabinet on it'
    check_status 0 whichcab where 'A long file name*.text'
    rm -rf o
    check_status 0 whichcab extract -o o -a -m "$image" numbers.txt nothing.dat 'A long file name*'
    check_equal "$(cmp o/numbers.txt files/SUB/numbers.txt 2>&1)" '' 'an extracted file'
    check_equal "$(find o -name 'A long*' -size 20c | wc -l)" 1 'a file with a long name'
    check_status 0 whichcab verify
done

# ---- beside ISO 9660 ------------------------------------------------------------------------------
rm -rf catalog o
check_status 0 whichcab index bridge.iso
check_status 0 whichcab where --json -a numbers.txt
check_equal "$(jq -r '.format' "$out" | tr '\n' ' ')" 'ISO 9660 + Joliet ' 'what both have is listed once'

# What UDF alone has is found, and comes out of it.
rm -rf catalog
check_status 0 whichcab index more.iso
check_status 0 whichcab where --json zz_udf.txt
check_equal "$(jq -r '.format' "$out" | tr '\n' ' ')" 'UDF ' 'where it lies'
check_status 0 whichcab extract -o o -m more.iso zz_udf.txt
check_equal "$(cat o/zz_udf.txt)" last 'an extracted file'
check_status 0 whichcab verify

# In a folder, a ZIP, and on another disc.
mkdir -p folder outer
cp alone.udf folder/
cp alone.udf outer/disc.udf
zip -q alone.zip alone.udf
genisoimage -quiet -J -o outer.iso outer 2>"$err"
for image in folder alone.zip outer.iso; do
    rm -rf catalog
    check_status 0 whichcab index "$image"
    check_status 0 whichcab where -a numbers.txt
done

# ---- broken ---------------------------------------------------------------------------------------
rm -rf catalog o
head -c $((262 * 2048)) alone.udf >cut.udf
check_status 3 whichcab index --deep cut.udf
check_has 'cut.udf' "$err"
{ head -c 65536 alone.udf && head -c 2000000 /dev/zero; } >blank.udf
check_status 3 whichcab index blank.udf
check_has "libudfread can't read" "$err"
# one file that lies behind the end spoils none of the others
rm -rf catalog
at=$(grep -abo 39999 alone.udf | tail -1 | cut -d: -f1)
head -c "$at" alone.udf >short.udf
check_status 3 whichcab index --deep short.udf
check_status 0-3 whichcab where --json readme.txt
check_equal "$(jq -r 'select(.cabinet == null) | .sha256 // empty' "$out" | head -1)" \
    "$(sha256sum <files/readme.txt | cut -d' ' -f1)" 'the neighbour of a file that is cut off'

finish

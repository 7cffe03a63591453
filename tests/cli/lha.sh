#!/usr/bin/env bash
# LHA archives: methods and names that only liblhasa reads, and damage.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$work" || exit 1
if grep -q '^WHICHCAB_LHASA:BOOL=OFF' "$build/CMakeCache.txt"; then
    pass
    finish
fi

hex() { xxd -r -p; }
u16() { printf '%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)); }
u32() { u16 $(($1 & 65535)) && u16 $(($1 >> 16)); }
crc16() { # text
    local crc=0 i bit byte
    for ((i = 0; i < ${#1}; i++)); do
        printf -v byte %d "'${1:i:1}"
        crc=$((crc ^ byte))
        for ((bit = 0; bit < 8; bit++)); do crc=$((crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1)); done
    done
    u16 $crc
}

# A member of level 0 whose bytes are stored: method, name in hex, text.
level0() {
    local body sum=0 i
    body=$(printf '%s' "$1" | xxd -p)$(u32 ${#3})$(u32 ${#3})404eeb1e2000$(printf %02x $((${#2} / 2)))$2$(crc16 "$3")
    for ((i = 0; i < ${#body}; i += 2)); do sum=$((sum + 16#${body:i:2})); done
    { printf '%02x%02x%s' $((${#body} / 2)) $((sum & 255)) "$body" | hex && printf '%s' "$3"; }
}
# A member of level 2 of a Unix, its name in a field of its own, and its folders.
level2() {
    local body
    body=$(printf '%s' "$1" | xxd -p)$(u32 ${#3})$(u32 ${#3})$(u32 804500000)2002$(crc16 "$3")55
    body+=$(u16 $((${#2} / 2 + 3)))01$2
    [ -z "${4:-}" ] || body+=$(u16 $((${#4} / 2 + 3)))02$4
    body+=$(u16 0)
    { printf '%s%s' "$(u16 $((${#body} / 2 + 2)))" "$body" | hex && printf '%s' "$3"; }
}
ascii() { printf '%s' "$1" | xxd -p; }

# ---- methods: stored ones of LArc and PMarc, and LHarc's compressed one ----------------------------
{ level0 -lz4- "$(ascii LARC.TXT)" 'text of LArc' && level0 -pm0- "$(ascii PMARC.TXT)" 'text of PMarc' &&
    level0 -lh0- "$(ascii 'SUB\DEEP\FILE.TXT')" 'text of LHarc' && printf '\0'; } >old.lzh
check_status 0 whichcab index --deep -j1 old.lzh
check_status 0 whichcab verify -j1 --force
check_status 0 whichcab where --json file.txt
check_equal "$(jq -r '.name + " " + .stored_path' "$out")" 'FILE.TXT SUB/DEEP/FILE.TXT' 'name in its own case'
check_status 0 whichcab extract -o got larc.txt pmarc.txt file.txt
check_equal "$(cat got/LARC.TXT got/PMARC.TXT got/FILE.TXT)" 'text of LArctext of PMarctext of LHarc' 'bytes'

# ---- names of any bytes: one that is not UTF-8 costs nothing ----------------------------------------
# 日本語.file; 表\能.txt, both of whose characters end in 5C
{ level2 -lh0- "$(ascii test-)93fa967b8cea$(ascii .file)" 'Japanese' && level2 -lh0- "$(ascii plain.txt)" 'plain' "$(ascii one)ff$(ascii two)ff" &&
    level0 -lh0- "955c5c945c$(ascii .txt)" 'second bytes' && printf '\0'; } >sjis.lzh
rm -rf "$work/catalog"
check_status 0 whichcab index --deep -j1 --codepage 932 sjis.lzh
check_status 0 whichcab where --json plain.txt
check_equal "$(jq -r .stored_path "$out")" 'one/two/plain.txt' 'folders in a field of their own'
check_status 0 whichcab where 'test-日本語.file'
check_status 0 whichcab where --json '能.txt'
check_equal "$(jq -r .stored_path "$out")" '表/能.txt' 'a path whose characters end in 5C'

# ---- damage ------------------------------------------------------------------------------------------
seq 1 3000 >long.txt
jlha -aq1 whole.lzh long.txt >"$out" 2>&1
head -c $(($(stat -c %s whole.lzh) / 2)) whole.lzh >cut.lzh
rm -rf "$work/catalog"
check_status 3 whichcab index --deep -j1 cut.lzh
check_has 'cut off or damaged behind member 1' "$err"
check_status 3 whichcab where long.txt
{ level0 -lh0- "$(ascii ONE.TXT)" one && level0 -lh0- "$(ascii TWO.TXT)" two && printf '\0'; } >two.lzh
printf X | dd of=two.lzh bs=1 seek=$(($(stat -c %s two.lzh) - 2)) conv=notrunc status=none
rm -rf "$work/catalog"
check_status 3 whichcab index --deep -j1 two.lzh
check_status 3 whichcab verify -j1 --force
check_has 'TWO.TXT: damaged: the checksum (CRC-16)' "$out"
check_lacks 'ONE.TXT: damaged' "$out"
{ level0 -lh9- "$(ascii ODD.TXT)" odd && level0 -lh0- "$(ascii ONE.TXT)" one && printf '\0'; } >odd.lzh
rm -rf "$work/catalog"
check_status 3 whichcab index --deep -j1 odd.lzh
check_has '0 damaged' "$err"
check_has '1 not read here' "$err"
check_status 0 whichcab where one.txt

# ---- a MacBinary header, which MacLHA put before the bytes: what is left without it is whole -------------
crc16_of_hex() {
    local crc=0 i bit
    for ((i = 0; i < ${#1}; i += 2)); do
        crc=$((crc ^ 16#${1:i:2}))
        for ((bit = 0; bit < 8; bit++)); do crc=$((crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1)); done
    done
    u16 $crc
}
zeroes() { printf '%0*d' $((2 * $1)) 0; }
mac=0007$(ascii MAC.TXT)$(zeroes 74)$(printf '%08x%08x%08x%08x' 11 0 $((804500000 + 2082844800)) $((804500000 + 2082844800)))
mac+=$(zeroes $((128 - ${#mac} / 2)))$(ascii 'eleven byte')$(zeroes 117)
body=$(ascii -lh0-)$(u32 256)$(u32 256)$(u32 804500000)2002$(crc16_of_hex "$mac")6d$(u16 10)01$(ascii MAC.TXT)$(u16 0)
{ printf '%s%s%s00' "$(u16 $((${#body} / 2 + 2)))" "$body" "$mac" | hex; } >mac.lzh
rm -rf "$work/catalog" got
check_status 0 whichcab index --deep -j1 mac.lzh
check_has '0 damaged' "$err"
check_status 0 whichcab where --json mac.txt
check_equal "$(jq -r .size "$out")" 11 'size without the header'
check_status 0 whichcab extract -o got mac.txt
check_equal "$(cat got/MAC.TXT)" 'eleven byte' 'bytes without the header'

finish

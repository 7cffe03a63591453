#!/usr/bin/env bash
# ZIP archives of PKZIP 0.9 and 1.x, made by the builder and judged by unzip and 7z; wrong checksums; damaged
# directories.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
cd "$work" || exit 1

printf 'read me\r\n' >read.txt
seq 1 20000 | sed 's/$/ lines of text, of which there are many/' | head -c 200000 >text.txt
head -c 40000 "$build/cli/whichcab-media" >code.bin
{ head -c 9000 /dev/zero && cat code.bin read.txt code.bin; } >mixed.bin
gcab -cn part.cab text.txt

for method in 1 2 3 4 5 6; do
    "$gen" zip $method "m$method.zip" read.txt text.txt code.bin mixed.bin part.cab >"$err" || fail "method $method: $(cat "$err")"
    case $method in
    1 | 6)
        check_status 0 unzip -tq "m$method.zip"
        check_status 0 7z t "m$method.zip"
        ;;
    esac
    rm -rf "$work/catalog"
    check_status 0 whichcab index --deep "m$method.zip"
    check_status 0 whichcab verify --force
    check_status 0 whichcab extract -o "got$method" read.txt code.bin mixed.bin
    for name in read.txt code.bin mixed.bin; do
        if cmp "$name" "got$method/$name"; then pass; else fail "$name by method $method"; fi
    done
    # a cabinet in it is looked into
    check_status 0 whichcab where --json -a text.txt
    check_equal "$(jq -r .container "$out" | grep -c 'part.cab')" 1 "the cabinet by method $method"
    check_status 0 whichcab where --json mixed.bin
    check_equal "$(jq -r .sha256 "$out")" "$(sha256sum <mixed.bin | cut -d' ' -f1)" "digest by method $method"
done

# ---- damage ---------------------------------------------------------------------------------------
damage() { # file, byte, new value in hex
    printf '%b' "\\x$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
zip -q0X stored.zip read.txt code.bin
cp stored.zip wrong.zip
damage wrong.zip 40 21
rm -rf "$work/catalog"
check_status 0 whichcab index wrong.zip
check_status 3 whichcab verify --force
check_has 'read.txt: damaged: ' "$out"
check_has 'CRC-32' "$out"
check_status 3 whichcab extract -o wrong --force read.txt
check_status 0 whichcab extract -o wrong --force code.bin
cp m6.zip wrong6.zip
damage wrong6.zip 120 ff
rm -rf "$work/catalog"
check_status 3 whichcab index --deep wrong6.zip
check_status 3 whichcab verify --force
check_has 'wrong6.zip > text.txt: damaged: the checksum (CRC-32) is ' "$out"
check_lacks 'code.bin: damaged' "$out"

# a directory that lost one signature: all members, and a word of it
at=$(grep -abo 'PK' stored.zip | tail -2 | head -1 | cut -d: -f1)
cp stored.zip broken.zip
damage broken.zip $((at + 3)) 46
rm -rf "$work/catalog"
check_status 3 whichcab index --deep broken.zip
check_has 'its directory has 1 of 2 members' "$err"
check_status 3 whichcab where -m broken.zip read.txt code.bin
check_status 0 whichcab extract -o broken -m broken.zip read.txt code.bin
if cmp broken/code.bin code.bin; then pass; else fail 'a member found by its own header'; fi

# one whose only entry is damaged, and one that is cut off
zip -qX one.zip text.txt
at=$(grep -abo 'PK' one.zip | tail -2 | head -1 | cut -d: -f1)
damage one.zip $((at + 3)) 46
rm -rf "$work/catalog"
check_status 3 whichcab index one.zip
check_has 'its directory has 0 of 1 member' "$err"
check_status 3 whichcab where -m one.zip text.txt
check_has '200,000' "$out"
head -c $((at - 10)) one.zip >cut.zip
rm -rf "$work/catalog"
check_status 3 whichcab index --deep cut.zip
check_has 'no directory at its end' "$err"
check_status 3 whichcab where -m cut.zip text.txt
check_has '200,000' "$out"

# sizes behind the members, as of archives that were written to a pipe, without the directory
zip -qX - text.txt code.bin | cat >behind.zip
rm -rf "$work/catalog"
head -c $(($(stat -c %s behind.zip) - 100)) behind.zip >behind-cut.zip
check_status 3 whichcab index --deep behind-cut.zip
check_has '2 files read, 0 damaged' "$err"

# the last of several parts
cp one.zip part.zip
at=$(grep -abo 'PK' part.zip | tail -1 | cut -d: -f1)
damage part.zip $((at + 4)) 02
rm -rf "$work/catalog"
check_status 3 whichcab index part.zip
check_has 'the last of 3 parts' "$err"

finish

#!/usr/bin/env bash
# Names are bytes until their code page is known: no separator is looked for inside a character, and
# names are asked for as they are shown.  Lists of names may be those of Windows; each name that
# nothing was found for is told.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

make_cabinet() { # name of the folder; the description on standard input
    mkdir -p "$work/$1"
    cat >"$work/$1.cabinet"
    "$build/tests/gen/media-gen" cabinet "$work/$1.cabinet" "$work/$1" >/dev/null
    rm -f "$work/$1/manifest.tsv"
}

# ---- the second byte of a character is a backslash -----------------------------------------------
# In code page 932: a name with such a byte in front, in the middle and at the end; a folder.
make_cabinet sjis <<'END'
set size=0
folder stored
file "\x83\x5C\x83\x74\x83\x67\x95\x5C\x8E\xA6.txt" size=100
file "\x94\x5C\x97\xCD\x88\xEA\x97\x97.doc" size=200
file "\x8F\x91\x97\xDE\\\x93\xFA\x96\x7B\x8C\xEA\x95\x5C.txt" size=300
file README.TXT size=400
END
check_status 0 whichcab index --deep "$work/sjis"
for name in ソフト表示.txt 能力一覧.doc 日本語表.txt 書類/日本語表.txt; do
    check_status 0 whichcab where "$name"
done
check_status 0 whichcab ls "$work/sjis"
check_has ' ソフト表示.txt' "$out"
check_has ' 書類/日本語表.txt' "$out"
check_status 0 whichcab extract -o "$work/new/folders/out" ソフト表示.txt 能力一覧.doc
check_equal "$(cd "$work/new/folders/out" && stat -c '%s %n' ./* | sort | tr '\n' ' ')" \
    '100 ./ソフト表示.txt 200 ./能力一覧.doc ' 'the files, in a folder made with those around it'

# ---- folders of another code page in a query -----------------------------------------------------
make_cabinet cyrillic <<'END'
set size=0
folder stored
file "\x8E\xAF\xA8\xE1\xA0\xAD\xA8\xA5\\\x97\xA8\xE2\xA0\xA9.txt" size=100
file "\x8E\xAF\xA8\xE1\xA0\xAD\xA8\xA5\\README.TXT" size=100
file "\x91\xAF\xE0\xA0\xA2\xAA\xA0.hlp" size=100
END
check_status 0 whichcab index --codepage 866 "$work/cyrillic"
for name in Описание/README.TXT 'Описание\Читай.txt' описание/читай.TXT; do
    check_status 0 whichcab where -m "$work/cyrillic" "$name"
done
check_status 1 whichcab where -m "$work/cyrillic" Справка/README.TXT

# verify prints them in the page in which they are read.
size=$(stat -c %s "$work/cyrillic/"*.CAB)
printf X | dd of="$(echo "$work/cyrillic/"*.CAB)" bs=1 seek=$((size - 250)) conv=notrunc status=none
whichcab index --codepage 866 "$work/cyrillic" >"$out" 2>"$err"
check_status 3 whichcab verify "$work/cyrillic"
check_has 'Читай.txt: damaged' "$out"
check_status 3 whichcab verify --json "$work/cyrillic"
check_equal "$(jq -r 'select(.event == "damaged") | .name' "$out" | head -1)" 'Читай.txt' 'the name in JSON'

# ---- a file of no bytes needs no block ------------------------------------------------------------
for method in stored mszip; do
    make_cabinet "empty-$method" <<END
set size=0
folder $method
file EMPTY.TXT size=0
END
    check_status 0 whichcab index --deep "$work/empty-$method"
    check_status 0 whichcab verify "$work/empty-$method"
    check_status 0 whichcab extract -m "$work/empty-$method" -o "$work/out-$method" empty.txt
    check_equal "$(stat -c %s "$work/out-$method/EMPTY.TXT")" 0 "size of the empty file ($method)"
done

# ---- lists -----------------------------------------------------------------------------------------
lists=$work/lists
mkdir "$lists"
printf '\xEF\xBB\xBFreadme.txt\r\nnosuch.dll\r\n' >"$lists/utf8"
printf '\xFF\xFEr\0e\0a\0d\0m\0e\0.\0t\0x\0t\0\r\0\n\0n\0o\0s\0u\0c\0h\0.\0d\0l\0l\0\r\0\n\0' >"$lists/utf16"
printf '\xFE\xFF\0r\0e\0a\0d\0m\0e\0.\0t\0x\0t\0\r\0\n\0n\0o\0s\0u\0c\0h\0.\0d\0l\0l' >"$lists/utf16be"
printf 'r\0e\0a\0d\0m\0e\0.\0t\0x\0t\0\n\0n\0o\0s\0u\0c\0h\0.\0d\0l\0l\0' >"$lists/utf16-no-mark"
for list in "$lists"/*; do
    check_status 3 whichcab where --json -m "$work/sjis" -f "$list"
    check_equal "$(jq -r 'select(.found != false).query' "$out" | sort -u)" readme.txt "the name found from $(basename "$list")"
    check_has 'nosuch.dll: not found' "$err"
    check_status 3 whichcab extract -m "$work/sjis" -o "$work/from-list" --force -f "$list"
    check_has 'nosuch.dll: not found' "$err"
    check_has '1 file extracted, 0 salvaged, 0 failed, 1 name not found' "$err"
done
printf 'readme.txt\nodd\0name\n' >"$lists/binary"
check_status 2 whichcab where -f "$lists/binary"
check_has 'NUL' "$err"

# ---- names that nothing is found for ---------------------------------------------------------------
check_status 3 whichcab extract -m "$work/sjis" -n readme.txt nosuch.dll
check_has 'nosuch.dll: not found' "$err"
check_status 3 whichcab extract -m "$work/sjis" --stdout readme.txt nosuch.dll
check_has 'nosuch.dll: not found' "$err"
check_status 1 whichcab extract -m "$work/sjis" -o "$work/nothing" nosuch.dll nosuch2.dll
check_has 'nosuch2.dll: not found' "$err"
check_equal "$(test -e "$work/nothing" && echo there)" '' 'a folder for nothing'

# ---- paths of the host that are not UTF-8 ----------------------------------------------------------
cp -r "$work/sjis" "$work/$(printf 'odd\xFFname')"
check_status 0 whichcab index "$work/$(printf 'odd\xFFname')"
raw=$(printf '%s' "$work/$(printf 'odd\xFFname')" | od -An -tx1 | tr -d ' \n')
whichcab where --json --all 能力一覧.doc | jq -r 'select(.image_raw != null) | "\(.image) \(.image_raw)"' | sort -u >"$work/one"
whichcab media --json | jq -r '.disks[] | select(.image_raw != null) | "\(.image) \(.image_raw)"' | sort -u >"$work/two"
whichcab verify --json | jq -r 'select(.image_raw != null) | "\(.image) \(.image_raw)"' | sort -u >"$work/three"
for answer in one two three; do
    check_equal "$(cat "$work/$answer")" "$work/odd$(printf '\xEF\xBF\xBD')name $raw" "the path as answer $answer has it"
done
finish

#!/usr/bin/env bash
# Names that are not Unicode: which code page they are in, and that they are found by either form.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen

hex() { # page, text: the text's bytes as \xHH
    printf '%s' "$2" | iconv -t "CP$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g'
}

# A floppy with names in a code page, and a cabinet with further ones.
make_floppy() { # page, folder, 8.3 names ...
    local page=$1 to=$2 name
    mkdir -p "$to"
    {
        echo 'set name=NAMES.CAB'
        echo 'folder mszip'
        for name in "${@:3}"; do
            echo "file \"in-$(hex "$page" "$name")\" size=20"
        done
        echo 'file plain.txt size=10'
        printf '%s\n' 'file "caf\xc3\xa9.txt" size=10 utf8'
    } >"$to.cabinet"
    "$gen" cabinet "$to.cabinet" "$to-cabinet" >/dev/null || fail "the cabinet in $page"
    {
        echo "image fat format=1440 label=\"$(hex "$page" "${3:0:4}")\""
        echo "file NAMES.CAB from=$to-cabinet/NAMES.CAB"
        for name in "${@:3}"; do
            echo "file \"$(hex "$page" "$name")\" size=30"
        done
    } >"$to.image"
    "$gen" image "$to.image" "$to/disk.img" >/dev/null || fail "the image in $page"
}

# Each name is found on the floppy and in the cabinet, as text and by its bytes.
check_names() { # page, names ...
    local page=$1 name raw
    for name in "${@:2}"; do
        raw=$(printf '%s' "$name" | iconv -t "CP$page")
        check_status 0 whichcab where --json "$name" "in-$name"
        check_equal "$(jq -r .name "$out" | LC_ALL=C sort | paste -sd,)" \
            "$(printf '%s\n' "in-$name" "$name" | LC_ALL=C sort | paste -sd,)" "names found by $name in $page"
        check_status 0 whichcab where --json "$raw"
        check_equal "$(jq -r '.name' "$out" | sort -u)" "$name" "name found by the bytes of $name in $page"
        check_status 0 whichcab where --json "${name%.*}.*"
        check_equal "$(jq -r '.name' "$out" | sort -u)" "$name" "name found by a pattern, $name in $page"
    done
}

check_page() { # page that names are in, page that is expected, names ...
    rm -rf "$work/catalog"
    make_floppy "$1" "$work/page$1" "${@:3}"
    check_status 0 whichcab index -v "$work/page$1/disk.img"
    check_has "names in code page $2: guessed from" "$err"
    check_names "$1" "${@:3}"
    whichcab media --json >"$out"
    check_equal "$(jq -r '.disks[0].code_page' "$out")" "$2" "code page in JSON"
    whichcab media -v >"$out"
    check_has "names in code page $2" "$out"
    check_status 0 whichcab where --json café.txt
    check_equal "$(jq -r '[.name, .name_raw] | @csv' "$out")" '"café.txt",' "a name marked as UTF-8"
    check_status 0 whichcab ls -1 "$work/page$1/disk.img"
    check_has "$3" "$out"
    check_status 0 whichcab extract -o "$work/out$1" "in-$3"
    check_equal "$(ls "$work/out$1")" "in-$3" "name of the extracted file"
    check_status 0 whichcab catalog check
}

check_page 437 437 ÜBER.TXT GRÖSSE.DOC NIÑO.HLP
check_page 852 852 ŘEZ.TXT ČTIMNE.DOC ŁÓDŹ.TXT
check_page 866 866 ЧИТАЙ.TXT ПРОЧТИ.DOC
check_page 932 932 説明書.TXT 資料.DOC
check_page 1252 1252 ÜBER.TXT LÖSUNG.DOC FORÊT.HLP

# ---- a code page that is asked for ------------------------------------------------------------
image=$work/page866/disk.img
check_status 0 whichcab ls -1 --codepage 437 "$image"
check_lacks ЧИТАЙ.TXT "$out"
check_status 2 whichcab ls --codepage 65001 "$image"
check_has 'code page 65001 is not known' "$err"
check_status 2 whichcab index --codepage 123 "$image"
check_has 'code page 123 is not known' "$err"
rm -rf "$work/catalog"
check_status 0 whichcab index -v --codepage 855 "$image"
check_has 'names in code page 855: asked for with --codepage' "$err"
check_status 1 whichcab where ЧИТАЙ.TXT
# the same image in another page has other names: nothing of the old ones stays
check_status 0 whichcab index --codepage 866 "$image"
check_status 0 whichcab where ЧИТАЙ.TXT
check_status 0 whichcab catalog check

# ---- each medium has its own -------------------------------------------------------------------
mkdir "$work/both"
cp "$work/page866/disk.img" "$work/both/russian.img"
cp "$work/page852/disk.img" "$work/both/czech.img"
(cd "$work/both" && zip -q both.zip ./*.img && rm ./*.img)
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/both"
check_names 866 ЧИТАЙ.TXT
check_names 852 ČTIMNE.DOC
check_equal "$(whichcab media --json | jq -r '.disks[] | [.container, .code_page] | @csv' | sort | paste -sd' ')" \
    '"czech.img",852 "russian.img",866' "code pages of disks in a ZIP"
check_status 0 whichcab ls -1 "$work/both/both.zip"
check_has ЧИТАЙ.TXT "$out"
check_has ČTIMNE.DOC "$out"

# ---- a query needs no conversion of the C library -----------------------------------------------
check_equal "$(nm -D --undefined-only "$build/cli/whichcab" | grep -c iconv)" 0 "uses of iconv in the query program"
finish

#!/usr/bin/env bash
# Compares the facts found in real executables, those of Debian's wine packages, with what independent
# readers say: exiftool and peres (PE), wrestool (PE and NE, whose version resource it takes out).
#
# usage: compare_real.sh VERSION_FACTS [FOLDER]
#
# FOLDER: where the packages libwine and libwine:i386 are unpacked (default: the system's root).  PE
# files are taken as they are.  The 16-bit modules (*.dll16 ...) are NE files inside PE files, and
# are cut out of those.  Ends with 2 and the package's name when something needed is missing.
#
# peres 0.81 reads VS_FIXEDFILEINFO two numbers too early: what it prints as "Product Version" is the
# file version.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 VERSION_FACTS [FOLDER]" >&2; exit 2; }
version_facts=$(realpath "$1")
folder=${2:-}

need() { # command package
    command -v "$1" >/dev/null || { echo "$0: $1 is missing: install $2" >&2; exit 2; }
}
need exiftool libimage-exiftool-perl
need peres pev
need wrestool icoutils
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC

# ---- the files, by name, and what was found in them as one line each ---------------------------
mkdir "$work/pe" "$work/ne"
for file in "$folder"/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/*.*; do
    [ ! -f "$file" ] || ln -s "$(realpath "$file")" "$work/pe/64-${file##*/}"
done
[ -n "$(ls "$work/pe")" ] || { echo "$0: no executables of wine: install libwine" >&2; exit 2; }
modules=0
for file in "$folder"/usr/lib/i386-linux-gnu/wine/i386-windows/*; do
    case $file in
    *16) modules=$((modules + 1)) ;;
    *) [ ! -f "$file" ] || ln -s "$(realpath "$file")" "$work/pe/32-${file##*/}"; continue ;;
    esac
    # a second DOS header whose newer header is "NE"
    grep -obUaF MZ "$file" | cut -d: -f1 | while read -r at; do
        newer=$(od -An -tu4 -j$((at + 60)) -N4 "$file" 2>/dev/null | tr -d ' ')
        if [ -z "$newer" ] || [ "$newer" -ge 1024 ]; then continue; fi
        [ "$(od -An -c -j$((at + newer)) -N2 "$file" | tr -d ' ')" = NE ] || continue
        tail -c +$((at + 1)) "$file" >"$work/ne/${file##*/}"
    done
done
[ "$modules" -gt 0 ] || { echo "$0: no 16-bit modules of wine: install libwine:i386" >&2; exit 2; }

# Lines of: file, file version, product version, linker, time, language, code page, strings.
facts_of() { # folder
    (cd "$1" && "$version_facts" ./*) | awk -v OFS='\t' '
        function get(key) { return key in fact ? fact[key] : "-" }
        /^file / { split("", fact); name = substr($0, 8); next }
        /^$/ {
            language = get("language"); page = get("codepage")
            if (split(get("linker"), part, ".") == 2) fact["linker"] = part[1] + 0 "." part[2] + 0
            if (sub(/T/, " ", fact["timestamp"])) sub(/Z/, "+00:00", fact["timestamp"])
            gsub(/-/, ":", fact["timestamp"])
            print name, get("file_version"), get("product_version"), get("linker"), get("timestamp"),
                language, page == "-" ? "-" : sprintf("%04X", page), get("CompanyName"),
                get("FileDescription"), get("FileVersion"), get("InternalName"),
                get("OriginalFilename"), get("ProductName"), get("ProductVersion")
            next
        }
        { at = index($0, "="); fact[substr($0, 1, at - 1)] = substr($0, at + 1) }' | sort
}
facts_of "$work/pe" >"$work/pe.facts"
facts_of "$work/ne" >"$work/ne.facts"

# ---- PE: exiftool -----------------------------------------------------------------------------
exiftool -n -q -T -f -api missingtagvalue=- -FileName -FileVersionNumber \
    -ProductVersionNumber -LinkerVersion -TimeStamp -LanguageCode -CharacterSet -CompanyName \
    -FileDescription -FileVersion -InternalName -OriginalFileName -ProductName -ProductVersion \
    "$work/pe"/* | awk -F'\t' -v OFS='\t' '
    { for (i = 2; i <= NF; i++) { # blanks around a text are no part of what is found
          gsub(/^ +| +$/, "", $i)
          if ($i == "") $i = "-"
      }
      print }' | sort >"$work/pe.exiftool"
failed=0
if ! diff "$work/pe.exiftool" "$work/pe.facts" >"$work/diff"; then
    echo "PE: exiftool (<) and whichcab (>) differ:"
    head -40 "$work/diff"
    failed=1
fi

# ---- PE: peres (file version) and, PE and NE, wrestool's copy of the resource ---------------
dotted() { # stdin: two 32-bit numbers, most significant first
    read -r most least
    echo "$((most >> 16)).$((most & 65535)).$((least >> 16)).$((least & 65535))"
}
versioned=0
check_resource() { # file, line of facts
    local found product at
    IFS=$'\t' read -r _ found product _ <<<"$2"
    wrestool --raw --extract --type=16 "$1" >"$work/resource" 2>/dev/null || true
    at=$(grep -obUaP '\xBD\x04\xEF\xFE' "$work/resource" | head -1 | cut -d: -f1 || true)
    if [ -z "$at" ]; then
        [ "$found" = - ] || { echo "$1: version $found, but wrestool finds none"; failed=1; }
        return 0
    fi
    versioned=$((versioned + 1))
    if [ "$(od -An -tu4 -j$((at + 8)) -N8 "$work/resource" | dotted)" != "$found" ] ||
        [ "$(od -An -tu4 -j$((at + 16)) -N8 "$work/resource" | dotted)" != "$product" ]; then
        echo "$1: found $found and $product, wrestool's resource has others"
        failed=1
    fi
}
while read -r line; do
    file=$work/pe/${line%%$'\t'*}
    check_resource "$file" "$line"
    found=$(cut -f2 <<<"$line")
    [ "$found" != - ] || continue
    said=$(peres -v "$file" 2>/dev/null | sed -n 's/^Product Version: *//p')
    [ "$said" = "$found" ] || { echo "$file: version $found, peres says '$said'"; failed=1; }
done <"$work/pe.facts"
pe_versioned=$versioned versioned=0
while IFS= read -r line; do
    file=$work/ne/${line%%$'\t'*}
    check_resource "$file" "$line"
    # strings stand in the resource as they were printed
    while read -r text; do
        [ "$text" = - ] || grep -qaF -- "$text" "$work/resource" ||
            { echo "$file: '$text' is not in its resource"; failed=1; }
    done < <(cut -f8- <<<"$line" | tr '\t' '\n')
done <"$work/ne.facts"
echo "PE: $(wc -l <"$work/pe.facts") files, $pe_versioned with a version; NE: $(wc -l <"$work/ne.facts"), $versioned"
[ "$failed" -eq 0 ] && [ "$pe_versioned" -ge 10 ] && [ "$versioned" -ge 3 ]

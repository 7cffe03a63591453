#!/usr/bin/env bash
# One of the real media, in each form that it may be kept in: what it is, which copies are right, what
# one disk tells of all others, and what one cabinet less costs.
# usage: realmedia.sh BUILD ID
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
id=$2
gen=$build/tests/gen/media-gen
cd "$work" || exit 1

case $id in
win95-osr2-dmf)
    heading='Windows 95 OSR2 (4.00.950 B), English, 22 DMF disks, complete'
    facts='4.00.950 B|en-US|22 DMF disks'
    other='4.00.950 B|x-lcid-0476|22 disks'
    gone='MINI PRECOPY1 PRECOPY2 WIN95_02 WIN95_08 WIN95_22'
    ;;
win98se-cd)
    heading='Windows 98 Second Edition (4.10.2222 A), English, CD-ROM, complete'
    facts='4.10.2222 A|en-US|CD-ROM'
    other='4.10.2222 A|x-lcid-0476|CD-ROM'
    gone='PRECOPY1 PRECOPY2 BASE5 DRIVER14 WIN98_21'
    ;;
win98-cd-ptbr)
    heading='Windows 98 (4.10.1998), Portuguese (Brazil), CD-ROM, complete'
    facts='4.10.1998|pt-BR|CD-ROM'
    other='4.10.1998|x-lcid-0476|CD-ROM'
    gone='PRECOPY2 CATALOG3 DRIVER20 WIN98_22 WIN98_40'
    ;;
esac

# Builds the medium into medium/, indexes it alone.
build_and_index() { # options
    rm -rf medium "$work/catalog"
    "$gen" real "$id" medium "$@" || exit 1
    mv medium/manifest.tsv .
    check_status 0 whichcab index medium
}

# The medium is one, is what it should be, and nothing is missing or foreign.
check_medium() { # release|language|layout, how it was built
    whichcab media --json >"$out" 2>"$err"
    check_equal "$(jq -s length "$out")" 1 "media, $2"
    check_equal "$(jq -r '[.release, .language, .layout] | join("|")' "$out")" "$1" "what it is, $2"
    check_equal "$(jq -r '.complete' "$out")" true "complete, $2"
    check_equal "$(jq -r '[.disks[].status] | unique | join(" ")' "$out")" present "disks, $2"
}

# The first answer is the copy for an installed system, and just that is extracted.
check_right_copies() {
    local name sum place
    rm -rf got
    check_status 0 whichcab extract -o got user.exe gdi.exe krnl386.exe commctrl.dll
    for name in user.exe gdi.exe krnl386.exe kommctrl.dll; do
        whichcab where --json "${name/komm/comm}" >"$out" 2>"$err"
        place=$(jq -rs '.[0] | [.source, .name, .cabinet, .role] | join(" ") | ascii_upcase' "$out")
        check_equal "$place" "$(awk -F'\t' -v n="$name" 'tolower($5) == n && $3 != "" && $3 !~ /MINI/ {
            print toupper("indexed " $5 " " $3 " system")}' manifest.tsv)" "first answer for $name"
        sum=$(find got -iname "$name" -exec sha256sum {} + | cut -d' ' -f1)
        check_equal "$sum" "$(awk -F'\t' -v n="$name" 'tolower($5) == n && $3 !~ /MINI/ {print $8}' \
            manifest.tsv)" "bytes of $name"
    done
}

build_and_index
check_medium "$facts" images
whichcab media 2>"$err" | tr -s '\n ' ' ' >"$out"
check_has ": $heading" "$out"
check_right_copies
cp -rl medium kept
cp manifest.tsv kept.tsv

build_and_index --form folder --odd-names --lower
check_medium "$facts" "a folder, odd names"
check_right_copies
mv medium folder

build_and_index --form joliet --dates-lost
check_medium "$facts" "Joliet, dates lost"

build_and_index --form iso --other-language --odd-names
check_medium "$other" "an ISO in another language"
check_right_copies

if [ "$id" = win95-osr2-dmf ]; then
    build_and_index --other-language --dates-lost --lower
    check_medium "${other/22/22 DMF}" "images in another language"
else
    build_and_index --form folder --other-language --dates-lost --lower
    check_medium "$other" "a folder in another language"
fi
check_right_copies

# With nothing but PRECOPY2 every file of the others has its cabinet and disk.
check_told() { # sources (pattern), what
    cut -f5 manifest.tsv | tail -n +2 | sort -fu >names
    whichcab where --json --all --from names >"$out" 2>"$err"
    jq -r --arg sources "$1" 'select([.source, .medium] | join(" ") | test($sources)) |
        [.disk // "", .cabinet // "", .name] | join("\t") | ascii_downcase' "$out" | sort -u >told
    awk -F'\t' 'NR > 1 && $3 != "" && tolower($3) !~ /^(mini|chl|win98_ol)/ {
        print tolower($1 "\t" $3 "\t" $5)}' manifest.tsv | sort -u >wanted
    check_equal "$(comm -13 told wanted | wc -l)" 0 "files without cabinet and disk, $2"
    comm -13 told wanted | head -3
}
mkdir alone
if [ "$id" = win95-osr2-dmf ]; then
    mv medium/disk02.img alone/
else
    find medium -iname 'precopy2.cab' -exec mv {} alone/ \;
fi
rm -rf "$work/catalog"
check_status 0 whichcab index alone
check_told '^(indexed|medium) ' "another language"

# One cabinet less: that one is missing, once, and just its files are not complete.
touched_by() { # cabinet: the files that begin, go on or end in it
    awk -F'\t' -v gone="$1.CAB" '
        function place(name) { # in the chain; those without a number stand alone
            name = toupper(name)
            if (name ~ /^PRECOPY/)
                return substr(name, 8, 1) / 10
            return match(name, /[0-9]+\.CAB$/) ? substr(name, RSTART) + 0 : name
        }
        NR > 1 && $3 != "" && place($3) <= place(gone) && place($4) >= place(gone) &&
            (toupper($3) == gone) + (place($4) != place($3)) > 0 { print tolower($3 " " $5) }' kept.tsv |
        sort -u
}
tail -n +2 kept.tsv | cut -f5 | sort -fu >names
for cabinet in $gone; do
    rm -rf less "$work/catalog"
    cp -rl folder less
    find less -iname "$cabinet.cab" -delete
    check_status 0 whichcab index less
    check_status 3 whichcab media --json
    check_equal "$(jq -rs 'map(.disks[] | select(.status == "missing") | .reason // .disk) | join(" ") |
        ascii_upcase' "$out")" "$cabinet.CAB" "missing without $cabinet"
    check_equal "$(jq -s length "$out")" 1 "media without $cabinet"
    whichcab where --json --all --from names >"$out" 2>"$err"
    jq -r --arg id "$id" 'select(.source != "published" or (.medium | startswith($id))) |
        select((.complete | not) and .cabinet != null) | [.starts_in // .cabinet // "", .name] | join(" ") | ascii_downcase' "$out" | sort -u >incomplete
    touched_by "$cabinet" >wanted
    check_equal "$(comm -3 incomplete wanted | wc -l)" 0 "files that are not as they should be without $cabinet"
    comm -3 incomplete wanted | head -5
done
finish

#!/usr/bin/env bash
# Which release a medium is by its own word: the version of Setup, the letter and the language in its
# information files, where neither a listing nor the hours of its files tell.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
gen=$build/tests/gen/media-gen
cd "$work" || exit 1

# A Setup whose files are of no known hour. setup FOLDER VERSION LETTER PREFIX LANGUAGE
setup() {
    local cabinet=$4_02.CAB
    mkdir -p "$1"
    printf '%s\r\n' '[SourceDisksNames]' "1=\"Okna 1\",\"PRECOPY2.CAB\",0" "2=\"Okna 2\",\"$cabinet\",0" \
        '[SourceDisksFiles]' 'layout.inf=1,,500' 'explorer.exe=2,,9000' 'shell32.dll=2,,8000' >layout.inf
    printf '%s\r\n' '[Locale]' "HKLM,\"Nls\\Locale\",Resource_Locale,,\"0000$5\"" >locale.inf
    printf '%s\r\n' '[Strings]' 'ProductType="9"' "SubVersionString=\"$3\"" >setuppp.inf
    {
        printf '%s\n' 'set size=0 name=PRECOPY2.CAB id=111' 'folder mszip' \
            'file layout.inf from=layout.inf modified="1996-01-02 04:05:00"' \
            'file locale.inf from=locale.inf modified="1996-01-02 04:05:00"' \
            'file setuppp.inf from=setuppp.inf modified="1996-01-02 04:05:00"'
        [ -z "$2" ] || printf '%s\n' "file setupx.dll size=6000 version=$2 modified=\"1996-01-02 04:05:00\""
    } >precopy.cabinet
    printf '%s\n' "set size=0 name=$cabinet id=222" 'folder mszip' \
        'file explorer.exe size=9000 modified="1996-01-02 04:05:00"' \
        'file shell32.dll size=8000 modified="1996-01-02 04:05:00"' >rest.cabinet
    for part in precopy rest; do
        "$gen" cabinet "$part.cabinet" "$1" >/dev/null
    done
    rm -f "$1/manifest.tsv"
}

check_release() { # folder, what media says
    rm -rf "$work/catalog"
    check_status 0 whichcab index "$1"
    check_status 0-3 whichcab media --json
    check_equal "$(jq -r '[.medium // "-", .title // "-", .release // "-", .language // "-"] | join("|")' "$out")" \
        "$2" "release of $1"
}

setup se 4.10.0.2222 ' A ' WIN98 0405
check_release se 'win98se-cd|Windows 98 Second Edition|4.10.2222 A|cs-CZ'
setup first 4.10.0.1998 ' ' WIN98 0419
check_release first 'win98-cd|Windows 98|4.10.1998|ru-RU'
setup b 4.0.0.1111 ' B' WIN95 0415
check_release b 'win95-osr2-cd~folder|Windows 95 OSR2|4.00.950 B|pl-PL'
setup plain 4.0.0.950 '' WIN95 0406
check_release plain 'win95-cd~folder|Windows 95|4.00.950|da-DK'
setup letter '' ' C' WIN95 040e
check_release letter 'win95-osr25-cd|Windows 95 OSR2.5|4.00.950 C, files 4.03.1214|hu-HU'
# A build that no profile knows is named as it names itself.
setup beta 4.10.0.1650 '' WIN98 0409
check_release beta '-|Windows 98|4.10.1650|en-US'

# Packed one by one, beside its table, as Setup's files lie on some media.
mkdir loose
printf '%s\n' 'image fat format=2880 label=EINS' 'file LAYOUT.INF from=layout.inf' \
    'file SETUPX.DL_ size=6000 version=4.10.0.1650 pack=szdd missing=L' >loose.image
"$gen" image loose.image loose/a.img >/dev/null
check_release loose '-|Windows 98|4.10.1650|-'
finish

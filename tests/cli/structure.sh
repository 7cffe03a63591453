#!/usr/bin/env bash
# What a medium's structure tells where no profile knows it: a Setup as that of Windows 95 is laid
# out, in a language that nobody speaks.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
gen=$build/tests/gen/media-gen

# Two set ids, and a link from the second to the first that is not returned.
setup_of() { # folder case
    mkdir -p "$1"
    cat >"$work/mini.cabinet" <<'EOF'
set size=0 name=MINI.CAB id=16261
folder mszip
file USER.EXE size=9000 modified="1995-03-03 09:50:00"
file GDI.EXE size=8000 modified="1995-03-03 09:50:00"
file KRNL386.EXE size=7000 modified="1995-03-03 09:50:00"
EOF
    cat >"$work/precopy.cabinet" <<'EOF'
set size=24000 name=PRECOPY%.CAB disk=% id=20203
folder mszip
file COMMCTRL.DLL size=5000 modified="1995-03-03 09:50:00"
file KOMMCTRL.DLL size=15000 content=random modified="1995-03-03 09:50:00"
file SHELL.DLL size=4000 modified="1995-03-03 09:50:00"
file WINBOOT.SYS size=20000 content=random modified="1995-03-03 09:50:00"
EOF
    cat >"$work/rest.cabinet" <<'EOF'
set size=20000,40000 name=WIN95_0%.CAB disk=% id=42000 index=2
cabinet 1 name=WIN95_02.CAB previous=PRECOPY2.CAB previous-disk=2 called=WIN95_02.CAB
cabinet 2 name=WIN95_03.CAB called=WIN95_03.CAB
cabinet 3 name=WIN95_04.CAB called=WIN95_04.CAB
folder mszip
file EXPLORER.EXE size=30000 content=random modified="1995-03-03 09:50:00"
file USER.EXE size=20000 content=random modified="1995-03-03 09:50:00"
file GDI.EXE size=12000 content=random modified="1995-03-03 09:50:00"
file KRNL386.EXE size=11000 content=random modified="1995-03-03 09:50:00"
file SHELL.NEW size=9000 content=random modified="1995-03-03 09:50:00"
EOF
    for part in mini precopy rest; do
        "$gen" cabinet "$work/$part.cabinet" "$1" >/dev/null
    done
    rm -f "$1/manifest.tsv"
    if [ "$2" = lower ]; then
        for file in "$1"/*; do
            mv "$file" "$1/$(basename "$file" | tr '[:upper:]' '[:lower:]')"
        done
    fi
}

best() { # name: cabinet and role of the first indexed answer
    whichcab where --json "$1" 2>/dev/null |
        jq -rs 'map(select(.source == "indexed"))[0] | [(.cabinet | ascii_upcase), .name, .role] | join(" ")'
}

for letters in upper lower; do
    rm -rf "$work/catalog"
    setup_of "$work/$letters" "$letters"
    check_status 0 whichcab index "$work/$letters"
    check_equal "$(best user.exe)" "WIN95_02.CAB USER.EXE system" "user.exe, $letters case"
    check_equal "$(best gdi.exe)" "WIN95_03.CAB GDI.EXE system" "gdi.exe, $letters case"
    check_equal "$(best krnl386.exe | cut -d' ' -f3)" system "krnl386.exe, $letters case"
    check_equal "$(best commctrl.dll)" "PRECOPY1.CAB KOMMCTRL.DLL system" "commctrl.dll, $letters case"
    check_equal "$(best io.sys | cut -d' ' -f2,3)" "WINBOOT.SYS system" "io.sys, $letters case"
    check_status 0 whichcab extract -o "$work/out-$letters" user.exe gdi.exe krnl386.exe
    check_equal "$(stat -c %s "$work/out-$letters/USER.EXE")" 20000 "user.exe that is extracted"
done

# The mini-Windows by itself is one as well.
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/upper/MINI.CAB"
check_equal "$(best user.exe)" "MINI.CAB USER.EXE mini" "mini-Windows alone"

# Files of an unknown product go to the folder at hand, those of Windows NT where it keeps them.
rm -rf "$work/catalog"
mkdir -p "$work/nt"
printf 'image iso label=NT\nfile I386/KERNEL32.DLL size=9000\nfile MIPS/KERNEL32.DLL size=9500\nfile TOOLS/OTHER.DLL size=10\n' >"$work/nt.image"
"$gen" image "$work/nt.image" "$work/nt/nt.iso" >/dev/null
check_status 0 whichcab index "$work/nt"
check_status 0 whichcab where --json kernel32.dll
check_equal "$(jq -rs 'map(select(.source == "indexed"))[0].commands[0]' "$out")" \
    'COPY /Y D:\I386\KERNEL32.DLL C:\WINNT\SYSTEM32\KERNEL32.DLL' "where Windows NT keeps it"
check_status 0 whichcab where --json other.dll
check_equal "$(jq -rs 'map(select(.source == "indexed"))[0].commands[0]' "$out")" \
    'COPY /Y D:\TOOLS\OTHER.DLL .\OTHER.DLL' "where nobody knows"
finish

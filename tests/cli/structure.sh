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
    # PRECOPY2 names no next cabinet, and WIN95_02 names it over a change of set id: nothing is missing.
    check_status 0 whichcab media
    check_lacks missing "$out"
    check_lacks incomplete "$out"
    # Most files in its cabinets were written at 9:50: that is the version, in every language.
    check_has "win95-cd~folder: Windows 95 (4.00.950), complete" "$out"
done

# One cabinet less: that one is missing, once, whether a file crosses into it or not.
for gone in PRECOPY2 WIN95_02 WIN95_03; do
    rm -rf "$work/catalog" "$work/less"
    cp -r "$work/upper" "$work/less"
    rm "$work/less/$gone.CAB"
    check_status 0 whichcab index "$work/less"
    check_status 3 whichcab media
    check_equal "$(grep missing "$out" | sed 's/.*with //')" "$gone.CAB" "missing without $gone"
done

# A file over four cabinets, the second of them all its own: the header of the third passes it over.
cat >"$work/long.cabinet" <<'EOF'
set size=40000 name=DRIVER1%.CAB disk=% id=777
cabinet 3 previous=DRIVER11.CAB previous-disk=1
folder mszip
file FIRST.TXT size=3000
file BIG.DLS size=120000 content=random
folder mszip
file LAST.TXT size=9000 content=random
EOF
rm -rf "$work/catalog"
"$gen" cabinet "$work/long.cabinet" "$work/long" >/dev/null
rm "$work/long/DRIVER12.CAB" "$work/long/manifest.tsv"
check_status 0 whichcab index "$work/long"
check_status 3 whichcab where --json big.dls
check_equal "$(jq -rs 'map(select(.source == "indexed")) | map([.cabinet, .starts_in, .ends_in, .complete, (.other_copies | length), ([.needs[] | select(.present | not).cabinet] | join("+"))] | join(" ")) | join(";")' "$out")" \
    "DRIVER11.CAB DRIVER11.CAB DRIVER14.CAB false 0 DRIVER12.CAB" "file around a missing cabinet"
check_status 3 whichcab media
check_equal "$(grep missing "$out" | sed 's/.*with //')" DRIVER12.CAB "cabinet that a header passes over"
rm "$work/long/DRIVER11.CAB"
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/long"
check_status 3 whichcab where --json big.dls
check_equal "$(jq -rs 'map(select(.source == "indexed"))[0] | [.starts_in, ([.needs[] | select(.present | not).cabinet] | join("+"))] | join(" ")' "$out")" \
    "DRIVER11.CAB DRIVER11.CAB+DRIVER12.CAB" "both missing cabinets before the rest of a file"

# The mini-Windows by itself is one as well.
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/upper/MINI.CAB"
check_equal "$(best user.exe)" "MINI.CAB USER.EXE mini" "mini-Windows alone"

# A name that is given comes out under that name, what gets it on installation beside it.
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/upper"
check_status 0 whichcab extract -o "$work/literal" shell.dll
check_equal "$(stat -c %s "$work/literal/SHELL.DLL")" 4000 "SHELL.DLL itself"
check_equal "$(stat -c %s "$work/literal/SHELL.NEW")" 9000 "SHELL.NEW beside it"
check_has "SHELL.NEW: probably SHELL.DLL when installed" "$err"
check_status 0 whichcab extract -o "$work/literal" commctrl.dll
check_equal "$(stat -c %s "$work/literal/COMMCTRL.DLL" "$work/literal/KOMMCTRL.DLL" | tr '\n' ' ')" "5000 15000 " "both COMMCTRL.DLL"

# Different files of one name, and nothing to tell them by: the user chooses.
rm -rf "$work/catalog"
mkdir -p "$work/products/a" "$work/products/b"
printf 'one' >"$work/products/a/MSHTML.DLL"
printf 'other' >"$work/products/b/MSHTML.DLL"
printf 'same' >"$work/products/b/ONCE.DLL"
check_status 0 whichcab index "$work/products"
check_status 0 whichcab where --json mshtml.dll
check_equal "$(jq -rs 'map(select(.source == "indexed")) | map([.path, .undecided] | map(tostring) | join(" ")) | join(";")' "$out")" \
    "a/MSHTML.DLL true;b/MSHTML.DLL true" "answers of their own"
check_status 3 whichcab extract -o "$work/choice" mshtml.dll once.dll
check_has "mshtml.dll: different files are called that" "$err"
check_equal "$(ls "$work/choice")" ONCE.DLL "what is extracted without a choice"
check_status 3 whichcab extract -o "$work/choice2" mshtml.dll
check_status 0 whichcab extract -o "$work/choice" b/mshtml.dll
check_equal "$(cat "$work/choice/MSHTML.DLL")" other "the chosen file"
check_status 0 whichcab extract --all -o "$work/choice3" mshtml.dll
check_equal "$(find "$work/choice3" -type f | wc -l)" 2 "all of them"

# A cabinet or a folder below a folder that is one medium can be named.
check_status 0 whichcab where -m "$work/products/b" mshtml.dll
check_status 0 whichcab extract -m "$work/products/b" -o "$work/below" mshtml.dll
check_equal "$(cat "$work/below/MSHTML.DLL")" other "file below a path"
rm -rf "$work/catalog"
check_status 0 whichcab index "$work/lower"
check_status 0 whichcab extract -m "$work/lower/mini.cab" -o "$work/below" user.exe
check_equal "$(stat -c %s "$work/below/USER.EXE")" 9000 "file of a cabinet that is named"
check_status 2 whichcab where -m "$work/lower/nosuch.cab" user.exe
check_status 0 whichcab verify "$work/lower/mini.cab"
check_has "files in 1 image: 0 damaged" "$err"
check_status 2 whichcab verify "$work/lower/nosuch.cab"

# The copy of a disc is one medium though an image lies in it, and nothing in it is passed over.
images() { whichcab media --json | jq -rs '[.[].disks[] | select(.status != "missing").image | ltrimstr("'"$work"'/")] | sort | join(" ")'; }
rm -rf "$work/catalog"
mkdir -p "$work/disc/WIN95" "$work/disc/DRIVERS/DISPLAY" "$work/disc/TOOLS"
cp "$work/upper/MINI.CAB" "$work/disc/WIN95"
printf 'driver' >"$work/disc/DRIVERS/DISPLAY/ATICWDDE.DLL"
printf 'image fat format=1440 label=TOOLS\nfile TOOL.EXE size=100\n' >"$work/tool.image"
"$gen" image "$work/tool.image" "$work/disc/TOOLS/IMAGE.DSK" >/dev/null
check_status 0 whichcab index "$work/disc"
check_equal "$(images)" "disc disc/TOOLS/IMAGE.DSK" "media of a disc with an image"
check_status 0 whichcab where aticwdde.dll
rm -rf "$work/catalog" "$work/disc/WIN95"
touch "$work/disc/AutoRun.inf"
check_status 0 whichcab index "$work/disc"
check_equal "$(images)" "disc disc/TOOLS/IMAGE.DSK" "media of a disc without cabinets"

# Two discs side by side are two media; a folder of loose files is one when it is named.
rm -rf "$work/catalog"
mkdir -p "$work/discs" "$work/loose"
cp -r "$work/upper" "$work/discs/first"
cp -r "$work/upper" "$work/discs/second"
check_status 0 whichcab index "$work/discs"
check_equal "$(images)" "discs/first discs/second" "media of two discs"
rm -rf "$work/catalog"
printf 'inf' >"$work/loose/OEM.INF"
check_status 0 whichcab index "$work/loose"
check_status 0 whichcab where oem.inf
mkdir "$work/empty"
check_status 3 whichcab index "$work/empty"
check_has "nothing to index" "$err"

# Files of an unknown product go to the folder at hand, those of Windows NT where it keeps them.
rm -rf "$work/catalog"
mkdir -p "$work/nt"
printf 'image iso label=NT\nfile I386/KERNEL32.DLL size=9000\nfile MIPS/KERNEL32.DLL size=9500\nfile MIPS/ONLY.DLL size=9\nfile TOOLS/OTHER.DLL size=10\n' >"$work/nt.image"
"$gen" image "$work/nt.image" "$work/nt/nt.iso" >/dev/null
check_status 0 whichcab index "$work/nt"
check_status 0 whichcab where --json kernel32.dll
check_equal "$(jq -rs 'map(select(.source == "indexed"))[0].commands[0]' "$out")" \
    'COPY /Y D:\I386\KERNEL32.DLL C:\WINNT\SYSTEM32\KERNEL32.DLL' "where Windows NT keeps it"
check_equal "$(whichcab where --all --json kernel32.dll | jq -rs 'map(select(.source == "indexed")) | map([.path, .machine // "PC"] | join(" ")) | join(";")')" \
    "I386/KERNEL32.DLL PC;MIPS/KERNEL32.DLL MIPS" "machines"
check_status 0 whichcab where --json other.dll
check_equal "$(jq -rs 'map(select(.source == "indexed"))[0].commands[0]' "$out")" \
    'COPY /Y D:\TOOLS\OTHER.DLL .\OTHER.DLL' "where nobody knows"
check_status 0 whichcab where only.dll
check_has "for MIPS machines, not for a PC" "$out"
check_status 0 whichcab where --commands only.dll
check_has "REM for MIPS machines, not for a PC" "$out"

# Whatever its folder is called, a program's own header tells for which machine it is, once it was read.
mkdir -p "$work/machines/BIN" "$work/machines/MIPS"
"$build/tests/make_program" pe "$work/machines/BIN/OTHER.EXE" KERNEL32.dll
cp "$work/machines/BIN/OTHER.EXE" "$work/machines/MIPS/HOME.EXE"
offset=$(od -An -tu4 -j60 -N4 "$work/machines/BIN/OTHER.EXE" | tr -d ' ')
printf '\204\001' | dd of="$work/machines/BIN/OTHER.EXE" bs=1 seek=$((offset + 4)) conv=notrunc status=none
rm -rf "$work/catalog"
check_status 0 whichcab index --deep "$work/machines"
check_status 0 whichcab where --json other.exe
check_equal "$(jq -r .machine "$out")" Alpha "machine of a program by its header"
check_status 0 whichcab where --commands other.exe
check_has "for Alpha machines" "$out"
check_status 0 whichcab where --json home.exe
check_equal "$(jq -r .machine "$out")" null "a program for a PC in a folder of another name"
finish

#!/usr/bin/env bash
# Tables of contents: what a medium's own list says of disks that are not indexed.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
mkdir "$work/set"
cd "$work/set" || exit 1

# A made-up release in a language that no profile knows: three disks of cabinets, disk 2 has the table.
printf '%s\r\n' '[Version]' 'LayoutFile=layout1.inf' '[SourceDisksNames]' \
    '1="Fenster 95 Diskette 1","PRECOPY1.CAB",0' '2="Fenster 95 Diskette 2","PRECOPY2.CAB",0' \
    '3="Fenster 95 Diskette 2","WIN95_02.CAB",0' $'4="Fenster 95 f\374r Z\374rich 3","WIN95_03.CAB",0' \
    '[SourceDisksFiles]' 'liesmich.txt=0,,77' 'setupx.dll=1,,3000' 'layout.inf=2,,500' \
    'karten.exe=3,,4000' 'fehlt.dll=3,,1' 'user.exe=3,,4101' 'gross.dll=4,,6000' >layout.inf
printf '%s\r\n' '[Locale]' 'HKLM,"Nls\Locale",Resource_Locale,,"00000407"' >locale.inf
cat >precopy2.cabinet <<'END'
set size=0 name=PRECOPY2.CAB disk=2 id=111
folder quantum window=18
file layout.inf from=layout.inf modified="1996-01-02 09:50:00"
file locale.inf from=locale.inf modified="1996-01-02 09:50:00"
END
cat >win95_02.cabinet <<'END'
set size=0 name=WIN95_02.CAB disk=2 id=222
folder mszip
file karten.exe size=4000 modified="1996-01-02 09:50:00"
file user.exe size=4100 modified="1996-01-02 09:50:10"
END
cat >win95_03.cabinet <<'END'
set size=0 name=WIN95_03.CAB disk=3 id=222
folder mszip
file gross.dll size=6000 modified="1996-01-02 09:50:00"
END
for cabinet in precopy2 win95_02 win95_03; do
    "$gen" cabinet "$cabinet.cabinet" . >/dev/null
done
printf '%s\n' 'image fat format=dmf label=ZWEI' 'file PRECOPY2.CAB from=PRECOPY2.CAB' \
    'file WIN95_02.CAB from=WIN95_02.CAB' >two.image
printf '%s\n' 'image fat format=dmf label=DREI' 'file WIN95_03.CAB from=WIN95_03.CAB' >three.image
mkdir media
"$gen" image two.image media/x.img >/dev/null

# With disk 2 alone the table answers for the others, in the medium's own words.
check_status 0 whichcab index media
check_status 3 whichcab where --json gross.dll
check_equal "$(jq -r '[.source, .disk, .cabinet, .size, .complete, .needs[0].insert, .image, .told_by] | @csv' <"$out")" \
    "\"medium\",\"3\",\"WIN95_03.CAB\",6000,false,\"Fenster 95 für Zürich 3\",,\"$work/set/media/x.img\"" "told answer"
check_status 3 whichcab where gross.dll
check_has "insert Fenster 95 für Zürich 3" "$out"
check_has "(not indexed)" "$out"

# What is there speaks for itself.
check_status 0 whichcab where --json karten.exe
check_equal "$(jq -r '[.source, .cabinet] | @csv' <"$out")" '"indexed","WIN95_02.CAB"' "indexed answer"
check_status 0 whichcab catalog check
check_status 0 whichcab export
check_has "$(printf 'container\tcontents')" "$out"

# Release, language and layout are told each for itself; disk 1 and 3 are missing.
check_status 3 whichcab media
check_equal "$(head -n 2 "$out" | tr -s '\n ' ' ')" \
    "win95-cd~floppies: Windows 95 (4.00.950), German, 3 DMF disks, 1 of 3 disks, incomplete " "heading"
check_has "missing   disk 3   Fenster 95 für Zürich 3" "$out"
check_status 3 whichcab media --json
check_equal "$(jq -r '[.medium, .title, .language, .layout, .kind, .disks_from, .disks_known, .disks_present, (.missing | join(" "))] | @csv' <"$out")" \
    '"win95-cd~floppies","Windows 95","de-DE","3 DMF disks","floppies","medium",3,1,"1 3"' "media"

# An id stands for its release in other layouts, too.
check_status 0 whichcab where --json -m win95-cd karten.exe
check_equal "$(jq -r .medium <"$out" | head -1)" "win95-cd~floppies" "medium asked for by its release"
check_status 0 whichcab where --json -m 'win95-cd~floppies' karten.exe
whichcab where --json -m win95-osr2-cd karten.exe >"$out" 2>"$err" || true
check_equal "$(jq -r .medium "$out" | head -1)" null "another release"

# The other disk comes: the table is silent about it from now on.
"$gen" image three.image media/y.img >/dev/null
check_status 0 whichcab index media
check_status 0 whichcab where --json gross.dll
check_equal "$(jq -r '[.source, .cabinet, .complete] | @csv' <"$out")" '"indexed","WIN95_03.CAB",true' "disk 3 is there"

# A medium that contradicts itself is told; what is of another size is there all the same.
check_status 0 whichcab verify media
check_has "fehlt.dll: is in the medium's own table of contents and not here" "$out"
check_has "told as" "$out"
check_status 0 whichcab where --json user.exe
check_equal "$(jq -r 'select(.source == "indexed") | [.source, .size] | @csv' <"$out")" '"indexed",4100' "file of another size"

# The real name in a table comes before any that is concluded from the packed one.
printf '%s\r\n' 'Setup Disk #1' ' EXPAND.EXE' 'Setup Disk #2' ' LISTE.GR_  LISTE.GRB' \
    ' HIMEM.SY_  HIMEM.SYS' >PACKING.LST
printf '%s\n' 'image fat format=720 label=EINS' 'file PACKING.LST from=PACKING.LST' >one.image
printf '%s\n' 'image fat format=720 label=ZWEI' 'file LISTE.GR_ size=900 pack=szdd' >packed.image
mkdir dos
"$gen" image one.image dos/a.img >/dev/null
"$gen" image packed.image dos/b.img >/dev/null
check_status 0 whichcab index dos
check_status 0 whichcab where --json liste.grb
check_equal "$(jq -r '[.source, .name, .alias, .image] | @csv' <"$out")" \
    "\"indexed\",\"LISTE.GRB\",\"LISTE.GR_\",\"$work/set/dos/b.img\"" "packed file by its real name"
check_status 3 whichcab where --json himem.sys
check_equal "$(jq -r 'select(.source == "medium") | [.name, .alias, .disk, .needs[0].insert] | @csv' <"$out")" \
    '"HIMEM.SYS","HIMEM.SY_","2","Setup Disk #2"' "packed file of a missing disk"

# Whether a table is read: not of what a listing explains, unless --deep asks for it.
stack=$(sample_stack)
catalog_of_stack=$work/known
check_status 0 "$build/cli/whichcab" -C "$catalog_of_stack" index "$stack/win95-dmf"
check_status 0 "$build/cli/whichcab" -C "$catalog_of_stack" export
check_lacks "$(printf 'container\tcontents')" "$out"
finish

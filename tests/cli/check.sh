#!/usr/bin/env bash
# The Windows on a PC's disk, held against its media: nothing on a sound one, each fault of a broken one.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
stack=$(sample_stack)
system=$work/pc/WINDOWS/SYSTEM
mkdir -p "$work/pc/WINDOWS/INF" "$system"

check_says() { # text: in the output, whatever its line ends
    tr -s ' \n' ' ' <"$out" >"$work/says"
    check_has "$1" "$work/says"
}
put() { # file offset: stdin over its bytes
    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
renew() { # name: as it was; names as they stand on the medium
    cp -p "$work/sound/$1" "$system/$1"
}
states() { # state...: which files are in it
    jq -r --arg state "$1" 'select(.event == "file" and .state == $state).name | ascii_downcase' "$out" | sort | tr '\n' ' '
}

# A Windows of the retail floppies: what they have for an installed system.
check_status 0 whichcab index "$stack/win95-dmf"
check_status 0 whichcab verify -q
check_status 0 whichcab extract -m win95-dmf -o "$system" 'm*.dll' 'm*.exe' 'k*.*' 'u*.*' 'g*.*' 's*.dll' vmm32.vxd 'a*.dll' kommctrl.dll
rm -f "$system"/*.inf "$system"/*.new "$system"/*.txt "$system/setup.exe"
mv "$system/kommctrl.dll" "$system/commctrl.dll"
cat >"$work/pc/WINDOWS/INF/MSMAIL.INF" <<'INF'
[Exchange]
CopyFiles = Exchange.Files
[Exchange.Files]
mapi32.dll
mapisp32.exe,,,32
mapisrvr.exe
ml3xec16.exe
mapif.cfg   ; a comma is no dot
INF
printf '[boot]\r\nuser.exe=user.exe\r\ngdi.exe=gdi.exe\r\n[386Enh]\r\ndevice=*vshare\r\n' >"$work/pc/WINDOWS/SYSTEM.INI"
cp -p "$system/mapi32.dll" "$system/MAPIF.CFG"
cp -rp "$system" "$work/sound"

check_status 0 whichcab check "$work/pc"
check_has "$work/pc, WINDOWS: Windows 95/98/Me 4.0.0.950, en-US, held against" "$out"
check_lacks "missing" "$out"
check_status 0 whichcab check --all --json "$work/pc"
[ "$(jq -r 'select(.event == "file").state' "$out" | sort | uniq -c | wc -l)" = 1 ] || fail "a sound Windows has more than intact files"
check_equal "$(jq -r 'select(.event == "windows").medium' "$out")" win95-dmf "medium it is held against"

# What the article is about: MAPI32.DLL is cut off, MAPISP32.EXE is gone.
truncate -s 20000 "$system/mapi32.dll"
touch -r "$work/sound/mapi32.dll" "$system/mapi32.dll"
rm "$system/mapisp32.exe"
check_status 3 whichcab check "$work/pc"
check_says "WINDOWS/SYSTEM/mapi32.dll: damaged: cut off: ends at byte 20000"
check_says "mapi32.dll in WIN95_07.CAB, disk 7 of win95-dmf"
check_says "mapisp32.exe: missing: 4 of the 5 files that [Exchange.Files] of MSMAIL.INF installs are there"
check_says "1 damaged, 1 missing"
for medium in win95-cd win95-nondmf win95-osr2-cd; do
    check_says "of $medium (published)"
done
check_lacks "win98" "$out"
renew mapi32.dll
renew mapisp32.exe

# Filler of an unreadable sector, zeroes, other bytes, a lost header, nothing.
for _ in $(seq 64); do printf -- '-=[BAD SECTOR]=-'; done | put "$system/mapi32.dll" 4096
head -c 8192 /dev/zero | put "$system/gdi.exe" 12288
printf 'X' | put "$system/user.exe" 30000
head -c 4096 /dev/zero | put "$system/gdi32.dll" 0
: >"$system/mmsystem.dll"
touch -r "$work/sound/gdi.exe" "$system"/{mapi32.dll,gdi.exe,user.exe,gdi32.dll,mmsystem.dll}
check_status 3 whichcab check --json "$work/pc"
check_equal "$(states damaged)" "gdi.exe gdi32.dll mapi32.dll mmsystem.dll " "damaged files"
check_equal "$(states altered)" "user.exe " "altered files"
check_status 3 whichcab check "$work/pc"
check_says "mapi32.dll: damaged: holds the filler of an unreadable sector at byte 4096"
check_says "gdi.exe: damaged: bytes 12288 to 20479 are zeroes and were not"
check_says "gdi32.dll: damaged: is no program any more: its headers are lost"
check_says "mmsystem.dll: damaged: is empty"
check_says "user.exe: altered: other bytes than the release's, though of the same version"
for name in mapi32.dll gdi.exe user.exe gdi32.dll mmsystem.dll; do renew "$name"; done

# The mini-Windows' USER.EXE, and Setup's COMMCTRL.DLL, in the system's place.
mkdir "$work/mini"
check_status 0-3 whichcab extract --all -m win95-dmf -o "$work/mini" MINI.CAB/user.exe PRECOPY1.CAB/commctrl.dll
mv "$work"/mini/[Uu]*.* "$system/user.exe"
mv "$work"/mini/[Cc]*.* "$system/commctrl.dll"
check_status 3 whichcab check "$work/pc"
check_says "user.exe: wrong-copy: is the copy of MINI.CAB, which the mini-Windows of Setup uses"
check_says "commctrl.dll: wrong-copy: is the copy of"
check_says "kommctrl.dll in"
renew user.exe
renew commctrl.dll

# Other versions: of a medium that is on record, and of none.
version_at() { LC_ALL=C grep -obUaP '\xbd\x04\xef\xfe' "$1" | head -1 | cut -d: -f1; }
at=$(version_at "$system/mapi32.dll")
printf '\x09' | put "$system/mapi32.dll" $((at + 10)) # 9.0
printf '\x03' | put "$system/mapisp32.exe" $(($(version_at "$system/mapisp32.exe") + 10))
check_status 3 whichcab check --json --all "$work/pc"
check_equal "$(states newer)" "mapi32.dll " "newer files"
check_equal "$(states older)" "mapisp32.exe " "older files"
renew mapisp32.exe
mkdir "$work/update"
printf 'set size=0 name=UPDATE.CAB\nfolder mszip\nfile mapi32.dll from=%s modified="1997-01-01 01:00"\n' "$system/mapi32.dll" >"$work/update.cabinet"
check_status 0 "$gen" cabinet "$work/update.cabinet" "$work/update"
check_status 0 whichcab index --deep "$work/update"
check_status 0 whichcab check --json --all "$work/pc"
check_equal "$(states updated)" "mapi32.dll " "updated files"
renew mapi32.dll

# A line of SYSTEM.INI, and a program whose library is nowhere.
printf 'device=lost.386\r\n' >>"$work/pc/WINDOWS/SYSTEM.INI"
check_status 0 "$build/tests/make_program" pe "$work/pc/WINDOWS/MAIL.EXE" MAPI32.dll NOWHERE.dll ADVAPI32.dll
check_status 0 "$build/tests/make_program" ne "$work/pc/WINDOWS/OLD.EXE" KERNEL USER GDI MAPI GONE
rm "$system/mapi.dll" "$system/user.exe" "$system/krnl386.exe"
truncate -s 20000 "$system/mapi32.dll"
check_status 3 whichcab check "$work/pc"
check_says "lost.386: missing: SYSTEM.INI, [386Enh] device, names it"
check_says "NOWHERE.dll: missing: is not on the disk, nor on a medium of the release MAIL.EXE imports it"
check_says "MAPI.DLL: missing: is not on the disk OLD.EXE imports it"
check_says "USER.EXE: missing: SYSTEM.INI, [boot] user.exe, names it OLD.EXE imports it"
check_says "KRNL386.EXE: missing: is not on the disk OLD.EXE imports it"
check_says "GONE.DLL: missing"
check_says "mapi32.dll: damaged: cut off: ends at byte 20000"
check_says "MAIL.EXE imports it"
check_lacks "GDI.EXE: missing" "$out"
rm "$work/pc/WINDOWS/MAIL.EXE" "$work/pc/WINDOWS/OLD.EXE"
for name in mapi.dll user.exe krnl386.exe mapi32.dll; do renew "$name"; done

# The same disk as the image of a hard disk with a partition table, and a chain of clusters that runs in a circle.
image_of() { # defect line or nothing
    {
        echo 'image fat format=fat16 sectors=32768'
        (cd "$work/pc" && find . -type f -printf '%P\n' | sort | while read -r file; do
            printf 'file %s from=pc/%s modified="%s"\n' "${file^^}" "$file" "$(date -d "@$(stat -c %Y "$file")" '+%F %T')"
        done)
        echo "$1"
    } >"$work/disk.image"
    "$gen" image "$work/disk.image" "$work/volume.img"
    truncate -s $((63 * 512)) "$work/disk.img"
    printf '\x80\x01\x01\x00\x06\x0f\x3f\x40\x3f\x00\x00\x00\x00\x80\x00\x00' | put "$work/disk.img" 446
    printf '\x55\xaa' | put "$work/disk.img" 510
    cat "$work/volume.img" >>"$work/disk.img"
}
sed -i '/lost/d' "$work/pc/WINDOWS/SYSTEM.INI"
image_of ''
check_status 0 whichcab check "$work/disk.img"
check_has "$work/disk.img, partition 1/WINDOWS: Windows 95/98/Me 4.0.0.950" "$out"
truncate -s 0 "$work/disk.img"
image_of 'defect cyclic-chain file=WINDOWS/SYSTEM/MAPI32.DLL'
check_status 3 whichcab check "$work/disk.img"
check_says "partition 1/WINDOWS/SYSTEM/MAPI32.DLL: damaged: can't be read"

# What it was, and what has changed since.
check_status 0 whichcab check --baseline "$work/base" "$work/pc"
check_has "files put down" "$err"
check_status 0 whichcab check --baseline "$work/base" "$work/pc"
check_has "0 files differ" "$err"
printf 'X' | put "$system/user.exe" 30000
rm "$system/mapi.dll"
printf 'new' >"$work/pc/WINDOWS/A NEW.TXT"
check_status 3 whichcab check --baseline "$work/base" "$work/pc"
check_says "WINDOWS/A%20NEW.TXT: new since the baseline"
check_says "WINDOWS/SYSTEM/mapi.dll: gone since the baseline"
check_says "WINDOWS/SYSTEM/user.exe: changed since the baseline"
check_status 3 whichcab check --json --baseline "$work/base" "$work/pc"
check_equal "$(jq -r 'select(.event == "baseline").change' "$out" | sort | tr '\n' ' ')" "changed gone new " "changes for programs"
check_status 2 whichcab check --baseline "$work/pc/WINDOWS/SYSTEM.INI" "$work/pc"
check_has "line 1 is none of a baseline" "$err"
renew user.exe
renew mapi.dll

# Files in an image, by a path that leads into it.
check_status 0 whichcab id "$work/disk.img:/WINDOWS/SYSTEM/GDI.EXE" "$work/disk.img:partition 1/windows/system/user.exe"
check_has "disk.img:/WINDOWS/SYSTEM/GDI.EXE" "$out"
check_status 0-2 whichcab id -R --json "$work/disk.img:/WINDOWS/SYSTEM"
check_equal "$(($(jq -r 'select(.event == "file").path' "$out" | wc -l) > 20))" 1 "whether a folder in an image has files"
check_status 2 whichcab id "$work/disk.img:/WINDOWS/NOWHERE.DLL"
check_has "the image has no such file" "$err"
check_status 2 whichcab id "$work/nowhere.img:/X.DLL"

# What programs import: the tree, circles, what is missing and where that is.
check_status 0 "$build/tests/make_program" pe "$work/pc/WINDOWS/MAIL.EXE" MAPI32.dll NOWHERE.dll A.dll
check_status 0 "$build/tests/make_program" pe "$system/A.DLL" B.dll KERNEL32.dll
check_status 0 "$build/tests/make_program" pe "$system/B.DLL" a.dll
check_status 0 "$build/tests/make_program" ne "$work/pc/WINDOWS/OLD.EXE" KERNEL DISPLAY MAPI
rm "$system/mapi.dll"
check_status 1 whichcab imports "$work/pc/WINDOWS/MAIL.EXE"
check_has "  A.dll: $system/A.DLL" "$out"
check_has "    B.dll: $system/B.DLL" "$out"
check_has "      a.dll: $system/A.DLL (see above)" "$out"
check_has "  NOWHERE.dll: missing" "$out"
check_status 1 whichcab imports --json "$work/pc/WINDOWS/OLD.EXE"
check_equal "$(jq -r 'select(.depth == 1) | "\(.module) \(.name | ascii_upcase) \(.found != null)"' "$out" | tr '\n' ' ')" "KERNEL KRNL386.EXE true MAPI MAPI.DLL false " "imports of a 16-bit program"
check_status 1 whichcab imports --missing "$work/pc/WINDOWS/OLD.EXE"
check_has "mapi.dll in WIN95_06.CAB, disk 6 of win95-dmf" "$out"
check_status 0 whichcab imports "$work/disk.img:/WINDOWS/SYSTEM/GDI.EXE"
check_status 2 whichcab imports "$work/nowhere.exe"
check_status 2 whichcab imports "$work/disk.img:/NOWHERE.EXE"
check_status 2 whichcab imports
rm "$work/pc/WINDOWS/MAIL.EXE" "$work/pc/WINDOWS/OLD.EXE" "$system/A.DLL" "$system/B.DLL"
renew mapi.dll

# How far it is, on a terminal; and Ctrl-C.
mkdir -p "$work/long/WINDOWS"
cp -rp "$work/sound" "$work/long/WINDOWS/SYSTEM"
truncate -s 200M "$work/long/WINDOWS/SYSTEM/AAA.DLL"
script -qec "$(printf '%q ' "$build/cli/whichcab" -C "$work/catalog" check "$work/long")" /dev/null </dev/null >"$out" 2>&1
check_has "checking: " "$out"
truncate -s 64G "$work/long/WINDOWS/SYSTEM/AAA.DLL"
"$build/cli/whichcab" -C "$work/catalog" check "$work/long" >"$out" 2>"$err" &
sleep 1
kill -INT $!
wait $!
check_equal $? 130 "exit status of an interrupted check"
check_has "interrupted" "$err"
rm -r "$work/long"

# What is no Windows, or nothing at all.
mkdir "$work/empty"
check_status 2 whichcab check "$work/empty"
check_has "no folder in it has a Windows's SYSTEM or SYSTEM32 folder" "$err"
check_status 2 whichcab check "$work/nowhere"
check_status 2 whichcab check
check_status 2 whichcab check -m nosuch "$work/pc"
printf 'no disk at all' >"$work/odd.img"
check_status 2 whichcab check "$work/odd.img"
finish

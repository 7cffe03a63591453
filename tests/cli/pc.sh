#!/usr/bin/env bash
# A PC's hard disk with a partition and Windows 95 as Setup leaves it, damaged in many ways: each is found by its name,
# and nothing else is told. A sound one, one with a service pack and one of another language are sound.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
stack=$(sample_stack)
pc=$work/pc
system=$pc/WINDOWS/SYSTEM
mkdir -p "$pc/WINDOWS/INF" "$system" "$work/top"

put() { # file offset: stdin over its bytes
    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
    touch -d '1995-07-11 09:50' "$1"
}
upper() { # folder: DOS shows names in upper case
    local file
    for file in "$1"/*; do
        [ "$file" = "$1/$(basename "${file^^}")" ] || mv "$file" "$1/$(basename "${file^^}")"
    done
}

# ---- the sound one ------------------------------------------------------------------------------
check_status 0 whichcab index "$stack/win95-dmf"
check_status 0 whichcab verify -q
check_status 0 whichcab extract -m win95-dmf -o "$system" 'm*.dll' 'm*.exe' 'k*.*' 'u*.*' 'g*.*' 's*.dll' vmm32.vxd 'a*.dll' kommctrl.dll vnetsup.vxd hppcl.drv
check_status 0 whichcab extract -m win95-dmf -o "$work/top" explorer.exe notepad.exe wininit.exe control.exe himem.sys rundll32.exe win.cnf winboot.sys command.com
rm -f "$system"/*.inf "$system"/*.new "$system"/*.txt "$system/setup.exe"
upper "$system"
upper "$work/top"
mv "$system/KOMMCTRL.DLL" "$system/COMMCTRL.DLL"
mv "$work/top/WIN.CNF" "$work/top/WIN.COM"
mv "$work/top/WINBOOT.SYS" "$pc/IO.SYS"
mv "$work/top/COMMAND.COM" "$pc/COMMAND.COM"
mv "$work"/top/* "$pc/WINDOWS"
printf '[Paths]\r\nWinDir=C:\\WINDOWS\r\n' >"$pc/MSDOS.SYS"
printf 'PATH C:\\WINDOWS;C:\\WINDOWS\\COMMAND\r\n' >"$pc/AUTOEXEC.BAT"
printf '[boot]\r\nshell=Explorer.exe\r\nuser.exe=user.exe\r\ngdi.exe=gdi.exe\r\n[386Enh]\r\ndevice=*vshare\r\n' >"$pc/WINDOWS/SYSTEM.INI"
printf '[windows]\r\ndevice=HP LaserJet,HPPCL,LPT1:\r\n' >"$pc/WINDOWS/WIN.INI"
cat >"$pc/WINDOWS/INF/MSMAIL.INF" <<'INF'
[BaseWinOptions]
Base
[Base]
CopyFiles = Base.Files
DelFiles = Old.Files
[Optional Components]
Exchange
[Exchange]
CopyFiles = Exchange.Files
Uninstall = Exchange.Take.Off
[Exchange.Take.Off]
DelFiles = Exchange.Files, Exchange.Own
[Base.Files]
user.exe
gdi.exe
mmsystem.dll
kernel32.dll
[Exchange.Files]
mapi32.dll
mapisp32.exe,,,32
mapisrvr.exe
ml3xec16.exe
mapi.dll
[Exchange.Own]
mapi.dll
[Old.Files]
msmail.exe
INF
"$build/tests/make_registry" 9x "$pc/WINDOWS/SYSTEM.DAT" 'System\CurrentControlSet\Services\VxD\VNETSUP' StaticVxD vnetsup.vxd
"$build/tests/make_registry" 9x "$pc/WINDOWS/USER.DAT" 'Software\Microsoft' Name x
"$build/tests/make_program" pe "$pc/WINDOWS/MAILER.EXE" MAPI32.dll MSVCRT20.dll
"$build/tests/make_program" ne "$pc/WINDOWS/OLDER.EXE" KERNEL USER MMSYSTEM
cp -rp "$pc" "$work/sound"

image_of() { # lines of defects
    {
        echo 'image fat format=fat16 sectors=32768'
        (cd "$pc" && find . -type f -printf '%P\n' | sort | while read -r file; do
            printf 'file %s from=pc/%s modified="%s"\n' "${file^^}" "$file" "$(date -d "@$(stat -c %Y "$file")" '+%F %T')"
        done)
        printf '%s\n' "$@"
    } >"$work/disk.image"
    "$gen" image "$work/disk.image" "$work/volume.img" || fail "no image"
    rm -f "$work/disk.img"
    truncate -s $((63 * 512)) "$work/disk.img"
    printf '\x80\x01\x01\x00\x06\x0f\x3f\x40\x3f\x00\x00\x00\x00\x80\x00\x00' | dd of="$work/disk.img" bs=1 seek=446 conv=notrunc status=none
    printf '\x55\xaa' | dd of="$work/disk.img" bs=1 seek=510 conv=notrunc status=none
    dd if="$work/volume.img" of="$work/disk.img" bs=512 seek=63 conv=notrunc,sparse status=none
    truncate -s $((63 * 512 + 32768 * 512)) "$work/disk.img"
}
renew() {
    rm -rf "$pc"
    cp -rp "$work/sound" "$pc"
    defects=()
    wanted=()
}
# Each damage names the file, its state and words of the reason; what is told must be these and no others.
expect() { wanted+=("$1|$2|$3"); }
check_damage() {
    local want name state words
    image_of "${defects[@]}"
    check_status 3 whichcab check --json "$work/disk.img"
    check_equal "$(jq -r 'select(.event == "file") | "\(.name | ascii_upcase) \(.state)"' "$out" | sort)" \
        "$(for want in "${wanted[@]}"; do IFS='|' read -r name state words <<<"$want" && echo "$name $state"; done | sort)" "files that are not sound"
    for want in "${wanted[@]}"; do
        IFS='|' read -r name state words <<<"$want"
        jq -r --arg name "$name" 'select(.event == "file" and (.name | ascii_upcase) == $name).reason' "$out" >"$work/reason"
        check_has "$words" "$work/reason"
    done
}

renew
image_of
check_status 0 whichcab check --json --all "$work/disk.img"
check_equal "$(jq -r 'select(.event == "file") | "\(.name) \(.state)"' "$out" | grep -v intact)" "" "files of a sound disk that are not intact"
check_equal "$(jq -r 'select(.event == "windows") | "\(.windows) \(.medium) \(.language)"' "$out")" "partition 1/WINDOWS win95-dmf en-US" "what it is"

# ---- damaged bytes ------------------------------------------------------------------------------
renew
truncate -s 20000 "$system/MAPI32.DLL" && touch -d '1995-07-11 09:50' "$system/MAPI32.DLL"
expect MAPI32.DLL damaged 'cut off: ends at byte 20000'
head -c 8192 /dev/zero | put "$system/GDI.EXE" 12288
expect GDI.EXE damaged 'bytes 12288 to 20479 are zeroes and were not (clusters '
for _ in $(seq 64); do printf -- '-=[BAD SECTOR]=-'; done | put "$system/MAPI.DLL" 4096
expect MAPI.DLL damaged 'holds the filler of an unreadable sector at byte 4096 (cluster '
head -c 4096 /dev/zero | put "$system/GDI32.DLL" 0
expect GDI32.DLL damaged 'its headers are lost (cluster'
: >"$system/MMSYSTEM.DLL" && touch -d '1995-07-11 09:50' "$system/MMSYSTEM.DLL"
expect MMSYSTEM.DLL damaged 'is empty'
printf 'X' | put "$system/USER.EXE" 30000
expect USER.EXE altered 'of the same version'
printf 'more' >>"$system/ADVAPI32.DLL" && touch -d '1995-07-11 09:50' "$system/ADVAPI32.DLL"
expect ADVAPI32.DLL altered 'of the same version'
truncate -s 20000 "$pc/COMMAND.COM" && touch -d '1995-07-11 09:50' "$pc/COMMAND.COM"
expect COMMAND.COM damaged 'cut off: 20000 of 92870 bytes'
head -c 4096 /dev/zero | put "$pc/IO.SYS" 65536
expect IO.SYS damaged 'bytes 65536 to 69631 are zeroes and were not'
printf 'X' | put "$pc/WINDOWS/WIN.COM" 3000
expect WIN.COM altered 'of the same length'
head -c 300 "$pc/WINDOWS/SYSTEM.DAT" >"$work/half" && mv "$work/half" "$pc/WINDOWS/SYSTEM.DAT"
expect SYSTEM.DAT damaged ''
check_damage

# ---- damaged file system ------------------------------------------------------------------------
renew
defects=('defect cyclic-chain file=WINDOWS/SYSTEM/MAPI32.DLL' 'defect chain file=WINDOWS/SYSTEM/GDI.EXE cluster=1 next=0'
    'defect chain file=WINDOWS/SYSTEM/USER.EXE cluster=1 next=0xFFFF' 'defect chain file=WINDOWS/SYSTEM/MAPI.DLL cluster=1 next=0xFFF7'
    'defect chain file=WINDOWS/SYSTEM/SHELL32.DLL cluster=1 next=0xFF00')
expect MAPI32.DLL damaged 'runs in a circle'
expect GDI.EXE damaged 'chain of clusters'
expect USER.EXE damaged 'ends with cluster'
expect MAPI.DLL damaged 'chain of clusters'
expect SHELL32.DLL damaged 'outside of the volume'
check_damage

# ---- wrong copies and versions ------------------------------------------------------------------
renew
mkdir -p "$work/setup"
check_status 0-3 whichcab extract --all -m win95-dmf -o "$work/setup" MINI.CAB/user.exe PRECOPY1.CAB/commctrl.dll
mv "$work"/setup/[Uu]*.* "$system/USER.EXE"
mv "$work"/setup/[Cc]*.* "$system/COMMCTRL.DLL"
expect USER.EXE wrong-copy 'which the mini-Windows of Setup uses'
expect COMMCTRL.DLL wrong-copy 'is the copy of PRECOPY1.CAB'
cp -p "$system/GDI.EXE" "$system/MAPI.DLL"
expect MAPI.DLL wrong-copy 'has the bytes of gdi.exe'
version_at() { LC_ALL=C grep -obUaP '\xbd\x04\xef\xfe' "$1" | head -1 | cut -d: -f1; }
printf '\x03' | put "$system/MAPI32.DLL" $(($(version_at "$system/MAPI32.DLL") + 10))
expect MAPI32.DLL older 'where the release has 4.0'
check_damage

# ---- missing ------------------------------------------------------------------------------------
renew
rm "$system/MAPISP32.EXE" "$system/KERNEL32.DLL" "$system/VNETSUP.VXD" "$system/HPPCL.DRV" "$system/MSVCRT20.DLL" "$pc/WINDOWS/EXPLORER.EXE" \
    "$pc/WINDOWS/WIN.COM" "$pc/WINDOWS/USER.DAT" "$pc/IO.SYS"
mkdir "$pc/LOST"
mv "$system/MMSYSTEM.DLL" "$pc/LOST"
printf '[386Enh]\r\ndevice=lost.386\r\n' >>"$pc/WINDOWS/SYSTEM.INI"
expect MAPISP32.EXE missing '4 of the 5 files that [Exchange.Files] of MSMAIL.INF installs are there'
expect KERNEL32.DLL missing '[Base.Files] of MSMAIL.INF, which Setup always installs'
expect VNETSUP.VXD missing 'the registry (SYSTEM.DAT'
expect HPPCL.DRV missing 'WIN.INI, [windows] device, names it'
expect MSVCRT20.DLL missing 'is not on the disk'
expect EXPLORER.EXE missing 'SYSTEM.INI, [boot] shell, names it'
expect WIN.COM missing 'does not start without it'
expect USER.DAT missing 'half of the registry'
expect IO.SYS missing "in the drive's top folder"
expect LOST.386 missing 'SYSTEM.INI, [386Enh] device, names it'
expect MMSYSTEM.DLL missing ''
check_damage

# Those two as the floppies put them back: IO.SYS from WINBOOT.SYS, WIN.COM from WIN.CNF, hidden as before.
check_status 0-3 whichcab repair --form folder -o "$work/kit" "$work/disk.img"
cmp "$work/kit/IO.SYS" "$work/sound/IO.SYS" || fail "IO.SYS of the kit is another one"
cmp "$work/kit/WIN.COM" "$work/sound/WINDOWS/WIN.COM" || fail "WIN.COM of the kit is another one"
check_has 'COPY /B IO.SYS C:\IO.SYS' "$work/kit/RESTORE.BAT"
check_has 'ATTRIB +R +S +H C:\IO.SYS' "$work/kit/RESTORE.BAT"
check_has 'COPY /B WIN.COM C:\WINDOWS\WIN.COM' "$work/kit/RESTORE.BAT"

# ---- sound all the same -------------------------------------------------------------------------
# A file of Service Pack 1, as its list has it; a component that was never installed.
renew
truncate -s 602320 "$system/MAPI32.DLL"
printf '\x04' | put "$system/MAPI32.DLL" $(($(version_at "$system/MAPI32.DLL") + 13))
touch -d '1995-12-31 09:50' "$system/MAPI32.DLL"
rm "$system/MAPISP32.EXE" "$system/MAPISRVR.EXE" "$system/ML3XEC16.EXE"
image_of
check_status 0 whichcab check --json --all "$work/disk.img"
check_equal "$(jq -r 'select(.event == "file" and .name == "MAPI32.DLL") | .state + ": " + .reason' "$out" | grep -c 'updated: .*Service Pack 1')" 1 "the file of Service Pack 1"

# Another language: other bytes everywhere, and only what is missing or damaged is told.
renew
for file in "$system"/*.* "$pc"/WINDOWS/*.EXE; do printf 'anders' | put "$file" 700; done
image_of
check_status 0 whichcab check --json "$work/disk.img"
check_equal "$(jq -r 'select(.event == "windows").other_edition' "$out")" true "whether it is of another language"
check_equal "$(jq -r 'select(.event == "file").name' "$out")" "" "files of another language's Windows that are not sound"

# ---- the information files lost -----------------------------------------------------------------
# What the medium's own say, where an image has it.
mkdir -p "$work/medium" "$work/bare/WINDOWS/SYSTEM"
printf '[Comp]\r\nCopyFiles=Comp.Files\r\n[Comp.Files]\r\n' >"$work/medium/COMP.INF"
for name in USER GDI KRNL386 AAA BBB CCC; do
    "$build/tests/make_program" ne "$work/medium/$name.EXE" KERNEL "$name"X
    cp -p "$work/medium/$name.EXE" "$work/bare/WINDOWS/SYSTEM"
    printf '%s.EXE\r\n' "$name" >>"$work/medium/COMP.INF"
done
"$build/tests/make_program" pe "$work/medium/KERNEL32.DLL"
cp -p "$work/medium/KERNEL32.DLL" "$work/bare/WINDOWS/SYSTEM"
check_status 0 "$build/cli/whichcab" -C "$work/other" index --deep "$work/medium"
check_status 0-3 "$build/cli/whichcab" -C "$work/other" check "$work/bare"
check_lacks "Comp.Files" "$out"
rm "$work/bare/WINDOWS/SYSTEM/BBB.EXE"
check_status 3 "$build/cli/whichcab" -C "$work/other" check "$work/bare"
tr -s ' \n' ' ' <"$out" >"$work/says"
check_has "BBB.EXE: missing: 5 of the 6 files that [Comp.Files] of COMP.INF installs are there" "$work/says"

# ---- paths lead back ----------------------------------------------------------------------------
renew
cp "$work/disk.img" "$work/two.img"
check_status 0-1 whichcab imports --json "$work/disk.img:/WINDOWS/MAILER.EXE"
found=$(jq -r 'select(.name == "MAPI32.DLL").found' "$out" | head -1)
check_status 0-1 whichcab imports "$found"
check_status 0-1 whichcab id "$found"
check_status 0-1 whichcab id "$work/disk.img:$(whichcab id -R --json "$work/disk.img:/WINDOWS" | jq -r 'select(.event == "file").path' | head -1 | sed 's/^[^:]*://')"
finish

#!/usr/bin/env bash
# From a broken PC to the floppies that mend it, run under an emulator of DOS.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
pc=$work/pc
system=$pc/WINDOWS/SYSTEM
mkdir -p "$pc/WINDOWS/INF" "$system"

upper() { # folder: DOS shows names in upper case
    local file
    for file in "$1"/*; do
        [ "$file" = "${file%/*}/$(basename "${file^^}")" ] || mv "$file" "${file%/*}/$(basename "${file^^}")"
    done
}

check_status 0 whichcab index "$stack/win95-dmf"
check_status 0 whichcab verify -q
check_status 0 whichcab extract -m win95-dmf -o "$system" 'mapi*.*' 'ml3*.*' 'k*.exe' user.exe gdi.exe 'kern*.dll' 'user*.dll' kommctrl.dll
mv "$system/kommctrl.dll" "$system/commctrl.dll"
upper "$system"
printf '[Exchange]\r\nCopyFiles = Files\r\n[Files]\r\nmapi32.dll\r\nmapisp32.exe\r\nmapisrvr.exe\r\nml3xec16.exe\r\n' >"$pc/WINDOWS/INF/MSMAIL.INF"
check_status 0 whichcab check "$pc"
check_status 0 whichcab repair -o "$work/none" "$pc"
check_has "Nothing is damaged" "$err"
check_equal "$(ls -A "$work/none")" "" "files of a kit of nothing"
cp -rp "$pc" "$work/sound"

# MAPI32.DLL is cut off, MAPISP32.EXE is gone, COMMCTRL.DLL is Setup's.
truncate -s 20000 "$system/MAPI32.DLL"
rm "$system/MAPISP32.EXE"
check_status 0 whichcab extract --all -m win95-dmf -o "$work/setup" PRECOPY1.CAB/commctrl.dll
mv "$work/setup/commctrl.dll" "$system/COMMCTRL.DLL"
cp -rp "$pc" "$work/broken"

# The disks: FAT12 that others read, the right bytes, nothing twice.
check_status 0 whichcab repair -o "$work/kit" "$pc"
check_has 'C:\WINDOWS\SYSTEM\MAPI32.DLL: damaged; from WIN95_07.CAB of win95-dmf, on disk 1 of the kit' "$out"
check_has 'C:\WINDOWS\SYSTEM\MAPISP32.EXE: missing; from' "$out"
check_has 'C:\WINDOWS\SYSTEM\COMMCTRL.DLL: wrong-copy; from' "$out"
check_has "written: $work/kit/REPAIR1.IMG" "$out"
check_equal "$(stat -c %s "$work/kit/REPAIR1.IMG")" 1474560 "size of the image"
check_status 0 fsck.fat -n "$work/kit/REPAIR1.IMG"
mkdir "$work/disk"
check_status 0 mcopy -i "$work/kit/REPAIR1.IMG" -n '::*' "$work/disk"
upper "$work/disk"
for name in MAPI32.DLL MAPISP32.EXE COMMCTRL.DLL; do
    cmp -s "$work/disk/$name" "$work/sound/WINDOWS/SYSTEM/$name" || fail "$name on the disk is not the right one"
done
check_equal "$(grep -c $'\r$' "$work/disk/RESTORE.BAT")" "$(wc -l <"$work/disk/RESTORE.BAT")" "lines that end as in DOS"
check_equal "$(awk 'length($0) > 127' "$work/disk/RESTORE.BAT" | wc -l)" 0 "lines that COMMAND.COM cuts off"
check_status 2 whichcab repair -o "$work/kit" "$pc"
check_has "REPAIR1.IMG: can't be made: File exists" "$err"
check_equal "$(diff -r "$pc" "$work/broken" | wc -l)" 0 "changes in what was to be repaired"

# 720 KB disks: as many as it takes; plain files.
check_status 0 whichcab repair --form 720 -o "$work/small" "$pc"
for image in "$work"/small/*.IMG; do check_status 0 fsck.fat -n "$image"; done
check_equal "$(stat -c %s "$work/small/REPAIR1.IMG")" 737280 "size of the small image"
check_status 0 whichcab repair --form folder -o "$work/plain" --drive d "$pc"
check_has 'D:\WINDOWS\SYSTEM\MAPI32.DLL' "$out"
check_equal "$(cd "$work/plain" && echo *)" "COMMCTRL.DLL MAPI32.DLL MAPISP32.EXE RESTORE.BAT" "files of the plain kit"
check_status 2 whichcab repair --form tape "$pc"

# A file deep below: its lines are short enough still, or it is left.
for folder in SYSTEM/IOSUBSYS/DEEPER01/DEEPER02 SYSTEM/IOSUBSYS/DEEPER01/DEEPER02/DEEPER03/DEEPER04; do
    mkdir -p "$work/deep/WINDOWS/$folder"
    cp -rp "$pc/WINDOWS/SYSTEM" "$work/deep/WINDOWS"
    head -c 9000 "$work/sound/WINDOWS/SYSTEM/MAPISRVR.EXE" >"$work/deep/WINDOWS/$folder/MAPISRVR.EXE"
    check_status 0-3 whichcab repair --form folder -o "$work/deepkit${#folder}" "$work/deep"
    check_equal "$(awk 'length($0) > 127' "$work/deepkit${#folder}/RESTORE.BAT" | wc -l)" 0 "lines that COMMAND.COM cuts off"
    rm -r "$work/deep"
done
check_has 'is too long for a line of COMMAND.COM' "$err"
check_has 'DEEPER02\MAPISRVR.EXE' "$work/deepkit33/RESTORE.BAT"

# The plan, and the batch file that follows it: from the medium's own disks, without any image of them.
check_status 0 whichcab repair --form plan "$pc"
check_equal "$(grep -c '^[0-9]*\. insert Windows 95 disk [0-9]* of 13' "$out")" 2 "disks to insert"
check_equal "$(grep -o '^[0-9]*\. insert Windows 95 disk [0-9]*' "$out" | tr '\n' ';')" "1. insert Windows 95 disk 1;2. insert Windows 95 disk 7;" "their order"
check_has "3 files, 2 disks to insert; 0 left" "$err"
mkdir "$work/here"
(cd "$work/here" && whichcab repair --form plan "$pc" >"$out" 2>&1)
check_equal "$(ls -A "$work/here")" "" "what a plan writes"
check_status 0 whichcab repair --json --form plan "$pc"
check_equal "$(jq -r '[.event, .disk, .medium] | join(" ")' "$out" | sort | uniq -c | awk '{ print $1, $2, $3, $4 }' | tr '\n' ';')" "1 file 1 win95-dmf;2 file 2 win95-dmf;1 step 1 win95-dmf;1 step 2 win95-dmf;" "the plan for programs"
check_status 0 whichcab repair --form batch --floppy b --drive d -o "$work/batch" "$pc"
check_has "written: $work/batch/REPAIR.BAT" "$out"
tr -d '\r' <"$work/batch/REPAIR.BAT" >"$work/lines"
check_has 'EXTRACT /Y /L D:\WINDOWS\SYSTEM B:\WIN95_07.CAB MAPI32.DLL MAPISP32.EXE' "$work/lines"
check_has 'IF EXIST B:\WIN95_07.CAB GOTO' "$work/lines"
check_has 'ECHO Insert Windows 95 disk 7 of 13' "$work/lines"
check_has 'EXTRACT /Y /L D:\WINDOWS\SYSTEM B:\PRECOPY1.CAB KOMMCTRL.DLL' "$work/lines"
check_has 'D:\WINDOWS\SYSTEM\COMMCTRL.DLL' "$work/lines"
check_status 0-3 "$build/cli/whichcab" -C "$work/empty" repair -m win95-cd --form plan "$pc"
check_has "1. insert Windows 95 (retail, CD-ROM)" "$out"
check_status 3 "$build/cli/whichcab" -C "$work/empty" repair -m win95-cd -o "$work/without" "$pc"
check_has "no image in the catalog has it; --form batch takes it from the disks themselves" "$err"

# The image of a CD, which others read.
check_status 0 whichcab repair --form iso -o "$work/cd" "$pc"
xorriso -osirrox on -indev "$work/cd/REPAIR.ISO" -extract / "$work/cdfiles" >"$work/xorriso" 2>&1 || fail "xorriso can't read REPAIR.ISO"
chmod -R u+w "$work/cdfiles"
for name in MAPI32.DLL MAPISP32.EXE COMMCTRL.DLL; do
    cmp -s "$work/cdfiles/$name" "$work/sound/WINDOWS/SYSTEM/$name" || fail "$name on the CD is not the right one"
done
cmp -s "$work/cdfiles/RESTORE.BAT" "$work/plain/RESTORE.BAT" && fail "RESTORE.BAT of another drive is the same"
check_has "RESTORE /U" "$work/cdfiles/RESTORE.BAT"
for tree in nojoliet norock; do # the second is that of Joliet, where there is one
    names=$(xorriso -read_fs "$tree" -indev "$work/cd/REPAIR.ISO" -find / -type f 2>/dev/null | tr -d "'" | sort | tr '\n' ' ')
    check_equal "${names^^}" "/COMMCTRL.DLL /MAPI32.DLL /MAPISP32.EXE /RESTORE.BAT " "names on the CD ($tree)"
done
check_equal "$(xxd -s $((17 * 2048)) -l 6 -p "$work/cd/REPAIR.ISO")" 024344303031 "descriptor of the Joliet tree"
check_equal "$(stat -c %y "$work/cdfiles/MAPI32.DLL" | cut -c1-10)" 1995-07-11 "date of a file on the CD"
check_status 0 whichcab repair --json --form iso -o "$work/cd2" "$pc"
check_equal "$(jq -r .event "$out" | tr '\n' ' ')" "file file file disk " "events of a kit"

# A copy of the user's startup disk, which keeps what it has; what it has no room for goes on on others.
mformat -C -f 1440 -v STARTUP -i "$work/startup.img" ::
printf 'COMMAND' >"$work/COMMAND.COM"
printf 'mine' >"$work/MAPI32.DLL"
mcopy -i "$work/startup.img" "$work/COMMAND.COM" "$work/MAPI32.DLL" ::
cp "$work/startup.img" "$work/startup.before"
check_status 0 whichcab repair --on "$work/startup.img" -o "$work/started" "$pc"
cmp -s "$work/startup.img" "$work/startup.before" || fail "the startup disk itself was changed"
check_status 0 fsck.fat -n "$work/started/REPAIR1.IMG"
check_equal "$(mtype -i "$work/started/REPAIR1.IMG" ::COMMAND.COM)" COMMAND "a file of the startup disk"
check_equal "$(mtype -i "$work/started/REPAIR1.IMG" ::MAPI32.DLL)" mine "a file of the startup disk that the kit has, too"
mcopy -i "$work/started/REPAIR1.IMG" -n ::MAPISP32.EXE "$work/copy"
cmp -s "$work/copy" "$work/sound/WINDOWS/SYSTEM/MAPISP32.EXE" || fail "MAPISP32.EXE on the startup disk is not the right one"
check_status 2 whichcab repair --on "$work/started/REPAIR1.IMG" -o "$work/twice" "$pc"
check_has "has a RESTORE.BAT already" "$err"
head -c 1300000 /dev/zero >"$work/FULL.BIN"
mcopy -i "$work/startup.img" "$work/FULL.BIN" ::
check_status 0 whichcab repair --on "$work/startup.img" -o "$work/full" "$pc"
check_has "written: $work/full/REPAIR2.IMG" "$out"
for image in "$work"/full/*.IMG; do check_status 0 fsck.fat -n "$image"; done
check_status 2 whichcab repair --on "$work/COMMAND.COM" -o "$work/odd" "$pc"
check_status 2 whichcab repair --on "$work/startup.img" --form iso "$pc"

# A report instead of the disk.
check_status 3 whichcab check --json "$pc"
cp "$out" "$work/report"
mv "$pc" "$work/away"
check_status 0 whichcab repair --from "$work/report" -o "$work/reported"
mv "$work/away" "$pc"
cmp -s "$work/reported/REPAIR1.IMG" "$work/kit/REPAIR1.IMG" || fail "the kit of a report is another than that of the disk"
printf 'no report' >"$work/nojson"
check_status 2 whichcab repair --from "$work/nojson"
check_has "is no JSON" "$err"
head -n 1 "$work/report" >"$work/half"
check_status 2 whichcab repair --from "$work/half"
check_status 2 whichcab repair --from "$work/report" "$pc"
check_status 2 whichcab repair --from "$work/nowhere"

check_status 2 whichcab repair

# As the technician does it.
run_dos() { # commands...
    local line
    {
        printf '[sdl]\noutput=surface\n[autoexec]\nmount c %s\nimgmount a %s -t floppy\n' "$pc" "$work/kit/REPAIR1.IMG"
        for line in "$@"; do printf '%s\n' "$line"; done
        echo exit
    } >"$work/dosbox.conf"
    SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy timeout 120 dosbox -conf "$work/dosbox.conf" >"$work/dosbox.log" 2>&1 ||
        fail "the emulator ended with $?"
}
run_dos 'a:' 'call restore'
check_status 0 whichcab check "$pc"
for name in MAPI32.DLL MAPISP32.EXE COMMCTRL.DLL; do
    cmp -s "$system/$name" "$work/sound/WINDOWS/SYSTEM/$name" || fail "$name was not restored"
done
run_dos 'a:' 'call restore /U'
check_equal "$(diff -r "$pc" "$work/broken" | grep -v WHICHCAB)" "" "what RESTORE /U left otherwise"
# In a running Windows: at the next start WININIT.INI's lines are followed, as WININIT.EXE does.
run_dos 'a:' 'call restore /W'
tr -d '\r' <"$pc/WINDOWS/WININIT.INI" >"$work/wininit"
check_equal "$(head -n 1 "$work/wininit")" "[rename]" "first line of WININIT.INI"
check_has 'C:\WINDOWS\SYSTEM\MAPI32.DLL=C:\WINDOWS\WHICHCAB\NEW\MAPI32.DLL' "$work/wininit"
cmp -s "$system/MAPI32.DLL" "$work/sound/WINDOWS/SYSTEM/MAPI32.DLL" && fail "a file in use was replaced"
while IFS='=' read -r to from; do
    to=${to#C:\\} from=${from#C:\\}
    mv "$pc/${from//\\//}" "$pc/${to//\\//}"
done < <(tail -n +2 "$work/wininit")
mv "$pc/WINDOWS/WININIT.INI" "$pc/WINDOWS/WININIT.BAK"
check_status 0 whichcab check "$pc"
printf '[rename]\r\nNUL=C:\\OTHER\r\n' >"$pc/WINDOWS/WININIT.INI"
rm -f "$pc/WINDOWS/WHICHCAB/NEW/WININIT.WE"
run_dos 'a:' 'call restore /W'
check_equal "$(grep -c WHICHCAB "$pc/WINDOWS/WININIT.INI")" 0 "lines put into another program's WININIT.INI"
rm "$pc/WINDOWS/WININIT.INI" "$pc/WINDOWS/WININIT.BAK"
run_dos 'a:' 'call restore /U'
check_equal "$(diff -r "$pc" "$work/broken" | grep -v WHICHCAB)" "" "what RESTORE /U left otherwise after /W"
# Without EXTRACT on the PC REPAIR keeps what was there, and it comes back.
check_status 0 whichcab repair --form batch --floppy b -o "$work/fromdisks" "$pc"
cp "$work/fromdisks/REPAIR.BAT" "$pc/REPAIR.BAT"
mkdir "$work/floppy"
touch "$work/floppy/PRECOPY1.CAB" "$work/floppy/WIN95_07.CAB"
run_dos 'mount b '"$work/floppy"' -t floppy' 'c:' 'call repair'
[ ! -e "$system/MAPI32.DLL" ] || fail "REPAIR left the old file where the new one was to come"
run_dos 'c:' 'call repair /U'
rm "$pc/REPAIR.BAT"
check_equal "$(diff -r "$pc" "$work/broken" | grep -v WHICHCAB)" "" "what REPAIR /U left otherwise"
# Twice is as once, and undone all the same.
run_dos 'a:' 'call restore' 'call restore' 'call restore /U'
check_equal "$(diff -r "$pc" "$work/broken" | grep -v WHICHCAB)" "" "what a second RESTORE left otherwise"
finish

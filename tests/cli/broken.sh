#!/usr/bin/env bash
# One sound Windows on a partitioned disk, and the same one broken in many ways, each named by its defect: every defect is
# found, and there is no false alarm on the sound one, on an updated one and on one in another language.
# shellcheck disable=SC2317,SC2086 # variants are called by their names; no name here has blanks
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
program=$build/tests/make_program
stack=$(small_stack)
profile=$here/../../media-profiles/win95-dmf.profile
files=$work/files # what the descriptions' files are taken from
mkdir -p "$files"

# ---- the sound Windows: a description, from the medium's files and its profile's renames --------------------

check_status 0 whichcab index "$stack/win95-dmf"
check_status 0-3 whichcab verify -q # the small media have other sizes than the published ones
check_status 0 whichcab extract -m win95-dmf -o "$files" 'mapi*.*' 'ml3*.*' 'k*.exe' user.exe gdi.exe 'kern*.dll' 'user3*.dll' \
    'gdi3*.dll' 'advapi*.dll' 'shell3*.dll' kommctrl.dll 'mm*.dll' vmm32.vxd msmouse.vxd arial.ttf hppcl.drv vredir.vxd \
    vnetsup.vxd 'ole3*.dll' vga.drv mouse.drv explorer.exe
check_status 0-3 whichcab extract --all -m win95-dmf -o "$work/setup" MINI.CAB/user.exe PRECOPY1.CAB/commctrl.dll
for path in "$files"/* "$work"/setup/*; do
    upper=${path%/*}/$(basename "${path^^}")
    [ "$path" = "$upper" ] || mv "$path" "$upper"
done
while read -r path; do # PRECOPY?.CAB/KOMMCTRL.DLL = COMMCTRL.DLL : Q143054
    old=${path%% =*} new=${path#*= }
    [ ! -e "$files/${old##*/}" ] || mv "$files/${old##*/}" "$files/${new%%[ ,]*}"
done < <(sed -n '/^\[renames\]/,/^\[digests\]/s/^[A-Z].* = .*/&/p' "$profile")
cat >"$files/MSMAIL.INF" <<'INF'
[BaseWinOptions]
RTF_EDIT
[DestinationDirs]
Base.Files = 11
[RTF_EDIT]
CopyFiles = Base.Files
[Base.Files]
mapi32.dll
mmsystem.dll
[Exchange]
CopyFiles = Exchange.Files
[Exchange.Files]
mapisp32.exe,,,32
mapisrvr.exe
mapif.cfg   ; a comma is no dot
ml3xec16.exe
INF
printf '[boot]\r\nshell=Explorer.exe\r\nuser.exe=user.exe\r\ngdi.exe=gdi.exe\r\nmouse.drv=mouse.drv\r\ndisplay.drv=vga.drv\r\n[386Enh]\r\nmouse=*vmouse, msmouse.vxd\r\ndevice=*vshare\r\n' >"$files/SYSTEM.INI"
printf '[windows]\r\nload=\r\nrun=C:\\GONE\\OTHER.EXE\r\ndevice=HP LaserJet,HPPCL,LPT1:\r\n[fonts]\r\nArial (TrueType)=ARIAL.TTF\r\n' >"$files/WIN.INI"
printf '@ECHO OFF\r\nSET PATH=C:\\WINDOWS;C:\\TOOLS\r\n' >"$files/AUTOEXEC.BAT"
registry() { # file, further values
    "$build/tests/make_registry" 9x "$@" 'System\CurrentControlSet\Services\VxD\VNETSUP' StaticVxD vnetsup.vxd \
        'System\CurrentControlSet\Services\VxD\VREDIR' StaticVxD '*vshare,vredir.vxd' \
        'Software\CLASSES\CLSID\{1}\InProcServer32' '' 'C:\WINDOWS\SYSTEM\OLE32.DLL' \
        'Software\CLASSES\CLSID\{2}\InProcServer32' '' 'C:\REMOVED\SOFTWARE.DLL' \
        'System\CurrentControlSet\Control\SessionManager\KnownDLLs' ADVAPI32 advapi32.dll \
        'Software\Microsoft\Windows\CurrentVersion\Run' Gone 'C:\REMOVED\TRAY.EXE /s'
}
registry "$files/SYSTEM.DAT"
"$build/tests/make_registry" 9x "$files/USER.DAT" '.Default\Control Panel' Wallpaper none
"$program" w3 "$files/VMM32.VXD" VMM VDD VMOUSE VSHARE
"$program" pe "$files/MAIL.EXE" KERNEL32.dll SHELL32.dll USER32.dll
"$program" pe "$files/OTHER.EXE" KERNEL32.dll OWN.DLL TOOL.DLL
"$program" pe "$files/OWN.DLL" KERNEL32.dll
"$program" ne "$files/OLD.EXE" KERNEL USER GDI MMSYSTEM
"$program" pe "$files/WDM.SYS" ntoskrnl.exe HAL.DLL
printf '\1\0' | dd of="$files/WDM.SYS" bs=1 seek=$((64 + 24 + 68)) conv=notrunc status=none # a driver
cp "$files/MAPI32.DLL" "$files/MAPIF.CFG"

describe() { # as the sound one: a line for each file
    local file folder
    echo 'image fat format=fat16 sectors=65536'
    for file in "$files"/*.*; do
        file=${file##*/}
        case $file in
        SYSTEM.DAT | USER.DAT | *.INI | EXPLORER.EXE | MAIL.EXE | OLD.EXE) folder=WINDOWS/ ;;
        *.INF) folder=WINDOWS/INF/ ;;
        *.TTF) folder=WINDOWS/FONTS/ ;;
        OTHER.EXE | OWN.DLL) folder=PROGRA~1/OTHER/ ;;
        AUTOEXEC.BAT) folder='' ;;
        *) folder=WINDOWS/SYSTEM/ ;;
        esac
        printf 'file %s%s from=files/%s modified="%s"\n' "$folder" "$file" "$file" "$(date -d "@$(stat -c %Y "$files/$file")" '+%F %T')"
    done
    echo 'file TOOLS/TOOL.DLL from=files/OWN.DLL'
}
describe >"$work/sound.image"

disk_of() { # description: as a hard disk with a partition table
    "$gen" image "$1" "$work/volume.img" || fail "the builder can't make $1"
    {
        head -c 446 /dev/zero
        printf '\x80\x01\x01\x00\x06\x0f\x3f\x40\x3f\x00\x00\x00\x00\x00\x01\x00'
        head -c 48 /dev/zero
        printf '\x55\xaa'
        head -c $((62 * 512)) /dev/zero
        cat "$work/volume.img"
    } >"$work/disk.img"
}
says() { # text: in the output, whatever its line ends
    tr -s ' \n' ' ' <"$out" >"$work/says"
    check_has "$1" "$work/says"
}

disk_of "$work/sound.image"
check_status 0 whichcab check --all --json "$work/disk.img"
cp "$out" "$work/sound.json"
check_equal "$(jq -r 'select(.event == "windows") | "\(.medium) \(.language) \(.other_edition)"' "$out")" "win95-dmf en-US false" "what the sound one is"
check_equal "$(jq -r 'select(.event == "file" and .state != "intact") | .name' "$out" | tr '\n' ' ')" "VMM32.VXD " "files that are not as on the medium"

# ---- the broken ones --------------------------------------------------------------------------------------

# Edits of the description; what a variant puts in a file's place lies in $work/new.
mkdir "$work/new"
drop() { sed -i "\\|^file $1 |d" "$work/broken.image"; }
put() { sed -i "s|^\\(file $1 from=\\)[^ ]*|\\1$2|" "$work/broken.image"; }
add() { printf '%s\n' "$*" >>"$work/broken.image"; }
move() { sed -i "s|^file $1 |file $2 |" "$work/broken.image"; }
edit() { # path: a copy that the rest of the variant changes, called $new
    new=$work/new/${1##*/}
    cp -p "$files/${1##*/}" "$new"
    put "$1" "new/${1##*/}"
}
over() { dd of="$new" bs=1 seek="$1" conv=notrunc status=none; }
version_at() { LC_ALL=C grep -obUaP '\xbd\x04\xef\xfe' "$new" | head -1 | cut -d: -f1; }

count=0
variant() { # name, file, its state, part of the reason: the edits are in the function of that name
    count=$((count + 1))
    cp "$work/sound.image" "$work/broken.image"
    "$1"
    disk_of "$work/broken.image"
    [ "$1" != disk_cut ] || truncate -s "$cut" "$work/disk.img"
    check_status 3 whichcab check --json "$work/disk.img"
    jq -r 'select(.event == "file") | "\(.name | ascii_upcase) \(.state): \(.reason)"' "$out" >"$work/found"
    grep -qE -- "^$2 $3: .*$4" "$work/found" || {
        fail "$1: $2 is not found $3 ($4), but:"
        cat "$work/found" "$err"
    }
    if [ "$(wc -l <"$work/found")" -gt "${5:-1}" ]; then
        fail "$1: more than ${5:-1} files are called wrong:"
        cat "$work/found"
    fi
}
s=WINDOWS/SYSTEM

mapi_is_cut() { edit $s/MAPI32.DLL && truncate -s 20000 "$new"; }
mapi_spooler_is_gone() { drop $s/MAPISP32.EXE; }
always_installed_is_gone() { drop $s/MAPI32.DLL; }
filler_of_bad_sector() { edit $s/MAPI32.DLL && for _ in $(seq 64); do printf -- '-=[BAD SECTOR]=-'; done | over 4096; }
clusters_are_zeroed() { edit $s/USER.EXE && head -c 8192 /dev/zero | over 8192; }
header_is_lost() { edit $s/GDI32.DLL && head -c 4096 /dev/zero | over 0; }
file_is_empty() { edit $s/MMSYSTEM.DLL && : >"$new"; }
one_byte_differs() { edit $s/USER.EXE && printf 'X' | over 30000; }
chain_runs_in_a_circle() { add "defect cyclic-chain file=$s/MAPI32.DLL"; }
chain_leads_into_free_space() { add "defect chain file=$s/MAPI32.DLL cluster=3 next=0"; }
chain_leads_out_of_the_volume() { add "defect chain file=$s/MAPI32.DLL cluster=3 next=0xFFE0"; }
chain_meets_a_bad_cluster() { add "defect chain file=$s/MAPI32.DLL cluster=3 next=0xFFF7"; }
chain_ends_early() { add "defect chain file=$s/MAPI32.DLL cluster=3 next=0xFFFF"; }
files_are_crossed() { add "defect chain file=$s/MAPI32.DLL cluster=0 into=$s/GDI.EXE"; }
mini_windows_user() { put $s/USER.EXE setup/USER.EXE; }
setups_own_commctrl() { put $s/COMMCTRL.DLL setup/COMMCTRL.DLL; }
bytes_of_another_file() { put $s/MAPI32.DLL files/ADVAPI32.DLL; }
older_version() { edit $s/MAPI32.DLL && printf '\x03' | over $(($(version_at) + 10)); }
driver_of_system_ini() { drop $s/MSMOUSE.VXD; }
shell_of_system_ini() { drop WINDOWS/EXPLORER.EXE; }
printer_of_win_ini() { drop $s/HPPCL.DRV; }
font_of_win_ini() { drop WINDOWS/FONTS/ARIAL.TTF; }
driver_of_registry() { drop $s/VNETSUP.VXD; }
second_driver_of_registry() { drop $s/VREDIR.VXD; }
ole_server_of_registry() { drop $s/OLE32.DLL; }
registry_is_cut() { edit WINDOWS/SYSTEM.DAT && truncate -s 700 "$new"; }
registry_is_zeroed() { edit WINDOWS/USER.DAT && truncate -s 0 "$new" && truncate -s 600 "$new"; }
half_of_registry_is_gone() { drop WINDOWS/USER.DAT; }
built_in_driver_is_gone() { "$program" w3 "$work/new/VMM32.VXD" VMM VDD VMOUSE && put $s/VMM32.VXD new/VMM32.VXD; }
drivers_are_cut() { edit $s/VMM32.VXD && truncate -s 100 "$new"; }
module_of_32_bit_program() { drop $s/SHELL32.DLL; }
module_of_16_bit_program() { drop $s/MMSYSTEM.DLL; }
module_is_off_the_path() { move $s/SHELL32.DLL BACKUP/SHELL32.DLL; }
file_is_renamed() { move $s/MAPISP32.EXE $s/MAPISP32.OLD; }
kernel_is_gone() { drop $s/KRNL386.EXE; }
foreign_module_is_gone() { "$program" pe "$work/new/TRAY.EXE" KERNEL32.dll NOWHERE.DLL && add 'file WINDOWS/TRAY.EXE from=new/TRAY.EXE'; }
disk_cut() { cut=$(($(stat -c %s "$work/disk.img") / 8)); }

variant mapi_is_cut MAPI32.DLL damaged 'cut off: ends at byte 20000'
variant mapi_spooler_is_gone MAPISP32.EXE missing '3 of the 4 files that .Exchange.Files. of MSMAIL.INF installs are there'
variant always_installed_is_gone MAPI32.DLL missing 'MSMAIL.INF.* always installs'
variant filler_of_bad_sector MAPI32.DLL damaged 'filler of an unreadable sector at byte 4096'
variant clusters_are_zeroed USER.EXE damaged 'bytes 8192 to [0-9]* are zeroes'
variant header_is_lost GDI32.DLL damaged 'is no program any more'
variant file_is_empty MMSYSTEM.DLL damaged 'is empty'
variant one_byte_differs USER.EXE altered 'other bytes'
variant chain_runs_in_a_circle MAPI32.DLL damaged 'cluster'
variant chain_leads_into_free_space MAPI32.DLL damaged 'cluster'
variant chain_leads_out_of_the_volume MAPI32.DLL damaged 'cluster'
variant chain_meets_a_bad_cluster MAPI32.DLL damaged 'cluster'
variant chain_ends_early MAPI32.DLL damaged 'cluster'
variant files_are_crossed MAPI32.DLL damaged 'cluster' 2
variant mini_windows_user USER.EXE wrong-copy 'mini-Windows'
variant setups_own_commctrl COMMCTRL.DLL wrong-copy 'Setup'
variant bytes_of_another_file MAPI32.DLL wrong-copy 'has the bytes of '
variant older_version MAPI32.DLL older 'version 3'
variant driver_of_system_ini MSMOUSE.VXD missing 'SYSTEM.INI, .386Enh. mouse, names it'
variant shell_of_system_ini EXPLORER.EXE missing 'SYSTEM.INI, .boot. shell, names it'
variant printer_of_win_ini HPPCL.DRV missing 'WIN.INI, .windows. device, names it'
variant font_of_win_ini ARIAL.TTF missing 'WIN.INI, .fonts. '
variant driver_of_registry VNETSUP.VXD missing 'registry .SYSTEM.DAT, .*VNETSUP, StaticVxD. names it'
variant second_driver_of_registry VREDIR.VXD missing 'registry'
variant ole_server_of_registry OLE32.DLL missing 'registry' 9
variant registry_is_cut SYSTEM.DAT damaged 'registry'
variant registry_is_zeroed USER.DAT damaged 'no registry'
variant half_of_registry_is_gone USER.DAT missing 'half of the registry'
variant built_in_driver_is_gone VSHARE.VXD missing 'VMM32.VXD is without it'
variant drivers_are_cut VMM32.VXD damaged ''
variant module_of_32_bit_program SHELL32.DLL missing ''
variant module_of_16_bit_program MMSYSTEM.DLL missing ''
variant module_is_off_the_path SHELL32.DLL missing 'not on the search path'
variant file_is_renamed MAPISP32.EXE missing ''
variant kernel_is_gone KRNL386.EXE missing ''
variant foreign_module_is_gone NOWHERE.DLL missing 'nor on a medium of the release'
variant disk_cut '.*' damaged '' 99
[ "$count" -ge 30 ] || fail "only $count variants"

# ---- no false alarm ----------------------------------------------------------------------------------------

# Service Pack 1: newer files, of a medium that is on record.
mkdir "$work/sp1"
cp "$work/sound.image" "$work/broken.image"
printf 'set size=0 name=SP1.CAB\nfolder mszip\n' >"$work/sp1.cabinet"
for name in MAPI32.DLL USER.EXE OLE32.DLL; do
    edit $s/$name
    printf '\x05' | over $(($(version_at) + 13))
    printf 'file %s from=%s modified="1996-02-14 01:00"\n' "$name" "$new" >>"$work/sp1.cabinet"
done
check_status 0 "$gen" cabinet "$work/sp1.cabinet" "$work/sp1"
check_status 0 whichcab index --deep "$work/sp1"
disk_of "$work/broken.image"
check_status 0 whichcab check --all --json "$work/disk.img"
check_equal "$(jq -r 'select(.state == "updated").name' "$out" | sort | tr '\n' ' ')" "MAPI32.DLL OLE32.DLL USER.EXE " "files from the update"

# A file that Setup copies under another name.
cp "$work/sound.image" "$work/broken.image"
put $s/MAPI32.DLL files/ADVAPI32.DLL
edit WINDOWS/INF/MSMAIL.INF
printf '[Other]\nCopyFiles = Other.Files\n[Other.Files]\nmapi32.dll,advapi32.dll\n' >>"$new"
disk_of "$work/broken.image"
check_status 0 whichcab check --json "$work/disk.img"

# Another language, of which no medium is on record: only what is damaged counts. With its medium there is nothing to tell.
cp "$work/sound.image" "$work/broken.image"
printf 'set size=0 name=DEUTSCH.CAB\nfolder mszip\n' >"$work/german.cabinet"
for path in "$files"/*.DLL "$files"/*.EXE "$files"/*.DRV "$files"/*.VXD; do
    name=${path##*/}
    grep -q "^file $s/$name " "$work/sound.image" || continue
    edit $s/$name
    LC_ALL=C sed -i 's/0\x004\x000\x009\x000\x004\x00E\x004/0\x004\x000\x007\x000\x004\x00E\x004/; s/040904E4/040704E4/' "$new"
    printf 'Sprache' >>"$new"
    cp -p "$new" "$work/german-$name"
    put $s/$name "german-$name"
    printf 'file %s from=%s modified="1995-08-01 09:50"\n' "$name" "$work/german-$name" >>"$work/german.cabinet"
done
disk_of "$work/broken.image"
mkdir "$work/german"
check_status 0 "$gen" cabinet "$work/german.cabinet" "$work/german"
check_status 0 whichcab check --json --all "$work/disk.img"
check_equal "$(jq -r 'select(.event == "windows") | "\(.language) \(.other_edition)"' "$out")" "de-DE true" "what the German one is"
check_status 0 whichcab check "$work/disk.img"
says "it is of another language or edition"
cp "$work/german-MAPI32.DLL" "$new"
truncate -s 20000 "$new"
put $s/MAPI32.DLL "${new#"$work/"}"
disk_of "$work/broken.image"
check_status 3 whichcab check "$work/disk.img"
says "MAPI32.DLL: damaged: cut off"
check_status 0 whichcab index --deep "$work/german"
check_status 3 whichcab check "$work/disk.img"
says "1 damaged"
check_lacks "altered" "$out"

# ---- four media on record: floppies and CDs, retail and OSR2 ----------------------------------------------------

check_status 0 whichcab index -q "$stack"
check_status 0-3 whichcab verify -q
cp "$work/sound.image" "$work/broken.image"
mapi_is_cut
mapi_spooler_is_gone
disk_of "$work/broken.image"
check_status 3 whichcab check "$work/disk.img"
says "MAPI32.DLL: damaged: cut off: ends at byte 20000"
says "mapi32.dll in WIN95_06.CAB of win95-cd mapi32.dll in WIN95_07.CAB, disk 7 of win95-dmf MAPI32.DLL in WIN95_10.CAB, disk 10 of win95-nondmf MAPI32.DLL in WIN95_09.CAB of win95-osr2-cd"
says "mapisp32.exe in WIN95_07.CAB of win95-cd mapisp32.exe in WIN95_07.CAB, disk 7 of win95-dmf MAPISP32.EXE in WIN95_11.CAB, disk 11 of win95-nondmf MAPISP32.EXE in WIN95_10.CAB of win95-osr2-cd"
says "1 damaged, 1 missing"
finish

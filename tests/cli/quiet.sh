#!/usr/bin/env bash
# A sound Windows that not all of its medium was installed of: what was left out is no fault, and what is gone of the rest is.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
program=$build/tests/make_program
parts=$work/parts
windows=$work/pc/WINDOWS
mkdir -p "$parts" "$work/cd" "$windows/INF" "$windows/SYSTEM" "$windows/PLUGIN/EXTRAS" "$windows/COMMAND"

# ---- the medium -------------------------------------------------------------------------------------------

"$program" pe "$parts/KERNEL32.DLL" NTDLL.dll
"$program" pe "$parts/USER32.DLL" KERNEL32.dll GDI32.dll
"$program" pe "$parts/GDI32.DLL" KERNEL32.dll USER32.dll
"$program" ne "$parts/KRNL386.EXE" SYSTEM
"$program" ne "$parts/USER.EXE" KERNEL GDI
"$program" ne "$parts/GDI.EXE" KERNEL
"$program" pe "$parts/EXPLORER.EXE" KERNEL32.dll USER32.dll
"$program" w3 "$parts/VMM32.VXD" VMM VDD
"$program" pe "$parts/NETLIB.DLL" KERNEL32.dll WSOCK32.dll QUEUES.dll # the last is on no medium
"$program" pe "$parts/WSOCK32.DLL" KERNEL32.dll WSHELP.dll
"$program" pe "$parts/WSHELP.DLL" KERNEL32.dll KERNEL32.dll
"$program" pe "$parts/WSHELP2.DLL" USER32.dll
"$program" pe "$parts/WSHELP3.DLL" GDI32.dll
"$program" pe "$parts/NTDLL.DLL" GDI32.dll KERNEL32.dll USER32.dll
"$program" pe "$parts/PLUG.DLL" PLUGHELP.dll
"$program" pe "$parts/PLUGHELP.DLL" KERNEL32.dll GDI32.dll
"$program" pe "$parts/PLAYER.EXE" KERNEL32.dll PLAYLIB.dll
"$program" pe "$parts/PLAYLIB.DLL" USER32.dll KERNEL32.dll
for name in COUNTRY.SYS DISPLAY.SYS KEYB.COM EGA.CPI EGA2.CPI; do echo "of $name" >"$parts/$name"; done
cat >"$parts/NET.INF" <<'INF'
[DestinationDirs]
Tcp.Files = 11
[Optional Components]
Tcp
[Tcp]
CopyFiles = Tcp.Files
[Tcp.Files]
wsock32.dll
wshelp.dll
wshelp2.dll
wshelp3.dll
INF
cat >"$parts/LOCALE.INF" <<'INF'
[Boot]
CopyFiles = Boot.Files
[Boot2]
CopyFiles = Boot2.Files
[Boot.Files]
country.sys
display.sys
keyb.com
ega.cpi
[Boot2.Files]
country.sys
display.sys
keyb.com
ega2.cpi
INF
{
    printf 'set size=0 name=WIN.CAB\nfolder mszip\n'
    for path in "$parts"/*.*; do printf 'file %s from=%s modified="1998-05-11 20:01"\n' "${path##*/}" "$path"; done
} >"$work/win.cabinet"
check_status 0 "$gen" cabinet "$work/win.cabinet" "$work/cd"
check_status 0 whichcab index -q --deep "$work/cd"

# ---- the PC -----------------------------------------------------------------------------------------------

install() { # folder, name...
    local folder=$1 name
    shift
    for name; do
        cp "$parts/$name" "$windows/$folder/$name"
        touch -d '1998-05-11 20:01' "$windows/$folder/$name"
    done
}
install . EXPLORER.EXE
install INF NET.INF LOCALE.INF
install COMMAND COUNTRY.SYS DISPLAY.SYS KEYB.COM EGA.CPI
install SYSTEM {KERNEL32,USER32,GDI32,NTDLL,NETLIB}.DLL {KRNL386,USER,GDI}.EXE VMM32.VXD
install PLUGIN/EXTRAS PLUG.DLL
install PLUGIN PLUGHELP.DLL
printf '[boot]\r\ndisplay.drv=pnpdrvr.drv\r\nshell=Explorer.exe\r\n[386Enh]\r\nnetwork=*nowhere\r\ndisplay=*vdd\r\n' >"$windows/SYSTEM.INI"

states() { jq -r 'select(.event == "file") | "\(.name | ascii_upcase) \(.state)"' "$out" | sort | tr '\n' ' '; }
finds() { # what is wrong now
    check_status $(($(printf %s "$1" | wc -c) > 0 ? 3 : 0)) whichcab check --json -m "$work/cd" "$work/pc"
    check_equal "$(states)" "$1" "what is wrong"
}

# TCP/IP, which a library can work with; a queue that no medium has; a second set of code pages; a library beside the program
# that loads it; what SYSTEM.INI says in place of a driver.
finds ''

# ---- what is wrong all the same ---------------------------------------------------------------------------

install SYSTEM WSHELP.DLL WSHELP2.DLL WSHELP3.DLL
finds 'WSOCK32.DLL missing '
rm "$windows"/SYSTEM/WSHELP*.DLL
install . PLAYER.EXE # a program can't start without its library
finds 'PLAYLIB.DLL missing '
rm "$windows/PLAYER.EXE"
"$program" pe "$windows/OTHER.EXE" KERNEL32.dll QUEUES.dll
finds 'QUEUES.DLL missing '
rm "$windows/OTHER.EXE"
rm "$windows/COMMAND/KEYB.COM"
finds 'KEYB.COM missing '
finish

#!/usr/bin/env bash
# Each kind of table of contents, loose, packed or in a cabinet: what it says of disks that are not indexed,
# and how many of its disks are there.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
gen=$build/tests/gen/media-gen
cd "$work" || exit 1
mkdir disks

crlf() { printf '%s\r\n' "$@"; }

# A floppy alone: disk LINE...; the lines are those of its description.
disk() {
    rm -f disks/*
    printf '%s\n' 'image fat format=1440 label=ONE' "$@" >disk.image
    "$gen" image disk.image disks/one.img >/dev/null || exit 1
    rm -rf "$work/catalog"
    check_status 0 whichcab index disks
}

told() { # what, file, disk|cabinet|packed name|size|how to ask for it
    check_status 0-3 whichcab where --json "$2"
    check_equal "$(jq -rs 'map(select(.source == "medium"))[0] | [.disk, .cabinet, .alias, .size, .needs[0].insert] |
        map(. // "-") | join("|")' "$out")" "$3" "$1: $2"
}

counted() { # what, disks there|known|those that are missing
    check_status 0-3 whichcab media --json
    check_equal "$(jq -r '[.disks_present, .disks_known, (.missing | join(" "))] | map(tostring) | join("|")' "$out")" "$2" \
        "$1: disks"
}

in_cabinet() { # file
    printf '%s\n' 'set size=0 name=TABLE.CAB' 'folder mszip' "file $1 from=$1" >table.cabinet
    "$gen" cabinet table.cabinet . >/dev/null || exit 1
}

# LAYOUT.INF of a Setup with loose files: nothing but these tell disk 1.
crlf '[SourceDisksNames]' '1="Prog Disk 1",,0' '2="Prog Disk 2","PROG2.CAB",0' '3="Prog Disk 3","PROG3.CAB",0' \
    '[SourceDisksFiles]' 'setup.exe=1,,100' 'prog.exe=2,,2000' 'last.dat=3,,3000' >LAYOUT.INF
disk 'file LAYOUT.INF from=LAYOUT.INF' 'file SETUP.EXE size=100'
told layout last.dat '3|PROG3.CAB|-|3000|Prog Disk 3'
counted layout '1|3|2 3'

# TXTSETUP.SIF of Windows NT, packed; one title has no number.
crlf '[SourceDisksNames]' '1="Windows NT Setup Disk #1",disk101,,""' '2="Windows NT Setup Disk #2",disk102,,""' \
    '3="Windows NT CD-ROM",cdrom.tag,,"\i386"' '[SourceDisksFiles]' 'ntkrnlmp.exe=1,,,,,,,1' 'odd.sys=2,,,,,,3_' >TXTSETUP.SIF
disk 'file TXTSETUP.SI_ from=TXTSETUP.SIF pack=szdd' 'file DISK101 size=1'
told txtsetup odd.sys '2|-|-|-|Windows NT Setup Disk #2'
counted txtsetup '1|3|2 3'

# DOSNET.INF names no disks, only files.
crlf '[Directories]' 'd1 = \I386' '[Files]' 'd1,ODD32.DLL' >DOSNET.INF
disk 'file I386/DOSNET.INF from=DOSNET.INF'
told dosnet odd32.dll '-|-|-|-|a disk of the set that nothing names'

# SETUP.INF of Windows 3.x.
crlf '[disks]' '   1 = . ,"Microsoft Windows 3.1 Disk 1",DISK1' '   2 = . ,"Microsoft Windows 3.1 Disk 2",DISK2' \
    '   3 = . ,"Microsoft Windows 3.1 Disk 3",DISK3' '[windows]' '    2:oddwrite.exe,   "Write"' '    3:oddcalc.exe' >SETUP.INF
disk 'file SETUP.INF from=SETUP.INF' 'file DISK1 size=1'
told 'Windows 3.x' oddcalc.exe '3|-|-|-|Microsoft Windows 3.1 Disk 3'
counted 'Windows 3.x' '1|3|2 3'

# Microsoft's Setup toolkit: packed, and in a cabinet.
crlf '[Source Media Descriptions]' '    "1", "Prog Setup Disk 1", "prog.ini", "..\disk1"' \
    '    "2", "Prog Setup Disk 2", "tag2", "..\disk2"' '    "3", "Prog Setup Disk 3", "tag3", "..\disk3"' '[Files]' \
    '    "one" = 2, ODDPROG.EXE,,,, 1993-05-06,,,, !READONLY,,,,,, 54321, SYSTEM,,, 1.2.3.4,' >PROG.INF
disk 'file PROG.IN_ from=PROG.INF pack=szdd' 'file PROG.INI size=10'
told toolkit oddprog.exe '2|-|-|54321|Prog Setup Disk 2'
counted toolkit '1|3|2 3'
in_cabinet PROG.INF
disk 'file TABLE.CAB from=TABLE.CAB' 'file PROG.INI size=10'
told 'toolkit in a cabinet' oddprog.exe '2|-|-|54321|Prog Setup Disk 2'
counted 'toolkit in a cabinet' '1|3|2 3'

# SETUP.LST of Visual Basic only numbers its disks.
# shellcheck disable=SC2016
crlf '[BootStrap]' 'File1=1,,setup1.ex_,setup1.exe,$(WinPath),$(Shared),3/3/1996,10000,4.0.0.1' '[Files]' \
    'File1=2,,ODDCTL.OC_,ODDCTL.OCX,$(WinSysPath),$(DLLSelfRegister),$(Shared),3/3/1996,20000,4.0.0.2' \
    'File2=3,,ODD.DA_,ODD.DAT,$(AppPath),,,3/3/1996,30000' >SETUP.LST
disk 'file SETUP.LST from=SETUP.LST' 'file SETUP1.EX_ size=100 pack=szdd'
told 'Visual Basic' oddctl.ocx '2|-|ODDCTL.OC_|20000|disk 2'
counted 'Visual Basic' '1|3|2 3'
in_cabinet SETUP.LST
disk 'file TABLE.CAB from=TABLE.CAB' 'file SETUP1.EX_ size=100 pack=szdd'
told 'Visual Basic in a cabinet' odd.dat '3|-|ODD.DA_|30000|disk 3'
counted 'Visual Basic in a cabinet' '1|3|2 3'

# PACKING.LST of MS-DOS tells its disks by nothing but their files.
crlf 'Setup Disk #1' ' SETUP.EXE' 'Setup Disk #2' ' ODDMEM.SY_  ODDMEM.SYS' 'Setup Disk #3' ' ODDBASIC.EX_ ODDBASIC.EXE' >PACKING.LST
disk 'file PACKING.LST from=PACKING.LST' 'file SETUP.EXE size=10'
told packing oddbasic.exe '3|-|ODDBASIC.EX_|-|Setup Disk #3'
counted packing '1|3|2 3'


# Internet Explorer's list of components, in a cabinet.
crlf '[Version]' 'DisplayName="IE"' '[BASEIE40_Win]' 'DisplayName="Browser"' 'URL1="ODD_S1.CAB",3' 'Size1=100,110' \
    'URL2=ODD_S2.CAB,3' 'Size2=100,110' >IE40.CIF
in_cabinet IE40.CIF
disk 'file TABLE.CAB from=TABLE.CAB'
told cif odd_s2.cab '-|-|-|-|a disk of the set that nothing names'
finish

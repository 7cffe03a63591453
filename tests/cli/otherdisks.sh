#!/usr/bin/env bash
# Floppies of other products, as real ones are laid out: none is taken for a medium of Windows 95, 98 or Me,
# whatever its label, its dates or the names of its files and cabinets are.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
generator=$build/tests/gen/media-gen

disk() { # path, format, label, OEM id; files on standard input
    mkdir -p "$work/i/$(dirname "$1")"
    {
        printf 'image fat format=%s label="%s" oem="%s" serial=0x%s\n' "$2" "$3" "$4" \
            "$(printf %s "$1" | md5sum | cut -c1-8)"
        cat
    } >"$work/one.image"
    "$generator" image "$work/one.image" "$work/i/$1" || exit 1
}
szdd() { # letter or nothing, names...
    local letter=${1:+ missing=$1} name
    for name in "${@:2}"; do printf 'file %s size=6000 pack=szdd%s\n' "$name" "$letter"; done
}
kwaj() { for name in "$@"; do printf 'file %s size=5000 pack=kwaj-mszip\n' "$name"; done; }

# MS-DOS 5: packed without the letter, no label but in the root, one OEM id that Windows 95 wrote over
{ szdd '' HIMEM.SY_ ATTRIB.EX_ 4201.CP_ && echo 'file COMMAND.COM size=47845' && echo 'file SETUP.EXE size=9000'; } |
    disk dos5/d1.img 720 'DISK      1' 'MSDOS5.0'
szdd '' KEYB.CO_ EDIT.HL_ QBASIC.EX_ | disk dos5/d2.img 720 'DISK      2' 'a1b2cIHC'
szdd '' DOSSHELL.EX_ UNFORMAT.CO_ WINA20.38_ | disk dos5/d3.img 720 'DISK      3' 'MSDOS5.0'
# MS-DOS 6.22: KWAJ, a list of what is packed
{
    kwaj DELTREE.EX_ SCANDISK.EX_ SMARTDRV.EX_
    printf 'file PACKING.LST text="%s"\n' 'Setup Disk #1\r\n\r\nDELTREE.EX_   DELTREE.EXE\r\nSetup Disk #2\r\n\r\nMSAV.EX_   MSAV.EXE\r\n'
} | disk dos622/disk1.img 1440 DISK1 'MSDOS5.0'
kwaj MSAV.EX_ WNTOOLS.DL_ | disk dos622/disk2.img 1440 DISK2 'MSDOS5.0'
# Windows 3.0a: packed under the real names
szdd E KRNL386.EXE USER.EXE GDI.EXE KERNEL.EXE SETUP.EXE | disk win30/disk1.img 1440 DISK1 'MSDOS4.0'
szdd E WINHELP.EXE SYSEDIT.EXE COMMCTRL.DLL | disk win30/disk2.img 1440 DISK2 'MSDOS4.0'
# Windows 3.11: SETUP.INF tells the disks
{
    printf 'file SETUP.INF text="%s"\n' '[disks]\r\n1 = ., \"Microsoft Windows Disk 1\", disk1\r\n2 = ., \"Microsoft Windows Disk 2\", disk2\r\n\r\n[windows]\r\n1:user.exe\r\n2:shell.dll\r\n'
    printf 'file DISK1 text="1"\nfile WIN.COM size=1000\n'
    szdd E USER.EX_ GDI.EX_ KRNL386.EX_
} | disk win311/A.img 1440 DISK1 'MSDOS5.0'
{ printf 'file DISK2 text="2"\n' && szdd L SHELL.DL_ COMMDLG.DL_; } | disk win311/B.img 1440 DISK2 'MSDOS5.0'
# Office 4 and its like: packed files that end in a dollar sign, STF beside them
{ kwaj 'EXCEL.EX$' 'WINWORD.EX$' 'USER.EX$' && echo 'file SETUP.STF text="App Name"'; } |
    disk office4/one.img 1440 'DISK 1' 'MSDOS5.0'
# Office 95 and others on DMF floppies: a chain of cabinets written when Windows 95 was, others
# called as Windows 95's are, with its set IDs
cabinets() { # folder, set IDs, name, first number, hour, files
    printf '%s\n' "set size=300000 name=$3%.CAB disk=% id=$2 index=$4" 'folder mszip' >"$work/set.cabinet"
    for name in "${@:6}"; do
        printf 'file %s size=110000 content=random modified="1995-07-11 %s"\n' "$name" "$5"
    done >>"$work/set.cabinet"
    "$generator" cabinet "$work/set.cabinet" "$work/$1" >/dev/null || exit 1
}
cabinets office95 42000 OFF95_ 1 09:50:00 excel.exe winword.exe powerpnt.exe mso95.dll artgalry.exe msquery.exe
for n in 1 2 3; do echo "file OFF95_$n.CAB from=office95/OFF95_$n.CAB" | disk office95/$n.img dmf "DISK$n" MSDMF3.2; done
cabinets same 57990 WIN95_0 2 00:00:00 excel.exe winword.exe powerpnt.exe mso95.dll artgalry.exe msquery.exe
for n in 1 2 3; do echo "file WIN95_0$n.CAB from=same/WIN95_0$n.CAB" | disk same/disk0$n.img dmf "DISK$n" 'rW-q-IHC'; done
cabinets mini 16261 MINI 0 09:50:00 user.exe krnl386.exe
echo "file MINI.CAB from=mini/MINI1.CAB" | disk mini/Disk01.img 1440 DISK1 'rW-q-IHC'
cabinets ebd 7403 EBD 0 17:00:00 scandisk.exe edit.com ext.exe
echo "file EBD.CAB from=ebd/EBD1.CAB" | disk ebd/Boot.img 1440 '' '*GjLeIHC'

check_status 0 whichcab index "$work/i"
check_status 0-3 whichcab media --json
check_equal "$(jq -r 'select(.medium != null or .release != null) | .medium // .title' "$out")" "" "what is recognised"
check_equal "$(jq -s 'map(.disks[] | select(.image != null)) | length' "$out")" \
    "$(find "$work/i" -name '*.img' | wc -l)" "disks told of"
check_equal "$(jq -r '.disks[] | select(.status == "foreign" or .status == "damaged") | .image' "$out")" "" "foreign or damaged"
check_equal "$(jq -r 'select(.disks_from != null) | .disks[0].image // "" | split("/")[-2]' "$out" |
    sort -u | tr '\n' ' ')" "dos5 dos622 office95 same win30 win311 " "probable sets"
# Each is found under its real name.
for name in himem.sys deltree.exe krnl386.exe shell.dll excel.exe; do
    check_status 0 whichcab where --json "$name"
    check_equal "$(jq -rs 'map(select(.source == "indexed")) | length > 0' "$out")" true "an answer for $name"
done
finish

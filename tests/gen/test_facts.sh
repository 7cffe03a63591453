#!/usr/bin/env bash
# Holds the built media against facts of the real ones: free space, header fields, places of files.
# usage: test_facts.sh MEDIA-GEN
set -euo pipefail
generator=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

is() { # what, got, wanted
    [ "$2" = "$3" ] || { echo "$1: $2 instead of $3"; exit 1; }
}
bytes() { xxd -s "$2" -l "$3" -p "$1" | tr -d '\n'; }

"$generator" stack full --media win95-dmf
disks=full/win95-dmf
free() { mdir -i "$disks/$1" :: | sed -n 's/ *\([0-9 ]*\) bytes free/\1/p' | tr -d ' '; }
is "free bytes on disk 1" "$(free disk01.img)" 0
is "free bytes on disk 2" "$(free disk02.img)" 14336
is "free bytes on disk 12" "$(free disk12.img)" 0
is "free bytes on disk 13" "$(free disk13.img)" 733184
is "size of a DMF image" "$(stat -c %s $disks/disk13.img)" 1720320
is "size of a plain image" "$(stat -c %s $disks/disk01.img)" 1474560
is "OEM id, DMF" "$(bytes $disks/disk13.img 3 8)" "$(printf MSDMF3.2 | xxd -p)"
is "OEM id, plain" "$(bytes $disks/disk01.img 3 8)" "$(printf MSDOS4.0 | xxd -p)"
is "BIOS parameter block" "$(bytes $disks/disk13.img 11 17)" 0002040100021000200df0030015000200
is "first root entry's name" "$(bytes $disks/disk13.img 3584 11)" "$(printf WIN95_13CAB | xxd -p)"
is "last root entry, the label" "$(bytes $disks/disk13.img 3616 12)" 4449534b31332020202020"08"

mcopy -n -i $disks/disk13.img ::WIN95_13.CAB .
is "directory of WIN95_13.CAB" "$(bytes WIN95_13.CAB 16 4)" 44000000
is "its folders, files, flags, set, number" "$(bytes WIN95_13.CAB 26 10)" 02003900010010a40d00
is "its first block" "$(bytes WIN95_13.CAB 52 8)" 3406000002007215
is "blocks and method of its second folder" "$(bytes WIN95_13.CAB 64 4)" 52007215
is "its first entry" "$(bytes WIN95_13.CAB 68 16)" 73a00000890d4a00fdffeb1e404e2000

mcopy -n -i $disks/disk01.img ::MINI.CAB .
mcopy -n -i $disks/disk02.img ::PRECOPY2.CAB ::WIN95_02.CAB .
is "set, number and method of MINI.CAB" "$(bytes MINI.CAB 32 4)$(bytes MINI.CAB 42 2)" 853f00000100
is "flags, set, number of PRECOPY2" "$(bytes PRECOPY2.CAB 30 6)" 0100eb4e0100
is "flags, set, number of WIN95_02" "$(bytes WIN95_02.CAB 30 6)" 030010a40200
is "the one before WIN95_02" "$(bytes WIN95_02.CAB 36 15)" "$(printf 'precopy2.cab\0002\0' | xxd -p)"

"$generator" stack small --small
place() { # medium, name: the cabinets where it starts
    awk -F'\t' -v m="$1" -v n="$2" '$1 == m && tolower($7) == n {print $5}' small/manifest.tsv |
        paste -s -d ' '
}
is "mapi32.dll, CD" "$(place win95-cd mapi32.dll)" WIN95_06.CAB
is "mapi32.dll, OSR2" "$(place win95-osr2-cd mapi32.dll)" WIN95_09.CAB
is "mapi32.dll, DMF" "$(place win95-dmf mapi32.dll)" WIN95_07.CAB
is "mapi32.dll, non-DMF" "$(place win95-nondmf mapi32.dll)" WIN95_10.CAB
is "mapisp32.exe, non-DMF" "$(place win95-nondmf mapisp32.exe)" WIN95_11.CAB
is "user.exe, DMF" "$(place win95-dmf user.exe)" "MINI.CAB WIN95_04.CAB"

# In both sizes the two files that cross from disk 12 are those of the real set.
for stack in full small; do
    is "$stack: files from disk 12 to 13" "$(awk -F'\t' '$1 == "win95-dmf" && $5 == "WIN95_12.CAB" &&
        $6 == "WIN95_13.CAB" {print $7}' $stack/manifest.tsv | paste -s -d ' ')" \
        "irmatrac.vxd msodisup.vxd"
done
# The same file is the same bytes on all media of a release.
is "files that differ between media" "$(awk -F'\t' 'NR > 1 && $5 != "" {
        key = tolower($7) " " $8 " " substr($9, 1, 10)
        if (key in sum && sum[key] != $11) print key
        sum[key] = $11 }' small/manifest.tsv | wc -l)" 0
# Version resources say what the manifest says, to a reader that isn't ours.
7z x -bd -y -ocab "$disks/disk11.img" >/dev/null
cabextract -q -d out -F 'kernel32.dll' -F 'shell32.dll' -F 'comctl32.dll' cab/WIN95_11.CAB 2>/dev/null ||
    true # the next disk's cabinet isn't there
for file in out/*; do
    version=$(7z x -so "$file" .rsrc/version.txt 2>/dev/null | iconv -f utf-16 -t utf-8 |
        sed -n 's/FILEVERSION *//p' | tr -d '\r' | tr , .)
    is "version of $file" "$version" "$(awk -F'\t' -v n="$(basename "$file")" \
        '$5 == "WIN95_11.CAB" && $7 == n {print $12}' full/manifest.tsv)"
    checked=yes
done
is "versions checked" "${checked:-no}" yes
echo "the media agree with the facts"

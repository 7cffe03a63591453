#!/usr/bin/env bash
# The frame of the program: help, bad usage, mistyped commands, output that can't be written.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

check_status 2 whichcab
check_has "Usage: whichcab" "$err"
check_status 0 whichcab --help
check_has "Usage: whichcab" "$out"
check_status 0 whichcab help
check_status 0 whichcab --version
check_has "whichcab " "$out"
for command in where versions dups diff media catalog export import profile index ls extract verify id; do
    check_status 0 whichcab "$command" --help
    check_has "Usage: whichcab $command" "$out"
    check_has "--help" "$out"
    cp "$out" "$work/help"
    check_status 0 whichcab help "$command"
    check_equal "$(cksum <"$out")" "$(cksum <"$work/help")" "help $command"
    check_equal "$(awk 'length > 80' "$out" | wc -l)" 0 "lines of the help of $command beyond 80 columns"
done
check_status 2 whichcab help nonsense

# A mistyped command is no name to look for, a word that is like none is.
check_status 2 whichcab idnex
check_has "'index'" "$err"
while read -r word meant; do
    check_status 2 whichcab "$word" mapi32.dll
    check_has "is '$meant' meant?" "$err"
done <<'EOF'
find where
search where
list ls
extrct extract
vrify verify
ext extract
unpack extract
remove catalog remove
EOF
check_status 0 whichcab networks
check_status 0 whichcab mapi32.dll
check_has "WIN95_07.CAB" "$out"

# The extension that was left out, a place as an error box names it, a name that is in another place.
for command in where versions 'extract --dry-run'; do
    # shellcheck disable=SC2086
    check_status 1 whichcab $command mapi32
    check_has "mapi32: not found; is one of these meant? MAPI32.DLL" "$err"
done
check_status 1 whichcab where nosuch.dll x.dll
check_lacks "meant" "$err"
check_status 0 whichcab where --json -m win95-dmf 'C:\WINDOWS\SYSTEM\MAPI32.DLL'
check_equal "$(jq -r .cabinet "$out")" WIN95_07.CAB "the cabinet of a place"
check_has 'SYSTEM\MAPI32.DLL is a place on an installed system; looking for MAPI32.DLL' "$err"
check_status 0 whichcab where -m win95-dmf 'c:/windows/user.exe' '\\server\c\gdi.exe'
check_has "2 names are places" "$err"
check_status 2 whichcab where "C:\\WINDOWS\\"
check_status 1 whichcab where 'win95_02.cab/user.exe'
check_has "'whichcab where --all user.exe'" "$err"

check_status 2 whichcab --no-such-option
check_status 2 whichcab where --no-such-option mapi32.dll
check_has "--no-such-option" "$err"
check_status 2 whichcab where -Z mapi32.dll
check_status 2 whichcab where -m
check_status 2 whichcab where -m a -m b mapi32.dll
check_has "twice" "$err"
check_status 2 whichcab where --json=x mapi32.dll
check_status 2 whichcab where -rs mapi32.dll
check_status 2 whichcab where --json --commands mapi32.dll
check_status 2 whichcab where ''
check_status 2 whichcab where -r '('
check_status 2 whichcab where -m no-such-medium mapi32.dll
check_has "no-such-medium" "$err"
check_status 2 whichcab where -m win95-n -m
check_status 2 whichcab where -m vfp30 mapi32.dll
check_has "vfp30-pro-cd" "$err"
check_status 2 whichcab where -f "$work/no-such-list"
check_status 2 whichcab media a b
check_status 2 whichcab catalog
check_status 2 whichcab catalog burn
check_status 2 whichcab catalog remove
check_status 2 whichcab export a b
check_status 2 whichcab profile show

# Options may stand anywhere; "--" ends them; a file's name may begin with a dash.
check_status 0 whichcab where mapi32.dll -m win95-dmf
check_status 0 whichcab where -mwin95-dmf mapi32.dll
check_status 0 whichcab where --medium=win95-dmf -- mapi32.dll
check_status 1 whichcab where -- --json

# Names from a list, blank lines and DOS line ends included.
printf 'mapi32.dll\r\n\r\n  user.exe  \n' >"$work/list"
check_status 0 whichcab where -m win95-cd --json -f "$work/list"
check_equal "$(wc -l <"$out")" 2 "answers for a list"
check_status 0 whichcab where -m win95-cd --json - <"$work/list"
check_equal "$(wc -l <"$out")" 2 "answers for standard input"
: >"$work/empty"
check_status 1 whichcab where -f "$work/empty"
printf 'mapi32.dll\nno-such-file.xyz\n' >"$work/list"
check_status 3 whichcab where -m win95-cd -f "$work/list"
check_has "no-such-file.xyz" "$err"

# What can't be written is an error.
check_status 2 bash -c "'$build/cli/whichcab' where mapi32.dll >/dev/full"
check_has "No space left" "$err"

# What is typed does not reach the terminal raw either.
check_status 1 whichcab where $'\e[31mred'
check_lacks $'\e' "$err"
finish

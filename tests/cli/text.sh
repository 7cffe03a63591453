#!/usr/bin/env bash
# What people read, compared with the files in expected/.  UPDATE=1 writes these anew.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

expected=$here/expected
cd "$work" || exit 2

# Runs whichcab and compares its standard output with expected/NAME.txt.
check_text() { # name arguments...
    local name=$1
    shift
    whichcab "$@" 2>"$err" | sed -E 's|/[^ ]*/(media\|disks\|win95-[a-z0-9]*)/|.../|' >"$out" # a pipe gets whole paths
    [ -z "${UPDATE:-}" ] || cp "$out" "$expected/$name.txt"
    if diff -u "$expected/$name.txt" "$out" >"$work/diff"; then
        pass
    else
        fail "whichcab $* differs from expected/$name.txt"
        sed 's/^/    /' "$work/diff" | head -40
    fi
    check_equal "$(($(wc -l <"$expected/$name.txt") > 2))" 1 "lines in expected/$name.txt"
    check_equal "$(awk 'length > 100' "$out" | wc -l)" 0 "long lines in the text of $name"
}

check_text published where -m 'Windows 95 (retail' user.exe commctrl.dll
check_text published_glob where -m win95-dmf 'mapi*.dll'
check_text commands where --commands -m 'Windows 95 (retail' mapi32.dll kommctrl.dll setup.exe
stack=$(sample_stack)
ln -s "$stack" media
whichcab index media/win95-dmf media/win95-cd.iso >"$out" 2>"$err" || fail "the stack was not indexed"
check_text indexed where -m win95-dmf user.exe irmatrac.vxd 'win95_1?.cab'
check_text indexed_commands where --commands -m win95-dmf irmatrac.vxd
mkdir -p disks && cp media/win95-dmf/*.img disks/ && rm disks/disk13.img
rm -rf "$work/catalog"
whichcab index disks >"$out" 2>"$err" || fail "the disks were not indexed"
check_text missing where -m win95-dmf irmatrac.vxd networks
check_text media media
finish

#!/usr/bin/env bash
# The user's settings: the file, the environment over it, options over both.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

program=$build/cli/whichcab
unset WHICHCAB_CONFIG
export HOME=$work/home XDG_CONFIG_HOME=$work/config
mkdir -p "$work/config/whichcab" "$HOME"
file=$work/config/whichcab/config

settle() { printf '%s\n' "$@" >"$file"; }
where_from() { # which catalog an empty one is said to be: "Nothing is indexed in ..."
    "$program" "$@" media 2>&1 >/dev/null | sed -n 's/^Nothing is indexed in \(.*\)\.$/\1/p'
}

check_equal "$(where_from)" "$work/data/whichcab" "the catalog without settings"
settle '# mine' '' " catalog = $work/one " 'codepage=850'
check_equal "$(where_from)" "$work/one" "the catalog of the file"
settle 'catalog = ~/two'
check_equal "$(where_from)" "$HOME/two" "a catalog below the home folder"
check_equal "$(WHICHCAB_CATALOG=$work/three where_from)" "$work/three" "the catalog of the environment"
check_equal "$(WHICHCAB_CATALOG=$work/three where_from -C "$work/four")" "$work/four" "the catalog of the option"
check_equal "$(XDG_CONFIG_HOME='' where_from)" "$work/data/whichcab" "the catalog without a file at home"
mkdir -p "$HOME/.config/whichcab"
echo "catalog = $work/five" >"$HOME/.config/whichcab/config"
check_equal "$(XDG_CONFIG_HOME='' where_from)" "$work/five" "the catalog of the file at home"
check_equal "$(WHICHCAB_CONFIG='' where_from)" "$work/data/whichcab" "the catalog with no file"
echo "catalog = $work/six" >"$work/other"
check_equal "$(WHICHCAB_CONFIG=$work/other where_from)" "$work/six" "the catalog of another file"
check_status 2 env WHICHCAB_CONFIG="$work/none" "$program" media
check_has "$work/none: No such file" "$err"

# The old machine's drives.
settle 'floppy = B:' 'cd = e' 'to = C:\FIX'
check_status 0 "$program" where -c -m win95-dmf mapi32.dll
check_has 'EXTRACT /Y /L C:\FIX B:\WIN95_07.CAB MAPI32.DLL' "$out"
check_status 0 "$program" where -c -m win95-cd mapi32.dll
check_has 'EXTRACT /Y /L C:\FIX E:\WIN95\WIN95_06.CAB MAPI32.DLL' "$out"
check_status 0 "$program" where -c -m win95-dmf --floppy A: --to 'C:\X' mapi32.dll
check_has 'EXTRACT /Y /L C:\X A:\WIN95_07.CAB MAPI32.DLL' "$out"
check_status 0 "$program" extract --batch - -m win95-dmf mapi32.dll
check_has 'B:\WIN95_07.CAB' "$out"

# The code page of names, in both programs.
mkdir "$work/named"
printf 'x' >"$work/named/$(printf 'F\x81R.TXT')"
settle 'codepage = 437'
check_status 0 "$program" ls "$work/named"
check_has "FüR.TXT" "$out"

# What is not understood is told with its line, before anything is done; help and version need no settings.
while IFS='|' read -r line message; do
    settle '# first' "$line"
    check_status 2 "$program" where mapi32.dll
    check_has "$file, line 2: " "$err"
    check_has "$message" "$err"
    check_equal "$(wc -c <"$out")" 0 "bytes of answers with bad settings"
done <<'EOF'
catalogue = /x|there are catalog, floppy
catalog|no 'key = value'
catalog =|it has no value
floppy = Z9|a drive is a letter
codepage = latin|a number from 1 to 65535
color = yes|auto, always or never
EOF
check_status 2 "$program" ls "$work/named"
check_has "line 2" "$err"
check_status 0 "$program" where --help
check_status 0 "$program" --version
rm "$file"
mkdir "$file"
check_status 2 "$program" media
rmdir "$file"

# Published listings that are named have to be there.
WHICHCAB_PUBLISHED=$work/nowhere.mdb check_status 2 whichcab where mapi32.dll
check_has "$work/nowhere.mdb, named by WHICHCAB_PUBLISHED: No such file or directory" "$err"
finish

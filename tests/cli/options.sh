#!/usr/bin/env bash
# All options of all commands in one table (options.txt): a letter means the same everywhere.  After a change that is
# meant: options.sh BUILD --write
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

commands=$(whichcab --help | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p')
for command in $commands; do
    whichcab "$command" --help |
        sed -nE "s/^ +(-(.), )?--([a-z0-9-]+)( ([^ ]+))?( .*)?\$/$command \2 \3 \5/p" |
        awk '{ if (NF == 2 || $2 ~ /^..+$/) print $1, "-", $2, $3; else print }' | sed 's/ *$//'
done | sort >"$work/options"
[ "${2-}" != --write ] || cp "$work/options" "$here/options.txt"
check_equal "$(diff "$here/options.txt" "$work/options")" "" "what differs from options.txt"
check_equal "$(awk '$2 != "-" { print $2, $3 }' "$work/options" | sort -u | cut -d' ' -f1 | uniq -d)" "" "letters with two meanings"
check_equal "$(awk '{ print $3, $2 }' "$work/options" | sort -u | cut -d' ' -f1 | uniq -d)" "" "options with two letters"

# Older spellings still do.
check_status 0 whichcab where -j mapi32.dll
check_status 0 whichcab media -j --unread
check_status 1 whichcab diff -s changed -q -j win95-cd win95-dmf
check_status 1 whichcab diff --brief win95-cd win95-dmf
printf 'mapi32.dll\n' >"$work/list"
check_status 0 whichcab extract --file "$work/list" -m win95-cd --batch "$work/x.bat"
mkdir "$work/pc"
check_status 0 whichcab id -r -s intact -j "$work/pc"
check_status 3 whichcab index --force "$work/pc"
check_status 2 whichcab verify -f -j2 "$work/pc"
check_has "no such image" "$err"

# Long ones may be cut short.
check_status 0 whichcab where --js --med=win95-cd mapi32.dll
check_equal "$(jq -r .medium "$out")" win95-cd "medium of a cut option"
check_status 2 whichcab where --f A: mapi32.dll
check_has "--from" "$err"
check_has "--floppy" "$err"
check_status 2 whichcab where --=x mapi32.dll
check_status 0 whichcab where --al --all mapi32.dll
check_status 2 whichcab where --fz mapi32.dll
check_has "no option --fz" "$err"

# What contradicts or comes twice is named.
check_status 2 whichcab extract --batch x --stdout mapi32.dll
check_has "--batch and --stdout" "$err"
check_status 2 whichcab extract -r -s mapi32.dll
check_has "--regex and --substring" "$err"
check_status 2 whichcab where -e -s mapi32.dll
check_has "--substring and --exact" "$err"
check_status 2 whichcab index --threads 2 -j3 "$work/pc"
check_has "--threads is given twice" "$err"

for command in $commands; do
    check_status 0 whichcab "$command" --version
    check_equal "$(cut -d' ' -f1 "$out")" whichcab "what $command --version prints"
done
check_status 0 whichcab -V
finish

#!/usr/bin/env bash
# Each command has a man page with just the options that --help shows.
#   manpages.sh SOURCE_DIR WHICHCAB
set -euo pipefail
pages=$1/docs/man
program=$2
failed=0
commands=$("$program" --help | sed -n 's/^  \([a-z]\{2,\}\) .*/\1/p')
[ -n "$commands" ] || { echo "--help names no command"; exit 1; }
for command in $commands; do
    page=$pages/whichcab-$command.1
    [ -e "$page" ] || { echo "$command has no man page"; failed=1; continue; }
    help=$("$program" "$command" --help | grep -oE '^ +(-.,)? *--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u)
    man=$(sed -n 's/^\.It .*Fl Fl \([a-z-]*\).*/--\1/p' "$page" | sort -u)
    if [ "$help" != "$man" ]; then
        echo "$command: --help and man page differ:"
        diff <(echo "$help") <(echo "$man") || true
        failed=1
    fi
    grep -q "Xr whichcab-$command 1" "$pages/whichcab.1" || [ "$command" = import ] ||
        { echo "whichcab.1 does not point to whichcab-$command"; failed=1; }
done
[ "$failed" = 0 ] && echo "man pages and --help agree"
exit "$failed"

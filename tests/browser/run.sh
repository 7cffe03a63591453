#!/usr/bin/env bash
# The page in Debian's Chromium, without a window.  Not one of the tests that ctest runs: it needs a browser.
#   run.sh BUILD [PICTURES]     PICTURES: a folder for screenshots
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
# shellcheck source=tests/cli/serve_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cli/serve_lib.sh"

pictures=${2:+$(cd "$2" && pwd)}
stack=$(small_stack)
cp -r "$stack" "$work/shelf"
rm "$work/shelf/win95-dmf/disk05.img"
mkdir "$work/hostile" "$work/downloads"
printf 'x' >"$work/hostile/evil<img src=x onerror=\"document.title='hacked'\"><b>.dll"
printf 'x' >"$work/hostile/evil$(printf '\342\200\256')lld.exe"
check_status 0-3 whichcab index "$work/shelf" "$work/hostile"
check_status 0 whichcab extract -o "$work/files" -m win95-dmf mapi32.dll
start_server --seconds 60
check_status 0 python3 "$(dirname "${BASH_SOURCE[0]}")/page.py" "$url" "$work/downloads" "$work/files/mapi32.dll" ${pictures:+"$pictures"}
cat "$out"
stop_server
finish

#!/usr/bin/env bash
# Asks whichcab-serve for everything it has, from many sides at once, while the catalog is written to, damaged, removed and
# put back; meant for builds with ThreadSanitizer and AddressSanitizer, whose reports end the run.
#   serve_soak.sh BUILD [SECONDS]        default: 600
set -euo pipefail
build=$(cd "$1" && pwd)
seconds=${2:-600}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb WHICHCAB_CONFIG=
export TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}" ASAN_OPTIONS="detect_leaks=1 ${ASAN_OPTIONS:-}"
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap cleanup EXIT

"$build/tests/gen/media-gen" stack "$work/stack" --small >/dev/null
"$build/cli/whichcab" -C "$work/catalog" index "$work/stack" >/dev/null 2>&1
"$build/cli/whichcab" -C "$work/catalog" serve --listen 127.0.0.1:0 --connections 300 -j 4 2>"$work/log" &
server=$!
for _ in $(seq 600); do
    ! grep -q '^whichcab answers at' "$work/log" || break
    sleep 0.1
done
url=$(sed -n 's/^whichcab answers at \(.*\)\/$/\1/p' "$work/log")
python3 "$here/serve_soak.py" "${url#http://127.0.0.1:}" "$seconds" "$build/cli/whichcab" "$work"
status=0
kill -TERM "$server"
wait "$server" || status=$?
server=
grep -v '^whichcab answers at' "$work/log" || true
if [ "$status" -ne 0 ] || [ "$(wc -l <"$work/log")" -ne 1 ]; then
    echo "the server ended with $status"
    exit 1
fi
echo "the server had nothing to say"

#!/usr/bin/env bash
# How many answers whichcab-serve gives a second, and how long they take (wrk, Debian's), on loopback: 200 connections
# that are kept, the same beside idle and slow ones, and while `index` writes.  wrk takes its share of the processors.
#   serve.sh BUILD [SECONDS] [IDLE]
set -euo pipefail
build=$(cd "$1" && pwd)
seconds=${2:-10}
idle=${3:-1000}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command -v wrk >/dev/null || { echo "serve.sh: wrk is missing (apt install wrk)"; exit 2; }
work=$(mktemp -d)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb WHICHCAB_CONFIG=
children=()
cleanup() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap cleanup EXIT

"$build/tests/gen/media-gen" stack "$work/stack" --small >/dev/null
"$build/cli/whichcab" -C "$work/catalog" index "$work/stack" >/dev/null 2>&1
ulimit -n "$(ulimit -Hn)"
"$build/cli/whichcab" -C "$work/catalog" serve --listen 127.0.0.1:0 2>"$work/log" &
server=$!
children+=("$server")
for _ in $(seq 100); do
    [ ! -s "$work/log" ] || break
    sleep 0.05
done
url=$(sed -n 's/^whichcab answers at \(.*\)\/$/\1/p' "$work/log")

read -r answering _ <"/proc/$server/task/$server/children"

cat >"$work/names.lua" <<'LUA'
local names = { "mapi32.dll", "user.exe", "gdi.exe", "setup.exe", "win.com", "shell32.dll", "comdlg32.dll", "krnl386.exe" }
local at = 0
request = function()
    at = at % #names + 1
    return wrk.format("GET", "/api/v1/where?name=" .. names[at])
end
done = function(summary, latency)
    io.write(string.format("  %.0f answers a second, p50 %.2f ms, p99 %.2f ms, %d errors\n", summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
LUA
measure() { # what
    printf '%s\n' "$1"
    wrk -t1 -c200 -d"${seconds}s" -s "$work/names.lua" "$url" | grep 'answers a second'
    printf '  %s MiB resident\n' "$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$answering/status")"
}
measure "200 connections"
python3 - "${url#http://127.0.0.1:}" "$idle" <<'PYTHON' &
import resource, socket, sys, time
port, idle = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
held = [socket.create_connection(("127.0.0.1", port)) for _ in range(idle)]
slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
for byte in b"GET /api/v1/where?name=mapi32.dll HTTP/1.1\r\nHost: localhost\r\n" * 100:
    for connection in slow:
        try:
            connection.send(bytes([byte]))
        except OSError:
            pass
    time.sleep(1)
PYTHON
children+=($!)
sleep 2
measure "beside $idle idle connections and 200 that send a byte a second"
while :; do
    touch "$work/stack/win95-cd.iso"
    "$build/cli/whichcab" -C "$work/catalog" index --force "$work/stack" >/dev/null 2>&1 || true
done &
children+=($!)
measure "and while index writes"

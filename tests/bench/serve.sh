#!/usr/bin/env bash
# How many answers whichcab-serve gives a second, and how long they take (wrk, Debian's), on loopback: 200 connections
# that are kept, the same beside idle and slow ones, and while `index` writes.  wrk takes its share of the processors;
# what the process that answers takes of them itself does not depend on what else runs.
#   serve.sh BUILD [SECONDS] [IDLE]
set -euo pipefail
build=$(cd "$1" && pwd)
seconds=${2:-10}
idle=${3:-5000}
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

read -r answering _ <"/proc/$server/task/$server/children" || true # it has no end of a line

# What wrk asks for: the names in a file, one after the other.
cat >"$work/names.lua" <<'LUA'
local names, at = {}, 0
for name in io.lines(os.getenv("NAMES")) do names[#names + 1] = name end
request = function()
    at = at % #names + 1
    return wrk.format("GET", "/api/v1/where?name=" .. names[at])
end
done = function(summary, latency)
    io.write(string.format("%d %.0f %.2f %.2f %d\n", summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
        latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
LUA
printf '%s\n' mapi32.dll user.exe gdi.exe setup.exe win.com shell32.dll comdlg32.dll krnl386.exe >"$work/few"
"$build/cli/whichcab" -C "$work/catalog" where --json --all '*' 2>/dev/null | sed -n 's/.*"name":"\([A-Za-z0-9_.]*\)".*/\1/p' | sort -u | shuf --random-source=<(yes) >"$work/many"
sed 's/^.../&qz/' "$work/many" >"$work/missing"

ticks() { awk '{print $14 + $15}' "/proc/$answering/stat"; }
measure() { # names what
    local before after numbers
    before=$(ticks)
    numbers=$(NAMES=$work/$1 wrk -t1 -c200 -d"${seconds}s" -s "$work/names.lua" "$url" | tail -1)
    after=$(ticks)
    awk -v what="$2" -v numbers="$numbers" -v ticks="$((after - before))" -v hertz="$(getconf CLK_TCK)" '/VmRSS/ {
        split(numbers, v, " ")
        printf "%-62s %6d/s  p50 %6.2f ms  p99 %6.2f ms  %6.1f us of processor each  %3d MiB  %d errors\n", what, v[2], v[3], v[4],
            ticks / hertz * 1e6 / v[1], $2 / 1024, v[5]
    }' "/proc/$answering/status"
}
measure few "8 names"
measure many "$(wc -l <"$work/many") names in turn, each looked up anew"
measure missing "names that are not there"
python3 - "${url#http://127.0.0.1:}" "$idle" <<'PYTHON' &
import resource, socket, sys, time
port, idle = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
def hold():
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setblocking(False)
    return connection
held = [hold() for _ in range(idle)]
slow = [hold() for _ in range(200)]
request = b"GET /api/v1/where?name=mapi32.dll HTTP/1.1\r\nHost: localhost\r\nX: "
for at in range(1000000):
    for number in range(200):
        try:
            slow[number].send(request[at:at + 1] or b"x")
        except OSError:  # cut off in the end
            slow[number].close()
            slow[number] = hold()
    time.sleep(1)
PYTHON
children+=($!)
sleep 4
measure few "8 names, beside $idle idle connections and 200 of a byte a second"
while :; do
    touch "$work/stack/win95-cd.iso"
    "$build/cli/whichcab" -C "$work/catalog" index --force "$work/stack" >/dev/null 2>&1 || true
done &
children+=($!)
measure few "and while index writes"

# shellcheck shell=bash
# What the tests of the server share, behind lib.sh: a server of this test's catalog, and requests to it.
#
#   start_server ARGS...   starts it at a free port; $url is its address, $server its process
#   stop_server            ends it; its status and its messages are checked
#   answering              prints the process that answers, a child of that
#   get PATH ARGS...       curl: the body to $out, the headers to $headers, the status to $status
#   api PATH ARGS...       the same below /api/v1
# shellcheck disable=SC2154  # what lib.sh sets

server=
headers=$work/headers

start_server() {
    local tries=200
    : >"$work/server.log"
    "$build/cli/whichcab" -C "$work/catalog" serve --listen 127.0.0.1:0 "$@" 2>"$work/server.log" &
    server=$!
    url=
    while [ -z "$url" ] && [ $tries -gt 0 ]; do
        sleep 0.05
        url=$(sed -n 's/^whichcab answers at \(.*\)\/$/\1/p' "$work/server.log")
        tries=$((tries - 1))
    done
    [ -n "$url" ] || fail "the server does not start: $(cat "$work/server.log")"
}

answering() {
    local children=
    read -r children <"/proc/$server/task/$server/children" || true
    printf '%s' "${children%% *}"
}

stop_server() {
    local got=0
    kill -TERM "$server"
    wait "$server" || got=$?
    server=
    check_equal "$got" 0 "status of the server"
    check_equal "$(grep -v '^whichcab answers at' "$work/server.log")" "" "what the server had to say"
}

get() {
    local path=$1
    shift
    status=$(curl -s --max-time 60 -o "$out" -D "$headers" -w '%{http_code}' "$@" "$url$path") || status=000
}

api() {
    local path=$1
    shift
    get "/api/v1$path" "$@"
}

check_api() { # status path curl's arguments...
    local wanted=$1
    shift
    api "$@"
    check_equal "$status" "$wanted" "status of $1"
}

check_json() { # expected filter
    check_equal "$(jq -c "$2" <"$out" 2>&1)" "$1" "$2"
}

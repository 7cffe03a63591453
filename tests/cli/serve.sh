#!/usr/bin/env bash
# The server: the answers of the command line over HTTP.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/serve_lib.sh
. "$(dirname "$0")/serve_lib.sh"

stack=$work/stack # a disk is taken away below
cp -r "$(small_stack)" "$stack"

# Without a catalog published listings answer, and what is indexed meanwhile is seen at once.
start_server --seconds 60
check_api 200 '/where?name=mapi32.dll'
check_json '["published"]' '[.items[].source] | unique'
check_status 0 whichcab index "$stack"
check_api 200 '/where?name=mapi32.dll'
check_json '["indexed"]' '[.items[] | select(.medium | test("^win95-(cd|dmf|nondmf|osr2-cd)$")) | .source] | unique'

# The same objects as the command line's, one schema.
same() { # path, command line...
    local path=$1
    shift
    whichcab "$@" --json >"$work/expected" 2>/dev/null
    api "$path" -H 'Accept: application/x-ndjson'
    check_equal "$status" 200 "status of $path"
    check_equal "$(diff "$work/expected" "$out" | head -5)" "" "what differs of $path"
    check_equal "$(($(wc -l <"$out") > 0))" 1 "whether $path has lines"
    check_has "application/x-ndjson" "$headers"
}
same '/where?name=mapi32.dll' where mapi32.dll
same '/where?name=mapi*.dll&name=no-such.fil&all=true' where --all 'mapi*.dll' no-such.fil
same '/where?name=%5Emapi(sp)%3F32&match=regex&medium=win95-dmf' where -m win95-dmf -r '^mapi(sp)?32'
same '/where?name=mapi33.dll' where mapi33.dll
same '/where?name=mapi32.dll&floppy=B:&to=C:%5CX' where --floppy B: --to 'C:\X' mapi32.dll
same '/media' media
same '/media/win95-dmf' media win95-dmf
same '/versions?name=mapi32.dll&name=user.exe' versions mapi32.dll user.exe
same '/diff?left=win95-cd&right=win95-dmf' diff win95-cd win95-dmf
same '/diff?left=win95-cd&right=win95-dmf&show=left,same&name=m*' diff --show left,same win95-cd win95-dmf 'm*'

# Pages: what one leaves out, the next has.
check_api 200 '/where?name=*.dll&limit=3'
check_json 3 '.items | length'
check_json 3 .next_offset
check_has '; rel="next"' "$headers"
cp "$out" "$work/first"
check_api 200 '/where?name=*.dll&limit=3&offset=3'
check_equal "$(jq -c '.items[]' "$work/first" "$out" | sort -u | wc -l)" 6 "rows of two pages"
check_api 200 '/images/win95-dmf%2Fdisk07.img/ls?limit=2&offset=1'
check_json '["WIN95_07.CAB",null]' '[.items[].name]'
check_api 200 '/images/win95-dmf%2Fdisk07.img/ls?limit=10000'
check_json null .next_offset

# An image's files carry the ids that answers have.
whichcab ls --json "$stack/win95-dmf/disk07.img" | jq -c 'del(.image)' >"$work/expected"
api '/images/win95-dmf%2Fdisk07.img/ls?format=ndjson'
check_equal "$(diff "$work/expected" <(jq -c 'del(.image, .id)' "$out") | head -5)" "" "what differs of ls"
id=$(jq -r 'select(.name == "mapi32.dll") | .id' "$out")
check_api 200 "/files/$id"
check_json '["mapi32.dll","win95-dmf"]' '[.items[0].name, .items[0].medium]'

whichcab ls --json --name 'mapi*' "$stack/win95-dmf/disk07.img" | jq -r .name >"$work/expected"
check_api 200 '/images/win95-dmf%2Fdisk07.img/ls?name=MAPI*'
check_equal "$(jq -r '.items[].name' "$out")" "$(cat "$work/expected")" "names of an image that fit"

# The file itself, bit by bit, and parts of it.
whichcab extract -o "$work/files" -m win95-dmf mapi32.dll >/dev/null 2>&1
check_api 200 "/files/$id/content"
check_equal "$(cmp "$out" "$work/files/mapi32.dll" 2>&1)" "" "what differs of mapi32.dll"
sum=$(sha256sum <"$out" | cut -d' ' -f1)
check_has "ETag: \"$sum\"" "$headers"
check_has 'Content-Disposition: attachment; filename="mapi32.dll"' "$headers"
check_has "Content-Type: application/octet-stream" "$headers"
check_api 206 "/files/$id/content" -r 1000-1999
check_equal "$(cksum <"$out")" "$(tail -c +1001 "$work/files/mapi32.dll" | head -c 1000 | cksum)" "a part of it"
check_has "Content-Range: bytes 1000-1999/592896" "$headers"
check_api 206 "/files/$id/content" -r -10
check_equal "$(cksum <"$out")" "$(tail -c 10 "$work/files/mapi32.dll" | cksum)" "the end of it"
check_api 304 "/files/$id/content" -H "If-None-Match: \"$sum\""
check_api 200 "/files/$id/content" -r 0-9 -H 'If-Range: "other"'
check_api 200 "/files/$id/content" -I
check_has "Content-Length: 592896" "$headers"

# Lines come in pieces, however many there are.
whichcab where --json --all '*' >"$work/expected" 2>/dev/null
api '/where?name=*&all=true&format=ndjson'
check_equal "$(cksum <"$out")" "$(cksum <"$work/expected")" "all answers as lines"
check_has "Transfer-Encoding: chunked" "$headers"

# POST takes lists.
check_api 200 /where -H 'Content-Type: application/json' -d '{"name": ["mapi32.dll", "\u0075ser.exe"], "medium": "win95-cd", "limit": 1000}'
check_json '["mapi32.dll","user.exe"]' '[.items[].query] | unique'
check_api 200 '/where?medium=win95-cd' -H 'Content-Type: text/plain' --data-binary $'mapi32.dll\r\nuser.exe\n'
check_json '["mapi32.dll","user.exe"]' '[.items[].query] | unique'
check_api 200 /where -d 'name=mapi32.dll&name=user.exe'
check_json '["mapi32.dll","user.exe"]' '[.items[].query] | unique'

# What is wrong is a problem (RFC 9457).
problem() { # status kind path curl's arguments...
    local wanted=$1 kind=$2
    shift 2
    check_api "$wanted" "$@"
    check_json "[\"urn:whichcab:problem:$kind\",$wanted]" '[.type, .status]'
    check_has "application/problem+json" "$headers"
}
problem 404 no-such-path /wher
problem 400 bad-request /where
problem 400 bad-parameter '/where?name=x&nme=y'
problem 400 bad-parameter '/where?name=x&limit=-1'
problem 400 bad-request '/where?name=%0'
problem 400 bad-request '/where?name=a%00b'
problem 400 bad-request '/where?name=%5B&match=regex'
problem 400 bad-json /where -H 'Content-Type: application/json' -d '{"name": ["a", ]}'
problem 415 bad-type /where -H 'Content-Type: image/png' -d 'x'
problem 404 not-found '/media/no-such-medium'
problem 404 not-found '/images/no-such-image/ls'
problem 400 bad-request '/files/x'
problem 410 changed '/files/9999.1.1.1'
problem 416 bad-range "/files/$id/content" -r 592896-
problem 405 bad-method '/media' -d 'x'
problem 405 bad-method '/where?name=x' -X DELETE
problem 414 too-long "/where?name=$(printf '%7000s' '' | tr ' ' x)"
problem 421 wrong-host '/where?name=x' -H 'Host: evil.example'
problem 403 foreign-page '/where?name=x' -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: no-cors'
head -c 1100000 /dev/zero | tr '\0' x >"$work/large"
problem 413 too-large /where -H 'Content-Type: text/plain' --data-binary "@$work/large"

# The description of the API holds, and so do the lines in its documentation.
check_status 0 python3 "$here/serve_openapi.py" "$url"
export url
# shellcheck disable=SC2016
lines='/^```sh$/,/^```$/{/^```/!p}'
while IFS= read -r line; do
    case $line in
    id=*) eval "$line" && export id ;;
    *)
        check_status 0 bash -o pipefail -c "$line"
        check_equal "$([ -s "$out" ] && echo yes)" yes "whether there is an answer to: $line"
        ;;
    esac
done < <(sed -n "$lines" "$here/../../docs/api.md")
stop_server

# A token, names, origins, and a socket in the file system.
printf 'a-word-that-nobody-guesses\n' >"$work/token"
start_server --token-file "$work/token" --host media.example --cors https://tools.example
problem 401 no-token '/media'
problem 401 no-token '/media' -H 'Authorization: Bearer a-word-that-nobody-guesset'
check_has "WWW-Authenticate: Bearer" "$headers"
check_api 200 '/media' -H 'Authorization: Bearer a-word-that-nobody-guesses'
check_lacks "Access-Control-Allow-Origin" "$headers"
check_api 200 '/where?name=x.y' -H 'Authorization: Bearer a-word-that-nobody-guesses' -H 'Origin: https://tools.example' -H 'Host: media.example:80'
check_has "Access-Control-Allow-Origin: https://tools.example" "$headers"
check_api 200 '/where?name=x.y' -H 'Authorization: Bearer a-word-that-nobody-guesses' -H 'Origin: https://evil.example'
check_lacks "Access-Control-Allow-Origin" "$headers"
get / && check_has "Content-Security-Policy: default-src 'none'" "$headers"
check_has 'src="/page.js"' "$out"
stop_server
"$build/cli/whichcab" -C "$work/catalog" serve --listen "unix:$work/socket" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do
    [ ! -S "$work/socket" ] || break
    sleep 0.05
done
url=http://x check_api 200 '/where?name=mapi32.dll' --unix-socket "$work/socket"
stop_server
check_equal "$([ -e "$work/socket" ] && echo there)" "" "the socket behind the server's end"

# As systemd starts it: the socket is handed over.
check_status 0 python3 - "$build/cli/whichcab" "$work/catalog" <<'PYTHON'
import os, signal, socket, subprocess, sys, urllib.request
server = socket.create_server(("127.0.0.1", 0))
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("\0whichcab-test-%d" % os.getpid())
os.dup2(server.fileno(), 3)
child = subprocess.Popen(["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", sys.argv[1], "-C", sys.argv[2], "serve"], pass_fds=[3],
                         env={**os.environ, "NOTIFY_SOCKET": "@" + notify.getsockname()[1:].decode()})
assert notify.recv(100) == b"READY=1"
assert urllib.request.urlopen("http://127.0.0.1:%d/api/v1/status" % server.getsockname()[1]).status == 200
child.send_signal(signal.SIGTERM)
assert child.wait() == 0
PYTHON

# A damaged catalog is a reason, not an end.
start_server --seconds 60
check_api 200 '/where?name=mapi32.dll'
cp "$work/catalog/data.mdb" "$work/sound.mdb"
head -c 100000 /dev/urandom >"$work/noise"
cp "$work/noise" "$work/catalog/new.mdb" && mv "$work/catalog/new.mdb" "$work/catalog/data.mdb"
check_api 503 '/where?name=mapi32.dll'
check_has '"detail":"' "$out"
check_api 503 '/media'
cp "$work/sound.mdb" "$work/catalog/new.mdb" && mv "$work/catalog/new.mdb" "$work/catalog/data.mdb"
check_api 200 '/where?name=mapi32.dll'

# So it is where the whole folder is another one: what answers has rights to the old one alone, and is started anew.
mv "$work/catalog" "$work/away"
cp -r "$work/away" "$work/catalog"
rm -r "$work/away"
for _ in $(seq 100); do
    api '/where?name=mapi32.dll'
    [ "$status" != 200 ] || [ "$(jq -r '[.items[] | select(.source == "indexed")] | length > 0' "$out")" != true ] || break
    sleep 0.1
done
check_json true '[.items[] | select(.source == "indexed")] | length > 0'

# What answers has given up its rights, and its end is not the server's.
check_equal "$(awk '/^(NoNewPrivs|Seccomp):/ {print $2}' "/proc/$(answering)/status" | tr '\n' ' ')" "1 2 " "rights"
kill -KILL "$(answering)"
for _ in $(seq 100); do
    api '/where?name=mapi32.dll'
    [ "$status" != 200 ] || break
    sleep 0.1
done
check_equal "$status" 200 "status after the end of what answered"
check_has 'whichcab: the process that answers was ended by signal 9; it is started again' "$work/server.log"
sed -i '/was ended by signal 9/d' "$work/server.log"

# An image that is gone is no file, and what is slow holds nobody.
mv "$stack/win95-dmf/disk07.img" "$stack/win95-dmf/disk07.away"
id=$(whichcab where --json -m win95-dmf mapi32.dll 2>/dev/null | jq -r .id | head -1)
problem 502 not-found "/files/$id/content"
mv "$stack/win95-dmf/disk07.away" "$stack/win95-dmf/disk07.img"
check_status 0 python3 - "${url#http://127.0.0.1:}" <<'PYTHON'
import socket, sys, time
port = int(sys.argv[1])
slow = []
for number in range(300):
    slow.append(socket.create_connection(("127.0.0.1", port)))
    if number % 3:
        slow[-1].sendall(b"GET /api/v1/where?name=*&all=true&format=ndjson HTTP/1.1\r\nHost: localhost\r\n"[:20 if number % 3 == 1 else 99])
for connection in slow[:40]:  # they ask for much and take nothing
    connection.sendall(b"GET /api/v1/where?name=*&all=true&format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n")
begin = time.monotonic()
quick = socket.create_connection(("127.0.0.1", port))
quick.sendall(b"GET /api/v1/where?name=mapi32.dll HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
assert quick.recv(12) == b"HTTP/1.1 200"
assert time.monotonic() - begin < 20, time.monotonic() - begin
PYTHON
stop_server

# Where all connections are taken by those that ask for nothing, the oldest of them makes room.
start_server --connections 20 -j 3
check_status 0 python3 - "${url#http://127.0.0.1:}" <<'PYTHON'
import socket, sys
port = int(sys.argv[1])
held = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
quick = socket.create_connection(("127.0.0.1", port), timeout=30)
quick.sendall(b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
assert quick.recv(12) == b"HTTP/1.1 200"
held[0].settimeout(30)
assert held[0].recv(1) == b""
PYTHON

# A long shelf with names in any script comes page by page, and is made once.
check_status 0 python3 - "$work/export" <<'PYTHON'
import sys
scripts = ["日本語ディスク", "УСТАНОВКА Ё", "ΕΛΛΗΝΙΚΆ", "التثبيت", "\U0001f701 alchemy", "ČEŠTINA", "DISK <b>"]
lines = ["whichcab-export\t4"]
for i in range(3000):
    path = f"/shelf/{i:06d} {scripts[i % len(scripts)]}.iso"
    lines += [f"image\t{path}\tfile\t1720320\t1795870421636383528\t{900000 + i}\t1\t{i + 1}\tonline\t\t\t\t0\t0\t\t{i + 1:032x}",
              f"container\tiso9660\t-\t-\t{path}\t0\t1720320\tISO 9660\tu\tL{i}\t00000000\t000000001eeb4e40\twhole\t{i + 1}\t-",
              f"row\t\tu\tF{i % 97}.DLL\t{i}\t1eeb4e40\t2048\t-\t200000\t0" + "\tu\t" * 5]
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("\n".join(lines + ["settled", f"end\t{len(lines) + 2}"]) + "\n")
PYTHON
check_status 0 whichcab import "$work/export"
whichcab media --json >"$work/expected" 2>/dev/null
offset=0
while [ "$offset" != null ]; do
    check_api 200 "/media?limit=1000&offset=$offset"
    jq -c '.items[]' "$out" >>"$work/pages"
    offset=$(jq .next_offset "$out")
done
check_equal "$(diff <(jq -c . "$work/expected") "$work/pages" | head -3)" "" "what differs of a long shelf"
api '/media?format=ndjson'
check_equal "$(cmp "$out" "$work/expected" 2>&1)" "" "what differs of its lines"
check_api 200 '/media?find=%D1%83%D1%81%D1%82%D0%B0%D0%BD%D0%BE%D0%B2%D0%BA%D0%B0%20%D1%91&limit=400&offset=400'
check_json '[29,null]' '[(.items | length), .next_offset]'
check_api 200 '/media?find=%D0%81%20%20l29%20shelf&limit=400'
check_json 16 '.items | length'
check_api 200 '/media?find=l29&limit=400'
check_json 111 '.items | length'
# Files by the start of a hash, and lists of hashes.
check_status 0 whichcab index --deep "$stack/win95-dmf/disk07.img"
check_api 200 '/where?name=mapi32.dll&medium=win95-dmf'
sum=$(jq -r '.items[0].sha256' "$out")
check_api 200 "/id?hash=${sum:0:16}"
check_json '["mapi32.dll"]' '[.items[].name | select(.) | ascii_downcase] | unique'
check_api 200 /id -H 'Content-Type: text/plain' --data-binary "$(printf '%064d\n%s' 0 "${sum^^}")"
check_json '["mapi32.dll"]' '[.items[].name | select(.) | ascii_downcase] | unique'
check_api 200 /id -H 'Content-Type: application/json' -d "{\"hash\": [\"$sum\", \"${sum:0:8}\"]}"
check_json 2 '.items | length'
# A name that is not there takes a walk over all names: once.
check_api 200 '/where?name=mapi33.dll'
cp "$out" "$work/first"
check_api 200 '/where?name=mapi33.dll'
check_equal "$(cmp "$out" "$work/first" 2>&1)" "" "the answer that is given again"
check_json '[false,true]' '[.items[0].found, (.items[0].suggestions | map(ascii_downcase) | index("mapi32.dll") != null)]'
stop_server

finish

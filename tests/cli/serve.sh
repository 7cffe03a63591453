#!/usr/bin/env bash
# The server: the answers of the command line over HTTP.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/serve_lib.sh
. "$(dirname "$0")/serve_lib.sh"

stack=$(small_stack)

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
stop_server

finish

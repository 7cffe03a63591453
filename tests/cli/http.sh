#!/usr/bin/env bash
# Images behind HTTP: from nginx as from a disk, with few requests; and a server that does all wrong, told and bounded.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "no nginx: nothing is tested" && exit 0; }

root=$work/root
log=$work/requests
mkdir -p "$root/more"
media=$(sample_stack)
python3 "$here/http_spread.py" "$media/win95-cd.iso" "$root/cd.iso"
cp "$media/win95-dmf/disk01.img" "$root/disk.img"
cp "$media/win95-dmf/disk02.img" "$root/more/disk two.img"

start_nginx() {
    local tries=100
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    : >"$work/nginx.conf"
    [ "$(id -u)" != 0 ] || printf 'user root;\n' >"$work/nginx.conf" # its workers read $work, too
    cat >>"$work/nginx.conf" <<END
daemon off; worker_processes 1; pid $work/nginx.$port.pid; error_log $work/nginx.error;
events { worker_connections 64; }
http {
  log_format short '\$uri \$http_range \$status \$bytes_sent';
  access_log $log short;
  client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
  uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
  server {
    listen 127.0.0.1:$port ${1-}; root $root;
    location ~ ^/down(.*)\$ { return 302 http://\$1; }
    location /norange/ { alias $root/; max_ranges 0; }
    location /moved/ { rewrite ^/moved/(.*)\$ /\$1 redirect; }
  }
}
END
    "$nginx" -c "$work/nginx.conf" 2>/dev/null &
    servers+=($!)
    until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || [ $tries = 0 ]; do
        sleep 0.05
        tries=$((tries - 1))
    done
    url=http://127.0.0.1:$port
}

requests() { grep -c . "$log"; }
bytes() { awk '{sum += $NF} END {print sum + 0}' "$log"; }
check_below() { # number bound what
    if [ "$1" -lt "$2" ]; then pass; else fail "$3: $1, at most $2"; fi
}

# ---- a CD of 600 MB ---------------------------------------------------------------------------

start_nginx
check_status 0 whichcab index "$url/cd.iso"
check_has "1 image indexed" "$err"
sleep 0.1 # nginx writes its log behind the answer
printf 'a CD of 600 MB: %s requests, %s bytes\n' "$(requests)" "$(bytes)"
check_below "$(bytes)" 2000000 "bytes for a CD of 600 MB"
check_below "$(requests)" 60 "requests for a CD of 600 MB"

# The same answers as from the disk, but for where it lies and what tells it from others.
whichcab export - | sed "s|$url/|PLACE/|; /^image/d" >"$work/fetched"
check_status 0 "$build/cli/whichcab" -C "$work/local" index "$root/cd.iso"
"$build/cli/whichcab" -C "$work/local" export - | sed "s|$root/|PLACE/|; /^image/d" >"$work/read"
if cmp -s "$work/fetched" "$work/read"; then pass; else fail "what is on record differs from the same image on the disk"; fi

# Unchanged: one request, of no size.
: >"$log"
check_status 0 whichcab index "$url/cd.iso"
check_has "1 unchanged" "$err"
sleep 0.1
check_equal "$(requests)" 1 "requests for an unchanged image"
check_below "$(bytes)" 1000 "bytes for an unchanged image"

# What reads files reads them from there; a file costs what lies around it.
check_status 0 whichcab where mapi32.dll
check_has "$url/cd.iso" "$out"
check_status 0 whichcab media
check_has "$url/cd.iso" "$out"
check_status 0 whichcab extract -o "$work/one" mapi32.dll
check_status 0 "$build/cli/whichcab" -C "$work/local" extract -o "$work/two" mapi32.dll
check_equal "$(sha256sum <"$work/one/mapi32.dll")" "$(sha256sum <"$work/two/mapi32.dll")" "bytes of the file"
check_status 0 whichcab cat mapi32.dll
check_equal "$(sha256sum <"$out")" "$(sha256sum <"$work/two/mapi32.dll")" "bytes of the file"
check_status 0 whichcab cat "$url/cd.iso:mapi32.dll"
check_equal "$(sha256sum <"$out")" "$(sha256sum <"$work/two/mapi32.dll")" "bytes of the file"
check_status 0 whichcab id "$work/two/mapi32.dll"
check_status 0 whichcab ls "$url/cd.iso:WIN95_06.CAB"
check_has winhlp32.hlp "$out"
check_lacks WIN95_07 "$out"
check_status 0 whichcab ls --name 'mapi32.*' "$url/cd.iso"
check_has mapi32.dll "$out"

# Floppies: by a list, where they moved to, by a name with a blank, whole where there are no parts.
printf '%s\n' "$url/disk.img" "${url/http:/HTTP:}/more/disk two.img#here" "$url/moved/disk.img" "$url/norange/disk.img" >"$work/list"
check_status 0 whichcab -v index -f "$work/list"
check_has "$url/more/disk%20two.img: indexed" "$err"
check_has "sent on to $url/disk.img" "$err"
check_status 3 whichcab index --deep -f "$work/list"
check_has "4 unchanged" "$err"
check_status 0 whichcab verify "$url/norange/disk.img"
check_status 2 whichcab ls "$url/norange/cd.iso" "$url/disk.img"
check_has "614400000" "$err"
check_status 3 whichcab index "$url/norange/cd.iso"
check_has "too large to be fetched as a whole" "$err"
check_status 0 whichcab catalog remove "$url/norange/disk.img"
check_status 0 whichcab where -m "$url/moved/disk.img" --count '*'

# One that is gone stays on record; one that changed is read again, and not read as if it was the old one.
rm "$root/disk.img"
check_status 3 whichcab index "$url/disk.img"
check_has "no such file" "$err"
check_status 3 whichcab media
check_has "offline" "$out"
cp "$root/more/disk two.img" "$root/disk.img"
check_status 0-3 whichcab extract -o "$work/three" -m "$url/moved/disk.img" '*'
check_has "has changed" "$err"
check_status 0 whichcab index "$url/disk.img"
check_has "1 unchanged (1 at another path)" "$err"

# Of a sheet's files those that it names; nothing else is tried.
printf 'FILE "cd.iso" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n' >"$root/cd.cue"
check_status 0 whichcab index "$url/cd.cue"
printf 'FILE "away.bin" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n' >"$root/cd.cue"
: >"$log"
check_status 3 whichcab index "$url/cd.cue"
check_has "away.bin" "$err"
sleep 0.1
check_equal "$(awk '{print $1}' "$log" | sort -u | tr '\n' ' ')" "/away.bin /cd.cue " "what was asked for"

# ---- addresses that are not taken -------------------------------------------------------------

: >"$log"
for address in "http://me:hidden@${url#http://}/disk.img" "$url/disk.img?token=hidden" "http://me@${url#http://}/disk.img" \
    "ftp://${url#http://}/disk.img" "http:///disk.img" "http://[::1/disk.img" "http://a b/disk.img"; do
    check_status 3 whichcab -v index "$address"
    check_lacks hidden "$err"
    check_status 2 whichcab ls "$address"
    check_lacks hidden "$err"
done
check_equal "$(requests)" 0 "requests for addresses that are not taken"
whichcab export - >"$out"
check_lacks hidden "$out"

# ---- https ------------------------------------------------------------------------------------

if openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null; then
    plain=$url
    start_nginx "ssl; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem"
    url=${url/http:/https:}
    check_status 2 whichcab ls "$url/disk.img"
    check_has "certificate" "$err"
    check_status 0 env SSL_CERT_FILE="$work/cert.pem" "$build/cli/whichcab" ls -1 "$url/disk.img"
    check_status 2 env SSL_CERT_FILE="$work/cert.pem" "$build/cli/whichcab" ls "$url/down${plain#http://}/disk.img"
    check_has "from https to http" "$err"
fi

# ---- a server that does wrong -----------------------------------------------------------------

cp "$media/win95-dmf/disk02.img" "$root/disk.iso"
python3 "$here/http_liar.py" "$root" "$log" >"$work/port" &
servers+=($!)
until [ -s "$work/port" ]; do sleep 0.05; done
liar=http://127.0.0.1:$(cat "$work/port")
export WHICHCAB_FETCH_SECONDS=1

# Ctrl-C ends it while a server is silent.
"$build/cli/whichcab" -C "$work/wrong" index "$liar/silent/disk.iso" 2>"$err" &
waiting=$!
until grep -q silent "$log"; do sleep 0.05; done
kill -TERM $waiting
got=0
wait $waiting || got=$?
check_equal "$got" 143 "status of an interrupted run"

# What is right, though unusual.
for how in good weak bare norange sometimes breaks moved; do
    check_status 0 whichcab ls -1 "$liar/$how/disk.iso"
    [ "$how" = good ] && cp "$out" "$work/good"
    sed -i "s|/$how/|/good/|" "$out"
    check_equal "$(sha256sum <"$out")" "$(sha256sum <"$work/good")" "what $how lists"
done

# What is wrong: told, soon, and nothing of it kept.  All of it at once, as a list would have it.
wrong='missing|no such file
refused|refuses
broken|can'"'"'t serve it now (500)
shifted|where 0-
unsaid|does not say which
twice|does not say which
fewer|were asked for
more|more bytes than
truncated|broke off
headers|headers do not come to an end
longheader|do not come to an end
continue|headers do not come to an end
noise|
stalled|
silent|
drips|
huge|larger than any medium
endless|tells no size
larger|larger than any medium
changed|has changed on the server
swapped|has changed on the server
grown|has changed on the server
gone|not on the server any more
packed|Content-Encoding
circle|more than 5 redirections
tofile|only http and https
touser|name or password
tonowhere|nowhere
page|
empty|is empty'
started=$SECONDS
sed "s|\(.*\)\|.*|$liar/\1/disk.iso|" <<<"$wrong" >"$work/list"
check_status 3 timeout 60 "$build/cli/whichcab" -C "$work/wrong" index -f "$work/list"
cp "$err" "$work/told"
while IFS='|' read -r how text; do
    grep -F "$liar/$how/disk.iso" "$work/told" >"$out"
    check_equal "$(grep -c . "$out")" 1 "lines that tell of $how"
    check_has "$text" "$out"
done <<<"$wrong"
check_lacks hidden "$work/told"
check_has "0 images indexed" "$work/told"
check_below $((SECONDS - started)) 120 "seconds for all that is wrong"
"$build/cli/whichcab" -C "$work/wrong" export - >"$out"
check_equal "$(grep -c '^row' "$out")" 0 "rows of what is wrong"
check_lacks hidden "$out"

finish

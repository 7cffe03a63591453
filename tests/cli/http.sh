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
daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.error;
events { worker_connections 64; }
http {
  log_format short '\$uri \$http_range \$status \$bytes_sent';
  access_log $log short;
  client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
  uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
  server {
    listen 127.0.0.1:$port; root $root;
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

finish

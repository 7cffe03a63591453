#!/usr/bin/env bash
# Runs as root inside a new system: installs all packages of FOLDER, uses each, removes them.
#   use.sh FOLDER
set -euo pipefail
folder=$1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root
step() { printf '== %s\n' "$*"; }
die() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
files() { find / -xdev \( -path /proc -o -path /sys -o -path /root -o -path /tmp -o -path /var \) -prune -o -name '*whichcab*' -print | sort; }

step "install"
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$folder"/*.deb >/root/apt.log 2>&1 || { tail -20 /root/apt.log; exit 1; }

step "the program"
whichcab --version
whichcab mapi32.dll >/root/answer || die "nothing is known without images"
grep -q 'WIN95_06.CAB *592,896' /root/answer || { cat /root/answer; die "the answer is another one"; }
whichcab profile list | grep -q win95-dmf || die "no profiles"
apt-get install -y -qq --no-install-recommends mtools >/dev/null 2>&1
truncate -s 1440K /root/a.img
mformat -i /root/a.img -f 1440 ::
printf 'hello' >/root/hello.txt
mcopy -i /root/a.img /root/hello.txt ::
whichcab index /root/a.img
[ "$(whichcab extract --stdout hello.txt)" = hello ] || die "extract gave something else"
whichcab profile list --json | grep -q '"user":false' || die "no JSON"

step "the library, by pkg-config and by CMake"
apt-get install -y -qq --no-install-recommends gcc libc6-dev pkg-config cmake make >/dev/null 2>&1
mkdir -p /tmp/use
# shellcheck disable=SC2046
gcc /usr/share/doc/libwhichcab-dev/examples/cat.c $(pkg-config --cflags --libs whichcab) -o /tmp/use/cat
[ "$(/tmp/use/cat /root/.local/share/whichcab hello.txt)" = hello ] || die "the example gave something else"
# shellcheck disable=SC2046
gcc /usr/share/doc/libwhichcab-dev/examples/cat.c -Wl,-Bstatic -lwhichcab -Wl,-Bdynamic \
    $(pkg-config --static --libs whichcab | sed 's/-lwhichcab //') -o /tmp/use/cat-static
[ "$(/tmp/use/cat-static /root/.local/share/whichcab hello.txt)" = hello ] || die "the static example gave something else"
cat >/tmp/use/CMakeLists.txt <<'E2'
cmake_minimum_required(VERSION 3.25)
project(use LANGUAGES C)
find_package(whichcab 0.2 REQUIRED)
add_executable(use /usr/share/doc/libwhichcab-dev/examples/cat.c)
target_link_libraries(use PRIVATE whichcab::whichcab)
E2
cmake -S /tmp/use -B /tmp/use/build >/dev/null
cmake --build /tmp/use/build >/dev/null
[ "$(/tmp/use/build/use /root/.local/share/whichcab hello.txt)" = hello ] || die "the example that CMake built gave something else"

step "Python"
python3 - <<'E2'
import whichcab
with whichcab.Catalog() as catalog:
    answer = next(catalog.where("hello.txt"))
    with catalog.open(answer) as file:
        assert file.read() == b"hello"
    assert any(answer.medium == "win95-cd" for answer in catalog.where("mapi32.dll"))
assert whichcab.index(["/root/a.img"]).images_unchanged == 1
E2

if [ -d /root/readme/stack ]; then
    step "what README shows"
    cd /root/readme
    export WHICHCAB_CATALOG=/root/readme/catalog
    whichcab index stack
    python3 /root/replay.py /root/README.md || die "README shows something else"
    whichcab verify stack/win95-dmf >/dev/null
    whichcab export --sql | grep -c 'INSERT INTO files' || die "no SQL"
    man_pages=$(find /usr/share/man -name '*whichcab*' | wc -l)
    [ "$man_pages" -gt 15 ] || die "only $man_pages man pages"
    cd /
fi

step "away again"
# shellcheck disable=SC2046
apt-get purge -y -qq $(dpkg-query -W -f '${Package}\n' '*whichcab*') >/dev/null 2>&1
[ -z "$(files)" ] || { files; die "these were left"; }
step "done"

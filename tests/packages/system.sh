#!/usr/bin/env bash
# Installs the packages of FOLDER in a new, minimal Debian 12 with apt, uses them as their users do, and removes them.
# With STACK, the sample media, README's sessions are repeated there: they must show what README shows.
#   system.sh FOLDER [STACK]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd)
[ "$(id -u)" = 0 ] || { echo "a new system takes root's rights"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/packages"
cp "$folder"/*.deb "$work/packages"
cp "$here/use.sh" "$here/../docs/replay.py" "$here/../../README.md" "$work"
mkdir "$work/readme"
[ -z "${2-}" ] || cp -rL "$2" "$work/readme/stack"
# shellcheck disable=SC2016 # the new system's folder, which mmdebstrap puts there
mmdebstrap --quiet --variant=apt \
    --customize-hook="copy-in '$work/packages' '$work/use.sh' '$work/replay.py' '$work/README.md' '$work/readme' /root" \
    --customize-hook='chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin bash /root/use.sh /root/packages' \
    bookworm "$work/system.tar" </dev/null
echo "the packages install, work and go away in a new system"

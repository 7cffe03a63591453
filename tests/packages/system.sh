#!/usr/bin/env bash
# Installs the packages of FOLDER in a new, minimal Debian 12 with apt, uses them as their users do, and removes them.
#   system.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd)
[ "$(id -u)" = 0 ] || { echo "a new system takes root's rights"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/packages"
cp "$folder"/*.deb "$work/packages"
cp "$here/use.sh" "$work"
# shellcheck disable=SC2016 # the new system's folder, which mmdebstrap puts there
mmdebstrap --quiet --variant=apt \
    --customize-hook="copy-in '$work/packages' '$work/use.sh' /root" \
    --customize-hook='chroot "$1" bash /root/use.sh /root/packages' \
    bookworm "$work/system.tar" </dev/null
echo "the packages install, work and go away in a new system"

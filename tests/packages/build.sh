#!/usr/bin/env bash
# Builds the Debian packages of what stands in the tree, changes that are not committed included.
#   build.sh FOLDER       packages come to FOLDER, which is made anew
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
grep -q "WHICHCAB_VERSION \"$version\"" include/whichcab/base.h ||
    { echo "debian/changelog has version $version, include/whichcab/base.h another one"; exit 1; }
rm -rf "$folder"
source=$folder/whichcab-$version
mkdir -p "$source"
git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$source" 2>/dev/null || true
cd "$source"
# The time is that of the changelog: two builds of one tree are the same.
DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)" dpkg-buildpackage -us -uc -b >"$folder/build.log" 2>&1 ||
    { tail -30 "$folder/build.log"; exit 1; }
cd "$folder"
rm -rf "$source"
sha256sum ./*.deb

#!/usr/bin/env bash
# What a shelf of many years meets: a disk that is full to its last block, a name that is a folder where files go,
# names that nobody has among others, listings that are not there, and cabinets that the old machine can't read.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
check_status 0 whichcab index "$stack/win95-dmf/disk07.img"

# ---- a full disk, and a catalog without its table of readers: told, no signal
small=$work/small
mkdir "$small"
if mount -t tmpfs -o size=8m tmpfs "$small" 2>/dev/null; then
    trap 'umount "$small" 2>/dev/null; chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
    mkdir "$small/catalog"
    cp "$work/catalog/data.mdb" "$small/catalog"
    head -c 64M /dev/zero >"$small/ballast" 2>/dev/null
    on_full=("$build/cli/whichcab" -C "$small/catalog")
    check_status 0 "${on_full[@]}" where -m "$stack/win95-dmf/disk07.img" mapi32.dll
    check_status 0-3 "${on_full[@]}" catalog check
    check_status 2 "${on_full[@]}" index "$stack/win95-dmf/disk06.img"
    check_has "No space left" "$err"
    check_status 2 "$build/cli/whichcab" -C "$small/other" index "$stack/win95-dmf/disk06.img"
    umount "$small"
else
    echo "no full disk was tried: tmpfs can't be mounted here"
fi

# ---- a folder in a file's way costs that file alone, and names that were not found are told
mkdir -p "$work/to/mapi32.dll"
check_status 3 whichcab extract --force -m "$stack/win95-dmf/disk07.img" -o "$work/to" mapi32.dll mapisp32.exe no-such-file.xyz
check_has "mapi32.dll" "$err"
check_has "no-such-file.xyz: not found" "$err"
check_equal "$(find "$work/to" -type f -iname mapisp32.exe | wc -l)" 1 "the file behind the one that has no room"
printf 'mapisp32.exe\nno-such-file.xyz\n' >"$work/names"
check_status 3 whichcab extract -n -m "$stack/win95-dmf/disk07.img" --from "$work/names"
check_has "no-such-file.xyz: not found" "$err"
check_status 3 whichcab extract --stdout -m "$stack/win95-dmf/disk07.img" mapisp32.exe no-such-file.xyz
check_has "no-such-file.xyz: not found" "$err"

# ---- published listings that were named and are not there
check_status 2 env WHICHCAB_PUBLISHED="$work/nowhere.mdb" "$build/cli/whichcab" -C "$work/none" where mapi32.dll
check_has "$work/nowhere.mdb" "$err"
finish

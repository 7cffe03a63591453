#!/usr/bin/env bash
# InstallShield 3 archives in one part and over several disks: listed, extracted, verified; what is missing
# or damaged is told.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
cd "$work" || exit 1

seq 1 8000 | sed 's/$/ lines of the text/' >read.txt
head -c 30000 "$build/cli/whichcab-media" >code.dll
cat read.txt code.dll read.txt code.dll >large.exe
printf 'x' >one.txt
: >empty.txt
names=(read.txt code.dll large.exe one.txt empty.txt)
archive() { # part size, file
    "$gen" shield3 "$1" "$2" =read.txt 'bin\sub=large.exe' =one.txt 'bin=code.dll' =empty.txt >"$err" || fail "the archive: $(cat "$err")"
}
index_of() {
    rm -rf "$work/catalog"
    whichcab index -j1 "$@" >"$out" 2>"$err"
}
check_bytes() { # folder with what was extracted
    for name in "${names[@]}"; do
        if cmp "$name" "$1/$name"; then pass; else fail "$name in $1"; fi
    done
}

# ---- one part, under any name, on a CD and as it is -----------------------------------------------
mkdir -p disc/SETUP
archive 0 disc/SETUP/_SETUP.LIB
cp disc/SETUP/_SETUP.LIB data.z
xorriso -as mkisofs -quiet -J -o disc.iso disc 2>"$err"
index_of disc.iso || fail "index of a CD: $(cat "$err")"
check_status 0 whichcab extract -o got-cd "${names[@]}"
check_bytes got-cd
check_status 0 whichcab where --json large.exe
check_equal "$(jq -r '[.container, .stored_path, .format, .modified] | join(" ")' "$out")" \
    'SETUP/_SETUP.LIB bin/sub/large.exe InstallShield 3 archive 1995-07-11T09:50:00' 'place of a file'
check_status 0 whichcab verify -j1 disc.iso
index_of data.z || fail "index of data.z: $(cat "$err")"
check_status 0 whichcab extract -o got-z "${names[@]}"
check_bytes got-z

# ---- several parts: together, and each on a disk of its own ----------------------------------------
mkdir parts
archive 30000 parts/_SETUP
check_equal "$(($(find parts -type f | wc -l) > 3))" 1 'number of parts'
index_of parts || fail "index of parts: $(cat "$err")"
check_status 0 whichcab verify -j1 parts
check_status 0 whichcab extract -o got-parts "${names[@]}"
check_bytes got-parts
for part in parts/*; do
    mformat -C -f 1440 -i "disk${part##*.}.img" ::
    mcopy -i "disk${part##*.}.img" "$part" ::
done
index_of disk*.img || fail "index of disks: $(cat "$err")"
check_status 0 whichcab where read.txt
check_status 0 whichcab extract -o got-disk "${names[@]}"
check_bytes got-disk
check_status 0 whichcab verify -j1

# Parts of the same names, of another product, lie nearer: they are not taken.
mkdir near other
seq 5 9000 | sed 's/$/ other lines/' >other.txt
"$gen" shield3 30000 other/_SETUP =other.txt 'bin\sub=large.exe' >"$err" || fail "the other set: $(cat "$err")"
for part in other/*; do
    mformat -C -f 1440 -i "near/a${part##*.}.img" ::
    mcopy -i "near/a${part##*.}.img" "$part" ::
done
first=$(whichcab where --json large.exe | jq -rs 'map(select(.source == "indexed"))[0].image' | sed 's/.*disk\([0-9]*\).img/\1/')
mv "disk$first.img" near/z1.img
index_of near disk*.img
check_status 0 whichcab extract -o got-near -m near/z1.img large.exe
if cmp large.exe got-near/large.exe; then pass; else fail 'large.exe among parts of another product'; fi

# A disk that is gone is named.
mv near/z1.img "disk$first.img"
rm -r near "disk$((first + 1)).img"
index_of disk*.img || fail "index of disks: $(cat "$err")"
check_status 3 whichcab extract -o got-less large.exe
check_has '_SETUP.' "$err"
check_has 'is missing beside it' "$err"
check_status 0 whichcab extract -o got-less one.txt
check_status 3 whichcab verify -j1
check_has 'not whole' "$out"
check_lacks 'damaged:' "$out"

# ---- the table on each disk tells of all others ------------------------------------------------------
mkdir set floppies
for name in first.dll second.dll third.dll; do head -c 20000 /dev/urandom >$name; done
"$gen" shield3 25000 set/_SETUP =first.dll bin=second.dll bin=third.dll >"$err" || fail "the set: $(cat "$err")"
for part in set/*; do
    mformat -C -f 1440 -i "floppies/setup${part##*.}.img" ::
    mcopy -i "floppies/setup${part##*.}.img" "$part" ::
done
index_of floppies || fail "index of floppies: $(cat "$err")"
check_status 0-3 whichcab where --all --json third.dll
check_equal "$(jq -r '[.source, .container] | join(" ")' "$out")" "indexed _SETUP.3" "answers with all disks"
index_of set || fail "index of the parts: $(cat "$err")"
check_status 0 whichcab where --all --json third.dll
check_equal "$(jq -r '[.source, .container] | join(" ")' "$out")" "indexed _SETUP.3" "answers with all parts"
index_of floppies/setup1.img || fail "index of one floppy: $(cat "$err")"
check_status 3 whichcab where third.dll
check_has "_SETUP.3" "$out"
check_status 3 whichcab where --json third.dll
check_equal "$(jq -r '[.source, .cabinet, .size] | map(tostring) | join(" ")' "$out")" "medium _SETUP.3 20000" \
    "what the table on disk 1 tells"

# ---- damage -----------------------------------------------------------------------------------------
printf '\023\135\145\214\072\001\002\000%0250d' 0 >bad.1
index_of bad.1
check_has 'InstallShield 3 archive: its table of files at byte' "$err"
head -c $(($(stat -c %s data.z) - 60)) data.z >cut.z
index_of cut.z
check_has 'its table has 3 of 5 files' "$err"
check_status 3 whichcab where read.txt
cp data.z broken.z
printf '\377\377\377\377' | dd of=broken.z bs=1 seek=255 conv=notrunc status=none
index_of broken.z
check_status 3 whichcab verify -j1
check_has 'does not begin as packed data do' "$out"
check_status 0 whichcab extract -o got-broken code.dll

finish

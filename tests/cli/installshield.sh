#!/usr/bin/env bash
# InstallShield cabinets: what unshield lists and unpacks is found, listed, extracted and verified; what is
# missing or damaged is told.
# shellcheck disable=SC2016 # backticks of messages
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
with_library=ON
grep -q '^WHICHCAB_UNSHIELD:BOOL=OFF' "$build/CMakeCache.txt" && with_library=OFF

# A cabinet from a description on standard input.
make_shield() { # folder
    cat >"$1.txt"
    "$gen" shield "$1.txt" "$1" >"$err" 2>&1 || fail "the cabinet $1: $(cat "$err")"
}

files() {
    cat <<'END'
group "English"
folder ""
file readme.txt size=9000
folder "bin\\sub"
file app.exe size=120000
file noise.bin size=90000 content=random
group French
folder "bin\\fr"
file app.exe size=70000
file one.txt text="x" method=stored
file raw.bin size=50000 content=random method=stored
group "Screen Saver"
END
}

# One thread: AddressSanitizer's memory may be locked by another one when a process is split off.
index_of() { # image, further arguments
    rm -rf "$work/catalog"
    whichcab index -j1 "$@" >"$out" 2>"$err"
}

# Paths and sizes in a cabinet, as whichcab lists it and as unshield does.
listed_here() { # image
    whichcab ls "$1" | awk '/: InstallShield/ { found = 1; next } /^$/ { found = 0 } found { print $3, $2 }' | LC_ALL=C sort
}
listed_there() { # data1.cab
    unshield l "$1" 2>"$err" | sed -n 's/^ *\([0-9][0-9]*\)  \(.*\)$/\2 \1/p' | grep -v '^files ' | tr '\134' / |
        LC_ALL=C sort
}

# Every file on record is extracted alone and compared with what unshield unpacks.
check_against_unshield() { # image, folder of the cabinet, name of its first volume
    local first=$2/$3
    check_equal "$(listed_here "$1")" "$(listed_there "$first")" "list of $3 in $1"
    rm -rf "$work/there" "$work/here"
    unshield -d "$work/there" x "$first" >"$err" 2>&1 || fail "unshield can't unpack $first: $(cat "$err")"
    check_equal "$(($(find "$work/there" -type f | wc -l) > 1))" 1 "number of files that unshield unpacks"
    check_status 0 whichcab extract --all -o "$work/here" readme.txt app.exe noise.bin one.txt raw.bin
    check_equal "$(cd "$work/here" && find . -type f -exec sha256sum {} + | cut -d' ' -f1 | sort)" \
        "$(cd "$work/there" && find . -type f -exec sha256sum {} + | cut -d' ' -f1 | sort)" "bytes out of $1"
    check_status 0 whichcab verify -j1 "$1"
}

# ---- without the library: only told -----------------------------------------------------------
if [ "$with_library" = OFF ]; then
    { echo 'shield version=5' && files; } | make_shield "$work/set"
    mkdir -p "$work/disc" && mv "$work/set" "$work/disc/SETUP"
    xorriso -as mkisofs -quiet -o "$work/told.iso" "$work/disc" 2>"$err"
    index_of "$work/told.iso"
    check_has 'this build has no libunshield' "$err"
    finish
fi

# ---- on a CD, by version and number of volumes --------------------------------------------------
for version in 5 6; do
    for size in 0 40000 130000; do
        set=$work/v$version-$size
        { echo "shield version=$version size=$size" && files; } | make_shield "$set"
        mkdir -p "$work/disc-$version-$size"
        cp -r "$set" "$work/disc-$version-$size/SETUP"
        xorriso -as mkisofs -quiet -J -o "$set.iso" "$work/disc-$version-$size" 2>"$err"
        index_of "$set.iso" || fail "index of $set.iso: $(cat "$err")"
        check_against_unshield "$set.iso" "$set" data1.cab
    done
done
check_status 0 whichcab where --json noise.bin
check_equal "$(jq -r '[.container, .stored_path, .format] | join(" ")' "$out")" \
    'SETUP/data1.cab English/bin/sub/noise.bin InstallShield 6 cabinet' 'place of a file'
check_status 0 whichcab where 'app.exe'
check_has 'inside SETUP/data1.cab' "$out"

# ---- elsewhere: a folder, a floppy in upper case, a zip, other names --------------------------------
set=$work/v5-40000
index_of "$set" || fail "index of a folder: $(cat "$err")"
check_against_unshield "$set" "$set" data1.cab
mkdir -p "$work/zip"
(cd "$set" && zip -qr "$work/zip/set.zip" .)
index_of "$work/zip/set.zip" || fail "index of a zip: $(cat "$err")"
check_against_unshield "$work/zip/set.zip" "$set" data1.cab
truncate -s 1474560 "$work/floppy.img"
mformat -i "$work/floppy.img" -f 1440 ::
for file in "$set"/data*; do
    name=$(basename "$file")
    mcopy -i "$work/floppy.img" "$file" "::${name^^}"
done
index_of "$work/floppy.img" || fail "index of a floppy: $(cat "$err")"
check_against_unshield "$work/floppy.img" "$set" data1.cab
{ echo 'shield version=5 name=_sys header=inside' && files; } | make_shield "$work/inside"
index_of "$work/inside" || fail "index of a cabinet with its header inside: $(cat "$err")"
check_against_unshield "$work/inside" "$work/inside" _sys1.cab
{ echo 'shield version=5 release=first header=inside' && files; } | make_shield "$work/first"
index_of "$work/first" || fail "index of version 5's first release: $(cat "$err")"
check_equal "$(listed_here "$work/first")" "$(listed_there "$work/first/data1.cab")" "list of version 5's first release"
check_equal "$(listed_here "$work/first" | wc -l)" 6 "files of version 5's first release"
check_status 0 whichcab where --json noise.bin
check_equal "$(jq -r .format "$out")" 'InstallShield 5 cabinet' "name of version 5's first release"
check_against_unshield "$work/first" "$work/first" data1.cab
index_of "$set/data1.cab" || fail "index of data1.cab itself: $(cat "$err")"
check_status 0 whichcab where noise.bin
check_has '90,000' "$out"

# ---- packed the old way, which unshield has to be told ---------------------------------------------
make_shield "$work/old" <<'END'
shield version=5
group Old
folder ""
file first.txt size=70000 method=old
file second.txt size=100 method=old
END
unshield -O -d "$work/oldway" x "$work/old/data1.cab" >"$err" 2>&1 || fail "unshield -O: $(cat "$err")"
index_of "$work/old" || fail "index of the old way: $(cat "$err")"
check_status 0 whichcab extract -o "$work/old-here" first.txt second.txt
for name in first.txt second.txt; do
    if cmp "$work/old-here/$name" "$work/oldway/Old/$name"; then pass; else fail "$name packed the old way"; fi
done

# ---- --deep: what is in it gets digests and is looked into -------------------------------------------
(cd "$work" && echo inner >inner.txt && zip -q inner.zip inner.txt)
make_shield "$work/deep" <<'END'
shield version=6
group Files
folder "packs"
file inner.zip from=inner.zip
file other.txt size=100
END
mkdir -p "$work/deepdisc" && cp -r "$work/deep" "$work/deepdisc/SETUP"
xorriso -as mkisofs -quiet -J -o "$work/deep.iso" "$work/deepdisc" 2>"$err"
index_of --deep "$work/deep.iso" || fail "index --deep: $(cat "$err")"
check_status 0 whichcab where --json inner.txt
check_equal "$(jq -r .container "$out")" 'SETUP/data1.cab > Files/packs/inner.zip' 'chain through a cabinet'
check_status 0 whichcab where --json other.txt
check_equal "$(jq -r .sha256 "$out")" "$(awk -F'\t' '$3 == "other.txt" { print $6 }' "$work/deep/manifest.tsv")" \
    'digest of a file'
check_status 0 whichcab extract -o "$work/inner-here" inner.txt
check_equal "$(cat "$work/inner-here/inner.txt")" inner 'a file of an archive in a cabinet'

# a cabinet behind a program in a cabinet
printf 'set name=INNER.CAB\nfolder mszip\nfile hidden.txt size=300\n' >"$work/inner.txt2"
"$gen" cabinet "$work/inner.txt2" "$work/inner-cab" >"$err" || fail "the inner cabinet: $(cat "$err")"
{ printf 'MZ\0\0\1\0' && head -c 506 /dev/zero && cat "$work/inner-cab/INNER.CAB"; } >"$work/packed.exe"
make_shield "$work/programs" <<'END'
shield version=5
group Files
folder ""
file packed.exe from=packed.exe
END
index_of "$work/programs" || fail "index of a program: $(cat "$err")"
check_status 1 whichcab where hidden.txt
index_of --deep "$work/programs" || fail "index --deep of a program: $(cat "$err")"
check_status 0 whichcab where --json hidden.txt
check_equal "$(jq -r .container "$out")" 'data1.cab > Files/packed.exe' 'chain through a program'
check_status 0 whichcab extract -o "$work/inner-here" hidden.txt
check_equal "$(sha256sum <"$work/inner-here/hidden.txt" | cut -d' ' -f1)" \
    "$(awk -F'\t' '$3 == "hidden.txt" { print $5 }' "$work/inner-cab/manifest.tsv")" 'a file behind a program'

# ---- what is missing -----------------------------------------------------------------------------------
take_away() { # names of files
    rm -rf "$work/part"
    cp -r "$work/v6-40000" "$work/part"
    (cd "$work/part" && rm "$@" && rm manifest.tsv)
}
take_away data3.cab
index_of "$work/part"
check_status 3 whichcab extract -o "$work/got" raw.bin noise.bin readme.txt
check_has 'data3.cab is missing beside it' "$err"
check_equal "$(find "$work/got" -name readme.txt | wc -l)" 1 'what lies before the missing volume'
check_status 3 whichcab verify -j1 "$work/part"
check_has 'data3.cab is missing beside it' "$out"
check_has 'not whole' "$out"
take_away data1.hdr
index_of "$work/part"
check_has 'its header data1.hdr is missing beside it' "$err"
take_away data1.hdr data1.cab
index_of "$work/part"
check_has 'volume 2 of an InstallShield cabinet: its header data1.hdr' "$err"
take_away data1.cab
index_of "$work/part" || fail "a header without volumes: $(cat "$err")"
check_status 0 whichcab where readme.txt
check_status 3 whichcab extract -o "$work/got" --force readme.txt
check_has 'data1.cab is missing beside it' "$err"

printf '\023\135\145\214%0100d' 0 >"$work/part/_setup.z"
xorriso -as mkisofs -quiet -J -o "$work/older.iso" "$work/part" 2>"$err"
index_of "$work/older.iso"
check_has 'InstallShield 3 archive: its table of files' "$err"

# ---- what is damaged or made to do harm ----------------------------------------------------------------
hostile() { # line of the header, line of a group, line of a file, defects
    rm -rf "$work/hostile"
    {
        echo "shield version=5 $1"
        echo "group Bad $2"
        printf '%s\n' 'folder "..\\..\\up"' "file \"..\\\\evil.txt\" size=3000 $3"
        echo 'file good.txt size=500'
        printf '%s\n' "${@:4}"
    } | make_shield "$work/hostile"
    rm "$work/hostile/manifest.tsv"
}
hostile '' '' ''
index_of "$work/hostile" || fail "names that lead upwards: $(cat "$err")"
check_status 0 whichcab where --json evil.txt
check_equal "$(jq -r .stored_path "$out")" 'Bad/up/evil.txt' 'path of a name that leads upwards'
mkdir "$work/safe"
check_status 0 whichcab extract -o "$work/safe/deep" evil.txt good.txt
check_equal "$(find "$work/safe" -type f | wc -l) $(find "$work/safe/deep" -maxdepth 1 -type f | wc -l)" '2 2' \
    'files below the output folder'

# the descriptor's size takes in less than the table of files, as in all that InstallShield made
check_equal "$(od -An -tu4 -j16 -N4 "$work/v5-0/data1.hdr" | tr -d ' ')" \
    "$(($(od -An -tu4 -j$((512 + 12)) -N4 "$work/v5-0/data1.hdr") + 32))" 'size of the descriptor'
for at in 3 10 19 600 1200; do
    hostile '' '' '' "defect truncate at=$at"
    timeout 60 "$build/cli/whichcab" -C "$work/catalog" index "$work/hostile" >"$out" 2>"$err"
    check_equal $? 3 "status for a header of $at bytes"
    check_has 'data1' "$err"
done

# a list of groups that leads back to itself, and more files than there are bytes for
hostile '' loop ''
timeout 120 "$build/cli/whichcab" -C "$work/catalog" index "$work/hostile" >"$out" 2>"$err"
check_equal $? 3 'status for a list without end'
check_has "libunshield can't read its header" "$err"
hostile files=4294967295 '' ''
index_of "$work/hostile"
check_has 'claims 4294967295 files' "$err"
hostile files=300 '' ''
timeout 120 "$build/cli/whichcab" -C "$work/catalog" index "$work/hostile" >"$out" 2>"$err"
check_status 3 whichcab where good.txt

# 4 GB out of some hundred bytes
hostile '' '' claims=4294967295
index_of "$work/hostile" || fail "a size of 4 GB: $(cat "$err")"
check_status 3 whichcab extract -o "$work/got" --force evil.txt good.txt
check_has 'archive bomb' "$err"
check_equal "$(find "$work/got" -name good.txt | wc -l)" 1 'the file beside one of 4 GB'

# damage in the bytes: version 6 has MD5
make_shield "$work/damaged" <<'END'
shield version=6
group Files
folder ""
file broken.txt size=3000 method=stored
file whole.txt size=3001
defect bytes volume=1 at=600 with=0102030405
END
index_of "$work/damaged" || fail "a damaged volume: $(cat "$err")"
check_status 3 whichcab extract -o "$work/got" --force broken.txt whole.txt
check_has 'damaged: libunshield' "$err"
check_equal "$(find "$work/got" -name broken.txt | wc -l) $(find "$work/got" -name whole.txt | wc -l)" '0 1' \
    'a damaged file and a whole one'

# ---- nothing stays behind, also of a process that was killed ---------------------------------------------
private=$work/tmp/whichcab-$(id -u)
mkdir -p "$private" && chmod 700 "$private"
touch "$private/whichcab-copy-aaaaaaaaaaaaaaaaaaaa1.cab"
rm -rf "$work/catalog"
TMPDIR=$work/tmp check_status 0 whichcab index "$work/v5-40000"
TMPDIR=$work/tmp check_status 0 whichcab extract -o "$work/got" --force noise.bin
check_equal "$(find "$private" -type f | wc -l)" 0 'temporary files'

finish

#!/usr/bin/env bash
# Files straight from images without a catalog, with their folders kept, and what extract tells to programs.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

gen=$build/tests/gen/media-gen
stack=$(small_stack)
manifest=$stack/manifest.tsv
sha() { awk -F'\t' -v medium="$1" -v name="$2" '$1 == medium && tolower($7) == name {print $11; exit}' "$manifest"; }
printf 'image fat format=1440 label=SHELF\nfile NOTE.TXT text="top"\nfile A/README.TXT text="of A"\nfile A/B/README.TXT text="of B"\n' >"$work/disk"
check_status 0 "$gen" image "$work/disk" "$work/disk.img"

# Straight from an image: one file, a pattern, a path, everything, several images.
check_status 0 whichcab cat "$work/disk.img:note.txt"
check_equal "$(cat "$out")" top "what cat writes"
check_status 0 whichcab cat "$work/disk.img:A/B/README.TXT"
check_equal "$(cat "$out")" "of B" "what cat writes of a path"
check_status 0 whichcab cat "$stack/win95-dmf/disk07.img:mapi32.dll"
check_equal "$(sha256sum <"$out" | cut -d' ' -f1)" "$(sha win95-dmf mapi32.dll)" "a file in a cabinet"
check_equal "$([ -e "$work/catalog" ] && echo yes)" "" "whether there is a catalog now"
check_status 0 whichcab extract -o "$work/one" "$work/disk.img:*.txt" "$stack/win95-dmf/disk07.img:MAPI32.DLL"
check_equal "$(cd "$work/one" && find . -type f -iname '*.*' | wc -l)" 3 "files of two images"
check_status 1 whichcab extract -o "$work/none" "$work/disk.img:nosuch.txt"
check_has "nosuch.txt: not found" "$err"
check_status 3 whichcab extract -o "$work/some" "$work/disk.img:note.txt" "$work/disk.img:nosuch.txt"
check_status 2 whichcab extract "$work/disk.img:note.txt" note.txt
check_has "no IMAGE:NAME" "$err"
check_status 2 whichcab extract -m x "$work/disk.img:note.txt"
printf 'no image at all' >"$work/plain.txt"
check_status 2 whichcab cat "$work/plain.txt:x"
check_equal "$(find "${TMPDIR:-/tmp}" -maxdepth 2 -name 'whichcab-*' -newer "$work/plain.txt" -type d -user "$(id -u)" -path '*whichcab*/whichcab-*' 2>/dev/null | wc -l)" 0 "catalogs left behind"

# Folders kept: as on the medium, a cabinet's files beside it; a folder for each of several images.
check_status 0 whichcab extract --paths -o "$work/tree" "$work/disk.img:"
check_equal "$(cd "$work/tree" && find . -type f | sort | tr '\n' ' ')" "./A/B/README.TXT ./A/README.TXT ./NOTE.TXT " "files with their folders"
check_equal "$(cat "$work/tree/A/B/README.TXT")" "of B" "a file in a folder"
check_status 0 whichcab extract --paths -o "$work/cab" "$stack/win95-dmf/disk07.img:mapi32.dll" "$stack/win95-dmf/disk07.img:*.CAB"
check_equal "$(cd "$work/cab" && find . -type f | sort | tr '\n' ' ')" "./WIN95_07.CAB ./WIN95_07.CAB.files/mapi32.dll " "a file beside its cabinet"
cp "$work/disk.img" "$work/other.img"
printf x | dd of="$work/other.img" bs=1 seek=1474559 conv=notrunc status=none
check_status 0 whichcab index "$work/disk.img" "$work/other.img"
check_status 0 whichcab extract --paths -o "$work/two" readme.txt
check_has "disk.img.files/A/B/README.TXT" <(cd "$work/two" && find . -type f)
check_has "other.img.files/A/README.TXT" <(cd "$work/two" && find . -type f)

# A link in the way leads nowhere; a file in the way costs only what lies behind it.
mkdir "$work/trap" "$work/outside"
ln -s "$work/outside" "$work/trap/A"
check_status 3 whichcab extract --paths -o "$work/trap" "$work/disk.img:*"
check_equal "$(find "$work/outside" -type f | wc -l)" 0 "files that went through a link"
check_equal "$(cat "$work/trap/NOTE.TXT")" top "the file that nothing was in the way of"

# For programs: each file, and the sum.
check_status 3 whichcab extract --json -o "$work/json" "$work/disk.img:note.txt" "$work/disk.img:nosuch.txt"
check_equal "$(jq -rs '.[] | [.event, .name, .written, .size] | @csv' "$out" | tr '\n' ' ')" \
    '"extracted","NOTE.TXT","NOTE.TXT",3 "not-found","nosuch.txt",, "summary",,, ' "what extract tells"
check_equal "$(jq -rs '.[-1] | [.extracted, .failed, .not_found] | @csv' "$out")" 1,0,1 "the sum"
check_status 0 whichcab extract --format '{written}' -o "$work/json2" "$work/disk.img:*"
check_equal "$(sort "$out" | head -1)" NOTE.TXT "rows of what was written"
check_status 2 whichcab extract --json --stdout "$work/disk.img:note.txt"

# Progress on a terminal, unless -q.
big() { script -qec "$(printf '%q ' "$build/cli/whichcab" -C "$work/catalog" extract "$@")" /dev/null </dev/null; }
big -o "$work/big" "$stack/win95-cd.iso:*" >"$work/told"
check_equal "$(($(grep -c 'extracting: ' "$work/told") > 0))" 1 "whether progress is shown"
big -q -o "$work/big2" "$stack/win95-dmf/disk02.img:*" >"$work/told"
check_equal "$(grep -c "extract" "$work/told")" 0 "lines of progress and sums with -q"
finish

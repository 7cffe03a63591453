#!/usr/bin/env bash
# The catalog in the forms of other programs: read back by their readers, and held against the program's own answers.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir "$work/shelf"
cp "$(small_stack)/win95-dmf/disk07.img" "$work/shelf"
printf 'image fat format=1440 label="IT\x27S"\nfile A/B.TXT text="b"\nfile X!.TXT text="x"\n' >"$work/disk"
check_status 0 "$build/tests/gen/media-gen" image "$work/disk" "$work/shelf/a & 'b'.img"
check_status 0-3 whichcab index --deep "$work/shelf"
check_status 0-3 whichcab where --all --json '*'
jq -r 'select(.source == "indexed") | [.image, .container // "", .stored_path // .path, .size, .sha256 // ""] | @tsv' "$out" | sort >"$work/wanted"
check_equal "$(($(wc -l <"$work/wanted") > 60))" 1 "whether there are files"

check_status 0 whichcab export --sql
cp "$out" "$work/sql"
check_status 0 python3 - "$work/sql" <<'P'
import sqlite3, sys
db = sqlite3.connect(":memory:")
db.executescript(open(sys.argv[1], encoding="utf-8").read())
assert db.execute("SELECT count(*), min(volume_label) FROM images WHERE medium IS NULL").fetchone() == (1, "IT'S")
for row in db.execute("SELECT image, ifnull(container, ''), ifnull(stored_path, path), size, ifnull(sha256, '') FROM files"):
    print(*row, sep="\t")
P
check_equal "$(sort "$out" | diff - "$work/wanted" | head -3)" "" "what SQL has otherwise"

check_status 0 whichcab export --dfxml
cp "$out" "$work/dfxml"
check_status 0 python3 - "$work/dfxml" <<'P'
import sys, xml.etree.ElementTree as tree
space = "{http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML}"
for image in tree.parse(sys.argv[1]).getroot().iter(space + "diskimageobject"):
    for file in image.iter(space + "fileobject"):
        print(image.find(space + "image_filename").text, file.find(space + "filename").text, file.find(space + "filesize").text,
              file.findtext(space + "hashdigest", ""), sep="\t")
P
awk -F'\t' '{print $1 "\t" ($2 == "" ? "" : $2 "/") $3 "\t" $4 "\t" $5}' "$work/wanted" | sed 's/ > /\//g' | sort >"$work/places"
check_equal "$(sort "$out" | diff - "$work/places" | head -3)" "" "what DFXML has otherwise"

check_status 0 whichcab export --dat "$work/list.dat"
check_status 0 python3 - "$work/list.dat" <<'P'
import sys, xml.etree.ElementTree as tree
for game in tree.parse(sys.argv[1]).getroot().iter("game"):
    for rom in game.iter("rom"):
        print(rom.get("name"), rom.get("size"), rom.get("sha256"), sep="\t")
P
check_equal "$(sort "$out" | diff - <(awk -F'\t' '$4 != ""' "$work/places" | cut -f2- | sort) | head -3)" "" "what the DAT has otherwise"
check_status 2 whichcab export --sql --dat
check_status 2 whichcab export --sql "$work/list.dat"
check_has "File exists" "$err"
finish

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

# Lists in: what a DAT, NSRL's list or sums know is named, by its bytes.
check_status 0 whichcab known --json "$work/list.dat"
check_equal "$(jq -r '[.image, .container // "", .stored_path // .path] | @tsv' "$out" | sort -u)" \
    "$(awk -F'\t' '$5 != "" {print $1 "\t" $2 "\t" $3}' "$work/wanted" | sort -u)" "files known by their own DAT"
sha256=$(printf b | sha256sum | cut -d' ' -f1)
sha1=$(printf x | sha1sum | cut -d' ' -f1)
md5=$(printf x | md5sum | cut -d' ' -f1)
printf '%s *letter b\r\n# a remark\n\n%064d  nowhere\n' "${sha256^^}" 0 >"$work/sums"
check_status 0 whichcab known - <"$work/sums"
check_has "letter b" "$out"
check_has "a & 'b'.img > A/B.TXT" "$out"
check_lacks nowhere "$out"
check_has "1 of 2 entries" "$err"
printf '"SHA-1","MD5","CRC32","FileName","FileSize"\n"%s","%s","0","the ""x"", or so",1\n' "${sha1^^}" "${md5^^}" >"$work/NSRLFile.txt"
check_status 2 whichcab known "$work/NSRLFile.txt"
check_has "verify --hashes" "$err"
check_status 0-3 whichcab verify --hashes --force
check_status 0 whichcab known --csv --fields known_as,name "$work/NSRLFile.txt"
check_equal "$(tail -1 "$out")" '"the ""x"", or so",X!.TXT' "a row of NSRL"
printf '<?xml version="1.0"?>\n<datafile><game name="A &amp; B"><rom name="x.bin" size="1" md5="%s"/><rom name="y" md5=""/></game></datafile>' "$md5" >"$work/md5.dat"
check_status 0 whichcab known "$work/md5.dat"
check_has "A & B: x.bin" "$out"
check_status 1 whichcab known /dev/null
printf 'no list at all\n' >"$work/no.list"
check_status 2 whichcab known "$work/no.list"
check_has "no.list, line 1: neither a DAT" "$err"
printf '<rom %070000d>' 0 >"$work/long.dat"
check_status 2 whichcab known "$work/long.dat"
check_has "too long" "$err"
check_status 2 whichcab known
check_status 2 whichcab known "$work/nosuch.dat"

# Hashes of NSRL out, and read again by its own column names or by those of its newer sets.
check_status 0 whichcab export --nsrl "$work/own.txt"
check_has "\"${sha1^^}\",\"${md5^^}\",\"00000000\",\"X!.TXT\",1,0,\"\",\"\"" "$work/own.txt"
check_equal "$(($(wc -l <"$work/own.txt") > 60))" 1 "whether NSRL's form has all files"
check_status 0 whichcab known --json "$work/own.txt"
check_equal "$(jq -r .hash "$out" | sort -u | wc -l)" "$(tail -n +2 "$work/own.txt" | cut -d, -f1 | sort -u | wc -l)" "files known by their own list"
printf 'sha1,file_name,file_size\n%s,x,1\n' "$sha1" >"$work/rds.csv"
check_status 0 whichcab known "$work/rds.csv"
check_has "X!.TXT" "$out"
check_status 0 whichcab export --dat
check_has "md5=\"$md5\" sha1=\"$sha1\"" "$out"
check_status 0 whichcab export --dfxml
check_has "<hashdigest type=\"md5\">$md5</hashdigest><hashdigest type=\"sha1\">$sha1</hashdigest>" "$out"

# Whole images, by size and hash whatever they are called; what is kept goes with the bytes.
"$build/cli/whichcab" -C "$work/plain" index "$work/shelf" >"$out" 2>"$err"
# shellcheck disable=SC2317 # check_status calls it
plain() { "$build/cli/whichcab" -C "$work/plain" "$@"; }
disk=$work/shelf/disk07.img
cat >"$work/images.dat" <<DAT
<?xml version="1.0"?><datafile><header><name>Disks</name></header>
<game name="Windows 95 (Disk 7) &lt;DMF&#62; &#x42f;"><rom name="w95_7.ima" size="$(stat -c %s "$disk")" crc="0" sha1="$(sha1sum <"$disk" | cut -c1-40)"/></game>
<game name="Another"><rom name="another.ima" size="$(stat -c %s "$disk")" md5="$(printf 0%.0s {1..32})"/></game></datafile>
DAT
check_status 0 plain export --nsrl
check_equal "$(wc -l <"$out")" 1 "lines of a list of nothing"
check_has "files left out, not read for these hashes yet: 'whichcab verify --hashes --force'" "$err"
check_status 0 plain known --keep "$work/images.dat"
check_has "Windows 95 (Disk 7) <DMF> Я: w95_7.ima" "$out"
check_has "$disk (the whole image)" "$out"
check_has "1 of 2 entries" "$err"
check_status 3 plain media -l
check_has "(known Windows 95 (Disk 7) <DMF> Я)" "$out"
check_status 3 plain where -m win95-dmf mapi32.dll user.exe
check_lacks "(known" "$out"
check_status 0 plain known --csv --fields kind,known_as,image "$work/images.dat"
check_equal "$(tail -n +2 "$out")" "image,w95_7.ima,$disk" "the row of an image"
(cd "$work/shelf" && sha256sum disk07.img) >"$work/SHA256SUMS"
check_status 0 plain known "$work/SHA256SUMS"
check_has "$disk (the whole image)" "$out"
cp "$disk" "$work/keep.img"
printf x | dd of="$disk" bs=1 seek=$(($(stat -c %s "$disk") - 9)) conv=notrunc status=none
check_status 2 plain known "$work/SHA256SUMS"
check_status 0 plain index "$work/shelf"
check_status 3 plain media -l
check_lacks "(known" "$out"
cp "$work/keep.img" "$disk"

check_status 2 whichcab export --sql --dat
check_status 2 whichcab export --sql "$work/list.dat"
check_has "File exists" "$err"
finish

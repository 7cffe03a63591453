#!/usr/bin/env bash
# The table of formats: docs/formats.md tells it, and each row is found alone, in a folder, in a ZIP and on
# an ISO, whatever the file is called.
#   formats.sh BUILD_DIR
# A new row needs a line in docs/formats.md and, when it is read, a function make_NAME in samples.sh that makes a
# sample with a file IN_FORMAT.TXT in it, named by the row's place in `maker_of`.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

docs=$here/../../docs/formats.md
cd "$work" || exit 1
# shellcheck source=tests/media/samples.sh
. "$here/../media/samples.sh"

# ---- the documentation --------------------------------------------------------------------------
# Formats that are only recognised: the lines between the two marks are just those of the table.
"$list_formats" | awk -F '\t' '$1 == "told" { print "| " $2 " | " $5 " |" }' >told.txt
sed -n '/^<!-- only recognised -->$/,/^<!-- end -->$/p' "$docs" | grep '^| [^-f]\|^| f[^o]' | grep -v '^| format' >in_docs.txt
if cmp -s told.txt in_docs.txt; then
    pass
else
    fail "docs/formats.md tells other formats as only recognised than the table (< table, > docs)"
    diff told.txt in_docs.txt | head -20
fi
# Those that are read: a row whose first cell has the name, and that is not called recognised.
while IFS=$'\t' read -r use name _; do
    [ "$use" = read ] || continue
    if awk -F '|' -v name="$name" 'index($2, name) && $3 !~ /^ recognised/ { found = 1 } END { exit !found }' "$docs"; then
        pass
    else
        fail "docs/formats.md has no row for '$name', which is read"
    fi
done < <("$list_formats")

# The name that the sample's file has, or the one that stands for its contents.
check_found() { # what was indexed, row
    rm -rf "$work/catalog"
    whichcab index -j1 "$1" >"$out" 2>"$err"
    check_status 0 whichcab where -a -m "$1" 'in_forma*.txt' || true
    [ "$failed" = "$before" ] || echo "    ($2, $1)"
    before=$failed
}
before=$failed

while IFS=$'\t' read -r use name _ extension _; do
    [ "$use" = read ] || continue
    maker=${maker_of[$name]:-}
    [ -n "$maker" ] || fail "no sample for '$name': see the top of tests/media/samples.sh"
    if [ -z "$maker" ] || [ "$maker" = - ] || ! is_built "$maker"; then
        continue
    fi
    mkdir -p "row/$maker"
    sample=row/$maker/sample.${extension:-bin}
    [ "$maker" = szdd ] && sample=row/$maker/IN_FORMA.TX_ # the name is that of the packed file
    "make_$maker" "$sample" || fail "no sample of $name could be made"
    check_found "$work/$sample" "$name"
    check_found "$work/row/$maker" "$name"
    (cd "row/$maker" && zip -qr "$work/$maker.zip" .)
    check_found "$work/$maker.zip" "$name"
    xorriso -as mkisofs -quiet -J -o "$maker.iso" "row/$maker" 2>"$err"
    check_found "$work/$maker.iso" "$name"
done < <("$list_formats")

# ---- kinds of one format --------------------------------------------------------------------------
rar_of 03 unix.rar # of Unix, with attributes of DOS: no type of file
check_found "$work/unix.rar" 'RAR of Unix'

# ---- formats that are only recognised -----------------------------------------------------------
row=0
while IFS=$'\t' read -r use name kind _ _; do
    row=$((row + 1))
    if [ "$use" != told ] || [ "$kind" != signature ]; then
        continue
    fi
    mkdir -p "told/$row"
    "$list_formats" "$row" "told/$row/sample.bin" || fail "no sample of row $row"
    rm -rf "$work/catalog"
    check_status 3 whichcab index -j1 "told/$row/sample.bin"
    check_has "$name: " "$err"
done < <("$list_formats")

finish

#!/usr/bin/env bash
# No file, function, list of parameters or folder of the product grows beyond what a reader can hold.
#   sizes.sh SOURCE_DIR [FUNCTIONS]     FUNCTIONS: prints the longest so many instead
set -euo pipefail
cd "$1"
most_lines=700 most_function=60 most_parameters=6 most_files=40 most_median=15
# Functions with more parameters: keys and values of tables come as pointers and sizes, as LMDB takes them; a
# match of LZX is taken in the decoder's innermost loop, with everything in registers; libmicrohttpd calls handlers so.
wide='wci_writer_(put|take)|wci_tree_has|wci_pages_has|wci_reader_each_value|expect_value|take_match|serve_call_handle'
folders=(include core profiles media indexer catalog query reopen jobs cli serve tools)
failed=0
complain() {
    printf '%s\n' "$*"
    failed=1
}

mapfile -t sources < <(find "${folders[@]}" -name '*.[ch]' | sort)
[ ${#sources[@]} -gt 300 ] || complain "only ${#sources[@]} source files found"

while read -r lines file; do
    [ "$lines" -le "$most_lines" ] || complain "$file has $lines lines, more than $most_lines"
done < <(wc -l "${sources[@]}" | grep -v ' total$')

while read -r count folder; do
    [ "$count" -le "$most_files" ] || complain "$folder/ has $count files, more than $most_files"
done < <(find "${folders[@]}" -type f -printf '%h\n' | sort | uniq -c)

# LINES PARAMETERS FILE NAME of each function. The tree is formatted: what begins at the margin is a
# declaration, a body stands between braces at the margin.
functions=$(awk '
    FNR == 1 { signature = "" }
    /^{$/ && signature ~ /\(/ { body = 1; next }
    /^}/ {
        if (body) {
            list = signature
            name = list
            sub(/^[^(]*\(/, "", list)
            sub(/\(.*/, "", name)
            sub(/.*[ *]/, "", name)
            gsub(/\([^()]*\)/, "", list)
            gsub(/\([^()]*\)/, "", list)
            print FNR - start + 1, list ~ /^void\)/ ? 0 : gsub(/,/, ",", list) + 1, FILENAME, name
        }
        body = 0
        signature = ""
        next
    }
    body { next }
    /^[a-z]/ && !/[;{]$/ { signature = $0; start = FNR; next }
    /^ / && signature != "" { signature = signature " " $0; next }
    { signature = "" }
' "${sources[@]}")
if [ $# -gt 1 ]; then
    sort -rn <<<"$functions" | head -n "$2"
    exit
fi
[ "$(wc -l <<<"$functions")" -gt 2000 ] || complain "only $(wc -l <<<"$functions") functions found"

while read -r lines parameters file name; do
    [ "$lines" -le "$most_function" ] || complain "$file: $name has $lines lines, more than $most_function"
    [ "$parameters" -le "$most_parameters" ] || [[ $name =~ ^($wide)$ ]] ||
        complain "$file: $name has $parameters parameters, more than $most_parameters"
done <<<"$functions"
median=$(cut -d ' ' -f 1 <<<"$functions" | sort -n | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }')
[ "$median" -le "$most_median" ] || complain "the median function has $median lines, more than $most_median"

[ "$failed" = 0 ] && echo "sizes hold: $(wc -l <<<"$functions") functions, the median of $median lines"
exit "$failed"

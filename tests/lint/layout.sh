#!/usr/bin/env bash
# What README.md and docs/architecture.md say of the tree: each file and folder that they name is there, and
# each folder of sources is in the README's table, itself or the folder that it is in.
#   layout.sh SOURCE_DIR
# shellcheck disable=SC2016 # backticks of Markdown
set -euo pipefail
cd "$1"
failed=0
complain() {
    printf '%s\n' "$*"
    failed=1
}

folders='include|core|profiles|media|indexer|catalog|query|reopen|jobs|cli|serve|tools|media-profiles|tests|python|docs'
count=0
for page in README.md docs/architecture.md; do
    while read -r name; do
        count=$((count + 1))
        # a pattern, a folder, or a file with or without its ending
        compgen -G "$name" >/dev/null || [ -e "$name.c" ] || [ -e "$name.h" ] ||
            complain "$page: there is no $name"
    done < <(grep -oE '`('"$folders"')/[^` ]*`' "$page" | tr -d '`' | sort -u)
done
[ "$count" -gt 60 ] || complain "only $count names found in the pages"

while read -r folder; do
    grep -qF "\`$folder/\`" README.md || grep -qF "\`$(dirname "$folder")/\`" README.md ||
        complain "README.md: its table has no $folder/"
done < <(find include core profiles media indexer catalog query reopen jobs cli serve tools -name '*.[ch]' -printf '%h\n' |
    sort -u)

[ "$failed" = 0 ] && echo "the pages tell of $count places, all there"
exit "$failed"

#!/usr/bin/env bash
# Look-alike sets: the same cabinet names, set id, file names, sizes and dates, other contents.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

"$build/tests/gen/media-gen" stack "$work/one" --media win95-dmf --seed 1 >/dev/null
"$build/tests/gen/media-gen" stack "$work/two" --media win95-dmf --seed 2 >/dev/null

# All images in one folder under names that say nothing.
mkdir "$work/heap"
n=0
for image in "$work"/one/win95-dmf/*.img "$work"/two/win95-dmf/*.img; do
    n=$((n + 1))
    cp "$image" "$work/heap/$(printf '%s' "$n" | cksum | cut -d' ' -f1).img"
done
check_status 0 whichcab index "$work/heap"
check_status 0 whichcab media
check_status 0 whichcab where --json --all mapi32.dll
check_equal "$(jq -rs 'map(select(.source == "indexed" and .medium == "win95-dmf")) | length' <"$out")" 2 "answers of two sets"
check_equal "$(jq -rs 'map(.complete) | unique | join(",")' <"$out")" true "both sets are complete"

# Every disk that is needed comes from the answer's own set.
check_status 0 whichcab where --json --all '*'
jq -r 'select(.medium == "win95-dmf" and .cabinet != null) | .image as $i | .needs[] | select(.image != null) | [$i, .image] | @tsv' \
    "$out" | sort -u >"$work/pairs"
declare -A set_of
for image in "$work"/heap/*.img; do
    for set in one two; do
        for original in "$work/$set"/win95-dmf/*.img; do
            cmp -s "$image" "$original" && set_of[$image]+=$set
        done
    done
done
mixed=0
checked=0
while IFS=$'\t' read -r a b; do
    [[ ${set_of[$a]} == onetwo || ${set_of[$b]} == onetwo ]] && continue # same bytes in both
    checked=$((checked + 1))
    [ "${set_of[$a]}" = "${set_of[$b]}" ] || mixed=$((mixed + 1))
done <"$work/pairs"
check_equal "$mixed" 0 "pairs of images of different sets"
check_equal "$((checked > 20))" 1 "enough pairs were checked"
finish

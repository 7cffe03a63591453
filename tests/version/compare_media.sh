#!/usr/bin/env bash
# Compares the file versions found in the test media's executables with those that the media builder
# wrote into them (its manifest): every file of the medium, taken out of images by
# 7z and of cabinets by cabextract.
#
# usage: compare_media.sh MEDIA-GEN VERSION_FACTS [MEDIUM]
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: $0 MEDIA-GEN VERSION_FACTS [MEDIUM]" >&2; exit 2; }
media_gen=$1 version_facts=$2 medium=${3:-win95-cd}
for tool in 7z cabextract; do
    command -v "$tool" >/dev/null || { echo "$tool is missing (packages p7zip-full, cabextract)" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$media_gen" stack "$work/stack" --small --media "$medium" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
mkdir "$work/files" "$work/out"
find "$work/stack" -type f ! -name manifest.tsv | sort | while read -r image; do
    7z x -y -bd -bso0 -o"$work/files" "$image"
done
# Cabinets that begin a set pull in the others; of the rest, what can't be joined fails, and its
# files come from elsewhere.
find "$work/files" -iname '*.cab' | sort | while read -r cabinet; do
    cabextract -q -d "$work/out/${cabinet##*/}" "$cabinet" >/dev/null 2>&1 || true
done

# hash -> version, as the builder says and as found
awk -F'\t' 'NR > 1 { print $11 "\t" ($12 == "" ? "-" : $12) }' "$work/stack/manifest.tsv" | sort -u >"$work/expected"
find "$work/files" "$work/out" -type f -print0 | sort -z >"$work/names"
xargs -0 "$version_facts" <"$work/names" | awk '
    /^file / { name = substr($0, 6); version = "-" }
    /^file_version=/ { version = substr($0, 14) }
    /^$/ { print version }' >"$work/versions"
xargs -0 sha256sum <"$work/names" | cut -c1-64 | paste - "$work/versions" | sort -u >"$work/found"

# Every file of the manifest was looked at, and none differs.
cut -f1 "$work/expected" | sort -u >"$work/expected.hashes"
cut -f1 "$work/found" | sort -u >"$work/found.hashes"
unseen=$(comm -23 "$work/expected.hashes" "$work/found.hashes" | wc -l)
join -t $'\t' "$work/expected" "$work/found" >"$work/both"
differing=$(awk -F'\t' '$2 != $3' "$work/both" | tee /dev/stderr | wc -l)
compared=$(awk -F'\t' '$2 != "-"' "$work/both" | wc -l)
echo "$medium: $compared versions compared, $differing differ; $unseen files not reached"
[ "$differing" -eq 0 ] && [ "$unseen" -eq 0 ] && [ "$compared" -ge 100 ]

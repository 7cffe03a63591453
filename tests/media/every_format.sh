#!/usr/bin/env bash
# A walk over a folder with a file of each format of the table, sound, cut off, with rubbish behind its first
# bytes, and nothing but those: none is passed over in silence.
#   every_format.sh BUILD_DIR
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
cd "$work" || exit 1
# shellcheck source=tests/media/samples.sh
. "$here/../media/samples.sh"

# libdsk dies of some of the broken ones, in its process of its own: no report of ours
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0

mkdir sound broken told

# The start of a file, and as many bytes Z as it had behind it, 1 MiB at most.
with_rubbish() { # file, bytes that stay
    local size
    size=$(stat -c %s "$1")
    head -c "$2" "$1"
    head -c $((size < 1048576 ? size : 1048576)) /dev/zero | tr '\0' Z | tail -c +$(($2 + 1))
}

# Formats whose samples may lose their second half, or all behind their first bytes, and still have all they say:
# padding behind the archive, no length or checksum in the header, nothing that tells the format but its end.
keeps_its_files() { # how, maker
    case $1:$2 in
    cut:tar | cut:vhdx | *:szdd | *:kwaj | head:compress | *:executable | *:partitions | head:vdi) ;;
    *) return 1 ;;
    esac
}

break_sample() { # maker, file, extension
    head -c $(($(stat -c %s "$2") * 6 / 10)) "$2" >"broken/cut_$1.$3"
    with_rubbish "$2" 40 >"broken/body_$1.$3"
    head -c 24 "$2" >"broken/head_$1.$3"
    for how in cut body head; do
        keeps_its_files $how "$1" || echo "${how}_$1.$3" >>must_be_told
    done
}

while IFS=$'\t' read -r use name _ extension _; do
    maker=${maker_of[$name]:-}
    if [ "$use" != read ] || [ -z "$maker" ] || [ "$maker" = - ] || ! is_built "$maker"; then
        continue
    fi
    extension=${extension:-bin}
    mkdir "sound/$maker"
    sample=sound/$maker/$maker.$extension
    [ "$maker" = szdd ] && sample=sound/szdd/IN_FORMA.TX_ # the name is that of the packed file
    "make_$maker" "$sample" || fail "no sample of $name could be made"
    break_sample "$maker" "$sample" "$extension"
    # as long as they lie in one folder each, sheets find their tracks
    cp "sound/$maker/"* broken/
done < <("$list_formats")
row=0
while IFS=$'\t' read -r use _ kind _; do
    row=$((row + 1))
    if [ "$use" = told ] && [ "$kind" = signature ]; then
        "$list_formats" "$row" "told/$row.bin"
    fi
done < <("$list_formats")
printf 'a letter\r\n' >broken/letter.txt
printf 'nothing known\0\1\2' >broken/other.nobody

# ---- sound ones -----------------------------------------------------------------------------------
# Each has its file found, and what lies in the folder is on record once.
check_status 0 whichcab index -j1 sound
check_status 0 whichcab where --json -a 'in_forma*.txt'
cp "$out" answers
for folder in sound/*; do
    if jq -r '.image' answers | grep -qF "/$folder" || jq -r '.path // empty' answers | grep -q "^$(basename "$folder")/"; then
        pass
    else
        fail "nothing is found in $folder"
    fi
done

# ---- formats that are only recognised ---------------------------------------------------------------
check_status 3 whichcab index -j1 told
check_equal "$(grep -c "/told/[0-9]*.bin: " "$err")" "$(find told -type f | wc -l)" 'the formats that are told'
check_status 3 whichcab media --unread told
check_equal "$(grep -c '/told/[0-9]*.bin' "$out")" "$(find told -type f | wc -l)" 'their files on the list'

# ---- all of them in one folder ----------------------------------------------------------------------
# Those that go with an image beside them (tracks of a sheet), as their samples were made.
companions='track.bin clonecd.img alcohol.mdf'
rm -rf "$work/catalog"
cp told/* broken/
check_status 3 whichcab index -j1 --deep broken
cp "$err" told_of_all
while read -r file; do
    check_has "$file" told_of_all
done <must_be_told

export_to all
images=$(grep -c "^image.*/broken/" all)
check_status 0-3 whichcab media --unread --json
unread=$(jq -r 'select(.place == null) | .image' "$out" | sort -u | wc -l)
indexed=$((images - unread))
awk -F '\t' '$1 == "image" { print $2 }' all | sed 's,.*/broken/,,' >on_record
# the rest is listed in the record of the folder, looked into or as an ordinary file
check_status 0-3 whichcab where --json -a -m "$work/broken" '*'
ordinary=0
while read -r file; do
    if grep -qxF -- "$file" on_record; then
        continue
    fi
    case " $companions " in
    *" $file "*) ordinary=$((ordinary + 1)) && continue ;;
    esac
    if jq -r '[.path, .stored_path, .container, .name, .alias] | map(select(. != null)) | .[]' "$out" | grep -qF -- "$file"; then
        ordinary=$((ordinary + 1))
    else
        fail "$file is neither on record nor listed in its folder"
    fi
done < <(ls broken)
check_equal $((indexed + unread + ordinary)) "$(find broken -type f | wc -l)" \
    'the sum of files that are indexed, unread and of the folder'
check_equal "$((unread > 20))" 1 'whether many are unread'

finish

#!/usr/bin/env bash
# Nesting and paths at the limits of core/limits.h and one beyond: what fits is found, what does not is
# told, and all beside it is answered.
#   limits.sh BUILD_DIR
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

limit() { sed -n "s/^ *WCI_LIMIT_$1 = \([0-9]*\),.*/\1/p" "$here/../../core/limits.h"; }
with() { # catalog arguments...
    local catalog=$work/catalogs/$1
    shift
    "$build/cli/whichcab" -C "$catalog" "$@"
}

printf 'image fat format=160\nfile INNER.TXT text=inner\n' >"$work/small.image"
"$build/tests/gen/media-gen" image "$work/small.image" "$work/small.img" >/dev/null

# ---- containers in containers ---------------------------------------------------------------
most=$(limit DEPTH)
[ "$most" -gt 2 ] || fail "core/limits.h has no WCI_LIMIT_DEPTH"
mkdir "$work/step" "$work/nested"
cp "$work/small.img" "$work/step/small.img"
for ((depth = 2; depth <= most + 1; depth++)); do # containers, the image and its volume included
    rm -f "$work/next.zip"
    printf 'beside\n' >"$work/step/beside$depth.txt"
    (cd "$work/step" && zip -q0 ../next.zip ./*)
    rm -f "$work/step"/*
    cp "$work/next.zip" "$work/step/in.zip"
    [ $depth -lt "$most" ] || cp "$work/next.zip" "$work/nested/depth$depth.zip"
done
check_status 0 with fits index "$work/nested/depth$most.zip"
check_status 0 with fits where inner.txt
check_status 3 with over index "$work/nested/depth$((most + 1)).zip"
check_has "more than $most containers deep" "$err"
check_status 1 with over where inner.txt
check_status 3 with over where beside2.txt # what holds it is not wholly read
check_status 3 with none ls "$work/nested/depth$((most + 1)).zip"

# ---- folders of the host --------------------------------------------------------------------
most=$(limit FOLDER_DEPTH)
[ "$most" -gt 2 ] || fail "core/limits.h has no WCI_LIMIT_FOLDER_DEPTH"
chain=$work/host # the folder that is named is one of them
for ((depth = 1; depth < most; depth++)); do chain+=/d; done
mkdir -p "$chain"
cp "$work/small.img" "$chain/last.img"
check_status 0 with host index "$work/host"
check_status 0 with host where inner.txt
check_lacks "folders deep" "$err"
mkdir "$chain/d"
cp "$work/small.img" "$chain/d/beyond.img"
check_status 3 with host index "$work/host"
check_has "more than $most folders deep" "$err"
check_has "$chain/d" "$err"
check_equal "$(with host export | grep -c '^image')" 1 "images found"
check_status 0 with host index "$chain/d"

# As a folder of loose files, too.
mkdir -p "$work/loose"
cp -r "$work/host/d" "$work/loose/d"
find "$work/loose" -name '*.img' -delete
check_status 2 with loose ls "$work/loose/none"
printf x >"$work/loose/${chain#"$work/host/"}/here.txt"
printf x >"$work/loose/${chain#"$work/host/"}/d/there.txt"
check_status 3 with loose ls -1 "$work/loose"
check_has "here.txt" "$out"
check_lacks "there.txt" "$out"
check_has "nested too deep" "$err"

# ---- paths of the host ----------------------------------------------------------------------
most=$(limit PATH)
[ "$most" -gt 255 ] || fail "core/limits.h has no WCI_LIMIT_PATH"
long=$(printf 'p%.0s' {1..250})
(
    mkdir "$work/long"
    cd "$work/long" || exit
    while [ $((${#PWD} + 252)) -lt "$most" ]; do
        mkdir "$long"
        cd "$long" || exit
    done
    cp "$work/small.img" "$long.img"
    cp "$work/small.img" fits.img
)
check_status 3 with long index "$work/long"
check_has "a path of more than $most bytes" "$err"
check_equal "$(with long export | grep -c '^image')" 1 "images found"
finish

# Shared by the scripts of tests/media: a folder to work in, comparisons, the files of all images.
#
# Every script is run as  SCRIPT LIST_IMAGE MAKE_DISC  and compares what the readers find in an image
# with what they find in the plain one that a public tool made.
# shellcheck shell=bash
set -euo pipefail

list_image=$(realpath "$1")
# shellcheck disable=SC2034
make_disc=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/reports.sh
. "$(dirname "${BASH_SOURCE[0]}")/../reports.sh"
watch_reports "$work/tmp"
cd "$work"
export TZ=UTC LC_ALL=C
checks=0 failures=0

# shellcheck disable=SC2154 # each script says which tools it needs
for tool in "${needed_tools[@]}"; do
    command -v "$tool" >/dev/null || {
        echo "missing tool: $tool" >&2
        exit 1
    }
done

fail() {
    failures=$((failures + 1))
    printf 'FAILED %s\n' "$*"
}

# The listing of an image with checksums; faults and refusals are part of it.
list() { # image
    "$list_image" -c "$1" || true
}

# The listing of the volume inside an image, which must be the only one, as if it were outermost.
list_inside() { # image
    list "$1" | sed -n '3,$s/^  //p'
}

# Fails unless both are the same listing.
same() { # what, file, file
    checks=$((checks + 1))
    cmp -s "$2" "$3" || {
        fail "$1"
        diff "$2" "$3" | head -10 || true
    }
}

# Fails unless the listing of the image has a line that matches.
has() { # image, extended regular expression
    checks=$((checks + 1))
    list "$1" >listing.txt
    grep -Eq "$2" listing.txt || {
        fail "$1 has no line $2"
        head -10 listing.txt
    }
}

hasnt() { # image, extended regular expression
    checks=$((checks + 1))
    list "$1" >listing.txt
    ! grep -E "$2" listing.txt || fail "$1 has a line $2"
}

# Files with short and long names, an empty one, an empty folder, one that is hidden, hard links.
make_files() { # folder
    mkdir -p "$1/WIN95" "$1/Long Folder Name/SUB" "$1/EMPTY"
    printf 'read me' >"$1/README.TXT"
    seq 30000 >"$1/WIN95/WIN95_02.CAB"
    printf 'one' >"$1/Long Folder Name/A long file name.text"
    printf 'two' >"$1/Long Folder Name/A long file name too.text"
    printf 'deep' >"$1/Long Folder Name/SUB/DEEP.DLL"
    : >"$1/NOTHING.DAT"
    ln "$1/WIN95/WIN95_02.CAB" "$1/Long Folder Name/The same bytes.cab"
    find "$1" -exec touch -d '1995-07-11 09:50:00' {} +
}

finish() {
    if told_reports; then
        fail "a sanitizer reported something"
    fi
    printf '%d passed, %d failed\n' $((checks - failures)) "$failures"
    [ "$failures" = 0 ] && [ "$checks" -gt 0 ]
}

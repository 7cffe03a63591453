# shellcheck shell=bash
# What the command-line tests share: sourced by each of them with the build folder as $1.  A sanitizer's report
# fails the check that ran the program, or else the whole test.
#
#   whichcab ARGS...        the program, with this test's own catalog
#   check_status N CMD...   runs CMD, output to $out and $err, compares the exit status; N may be 0-3
#   check_has/check_lacks TEXT FILE
#   export_to FILE          the whole catalog as text; that there is any is checked
#   finish                  the last line of a test: what came of it
#   sample_stack            folder with the sample stack
#   small_stack             the same media with smaller cabinets: for what packs or decodes them often
set -u
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
out=$work/out
err=$work/err
json_seen=$work/json_seen
passed=0
failed=0
export XDG_DATA_HOME=$work/data
export WHICHCAB_PROFILES=$here/../../media-profiles
export WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb
export LC_ALL=C.UTF-8 TZ=UTC WHICHCAB_CONFIG=
unset WHICHCAB_CATALOG WHICHCAB_PAGER PAGER LESS NO_COLOR COLUMNS
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
# shellcheck source=tests/reports.sh
. "$here/../reports.sh"
watch_reports "$work/tmp"

whichcab() { "$build/cli/whichcab" -C "$work/catalog" "$@"; }

pass() { passed=$((passed + 1)); }

fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$*"
}

# Keeps the JSON that the program has just printed for `finish`, which holds it against docs/schema.
keep_json() { # command with its arguments
    local command=${2-}
    [ "${1-}" = whichcab ] && [[ " $* " =~ \ (--json|-J|-j)\  ]] && [ "$(head -c1 "$out")" = "{" ] || return 0
    case $command in
    dups) command=versions ;;
    media)
        [[ " $* " != *" --unread "* ]] || command=unread
        [ "${3-}" != note ] || command=note
        ;;
    index | ls | extract | known | verify | versions | diff | id | check | repair | imports | catalog | profile | import) ;;
    *) command=where ;;
    esac
    sed "s/^/$command\t/" "$out" >>"$json_seen"
}

# "1 files" is said nowhere, but of limits.
ones='(^|[^0-9.,])1 (contradictions|copies|digests|disks|entries|files|folders|images|losses|names|others|places)( |[.,:;)]|$)'
check_plurals() {
    if grep -hE "$ones" "$out" "$err" | grep -vm3 'than 1 ' >"$work/ones"; then
        fail "one thing is told of as many:"
        cat "$work/ones"
    fi
}

check_status() { # status, or several as 0-3, command...
    local wanted=$1 got=0
    shift
    "$@" >"$out" 2>"$err" || got=$?
    keep_json "$@"
    check_plurals
    if told_reports || has_report "$err"; then
        fail "$* made a sanitizer report (status $got)"
        sed 's/^/    err: /' "$err" | head -20
    elif [ "$got" -ge "${wanted%-*}" ] && [ "$got" -le "${wanted#*-}" ]; then
        pass
    else
        fail "$* ended with $got, expected $wanted"
        sed 's/^/    out: /' "$out" | head -20
        sed 's/^/    err: /' "$err" | head -20
    fi
}

check_has() { # text file
    if grep -qF -- "$1" "$2"; then
        pass
    else
        fail "'$1' is missing in $(basename "$2"):"
        sed 's/^/    /' "$2" | head -20
    fi
}

check_lacks() { # text file
    if grep -qF -- "$1" "$2"; then
        fail "'$1' must not be in $(basename "$2")"
        sed 's/^/    /' "$2" | head -20
    else
        pass
    fi
}

check_equal() { # actual expected what
    if [ "$1" = "$2" ]; then
        pass
    else
        fail "$3 is '$1', expected '$2'"
    fi
}

# Two exports that failed are equal, so each is checked for itself.
export_to() { # file
    check_status 0 whichcab export
    cp "$out" "$1"
    check_equal "$(($(wc -l <"$1") > 5))" 1 "whether the export to $(basename "$1") has lines"
}

# Both stacks are made once for a build and shared by all tests, read-only.
sample_stack() { make_stack sample; }
small_stack() { make_stack small --small; }

make_stack() { # name, options of the builder
    local stack=$build/tests/$1
    shift
    (
        flock 9
        if [ ! -e "$stack/done" ]; then
            rm -rf "$stack"
            mkdir -p "$stack"
            "$build/tests/gen/media-gen" stack "$stack/media" "$@" >/dev/null && touch "$stack/done"
        fi
    ) 9>"$stack.lock"
    printf '%s' "$stack/media"
}

finish() {
    if [ -s "$json_seen" ] && python3 -c 'import jsonschema' 2>/dev/null; then
        if python3 "$here/schema.py" "$json_seen" >"$work/schema" 2>&1; then
            pass
        else
            fail "JSON that docs/schema does not allow:"
            cat "$work/schema"
        fi
    fi
    if told_reports; then
        fail "a sanitizer reported something outside of any check of a status"
    fi
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}

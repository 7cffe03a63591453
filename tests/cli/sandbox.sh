#!/usr/bin/env bash
# Whatever reads media has dropped its rights by then, does its work all the same, and keeps them
# only when it is told to.  What exactly is forbidden, tests/unit/test_sandbox.c tries.
#   sandbox.sh BUILD_DIR
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

stack=$(sample_stack)
disk=$(find "$stack" -name '*.img' | sort | head -1)
export TMPDIR=$work/temporary
mkdir "$TMPDIR"
before="$(stat -c '%Y %Z %s' "$disk") $(sha256sum <"$disk")"
check_status 0 whichcab index -q "$disk"
name=$(whichcab ls -1 "$disk" | head -1 | sed 's/.*[>\\/] *//')

# The disk of a PC, whose Windows is without a library.
mkdir -p "$work/pc/WINDOWS/SYSTEM"
for module in KERNEL32.DLL USER32.DLL GDI32.DLL KRNL386.EXE USER.EXE GDI.EXE; do
    "$build/tests/make_program" pe "$work/pc/WINDOWS/SYSTEM/$module" KERNEL32.dll
done
"$build/tests/make_program" pe "$work/pc/WINDOWS/MAIL.EXE" MAPI32.dll

# A pipe that is full holds a program where it first tells something.
mkfifo "$work/full"
exec 7<>"$work/full"
head -c 65536 /dev/zero >&7

# shellcheck disable=SC2317 # called by check_status
with_large() { "$build/cli/whichcab" -C "$work/large" "$@"; }

# shellcheck disable=SC2317
with_umask() (
    umask 022
    whichcab "$@"
)

check_absent() { # path
    if [ -e "$1" ]; then
        fail "$1 was made for nothing"
    else
        pass
    fi
}

status_of() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" 2>/dev/null; }

# Starts whichcab-media with its output into the full pipe and prints NoNewPrivs and Seccomp of its
# process once it sleeps there for long.
rights_of() { # arguments...
    local process tries=0 asleep=0
    "$build/cli/whichcab-media" -C "$work/catalog" "$@" >&7 2>&7 &
    process=$!
    while [ $asleep -lt 5 ] && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
        case $(status_of $process State) in
        S*) asleep=$((asleep + 1)) ;;
        *) asleep=0 ;;
        esac
    done
    printf '%s %s' "$(status_of $process NoNewPrivs)" "$(status_of $process Seccomp)"
    kill -KILL $process 2>/dev/null
    wait $process 2>/dev/null
}

if [ -z "$(status_of $$ Seccomp)" ]; then
    printf 'skipped in part: this kernel filters no system calls\n'
else
    check_equal "$(rights_of index -v --force "$disk")" '1 2' 'NoNewPrivs and Seccomp of index'
    check_equal "$(rights_of ls "$disk")" '1 2' 'NoNewPrivs and Seccomp of ls'
    check_equal "$(rights_of extract --stdout "$name")" '1 2' 'NoNewPrivs and Seccomp of extract'
    check_equal "$(rights_of extract -v --force -o "$work/out1" "$name")" '1 2' \
        'NoNewPrivs and Seccomp of extract into a folder'
    check_equal "$(rights_of verify -f "$disk")" '1 2' 'NoNewPrivs and Seccomp of verify'
    check_equal "$(rights_of id "$disk")" '1 2' 'NoNewPrivs and Seccomp of id'
    check_equal "$(rights_of check "$work/pc")" '1 2' 'NoNewPrivs and Seccomp of check'
    check_equal "$(rights_of check --baseline "$work/base" "$work/pc")" '1 2' \
        'NoNewPrivs and Seccomp of check with a baseline'
    check_equal "$(rights_of imports "$work/pc/WINDOWS/MAIL.EXE")" '1 2' 'NoNewPrivs and Seccomp of imports'
    check_equal "$(rights_of repair -v -o "$work/kit" "$work/pc")" '1 2' 'NoNewPrivs and Seccomp of repair'
    check_equal "$(rights_of check --no-sandbox "$work/pc")" '0 0' 'NoNewPrivs and Seccomp of check, none wanted'
    check_equal "$(rights_of ls --no-sandbox "$disk")" '0 0' 'NoNewPrivs and Seccomp, none wanted'
fi
exec 7>&-

# Temporary files have a folder for this user alone, and leave nothing in it.
check_equal "$(stat -c '%a %u' "$TMPDIR/whichcab-$(id -u)")" "700 $(id -u)" 'the temporary folder'
check_equal "$(find "$TMPDIR" -type f | wc -l)" 0 'files left behind'

# Folders that are missing are still made: the catalog's with its parents, the output's.
check_status 0 "$build/cli/whichcab" -C "$work/a/b/catalog" index -q "$disk"
check_status 0 "$build/cli/whichcab" -C "$work/a/b/catalog" extract -o "$work/new" "$name"
check_equal "$(find "$work/new" -type f | wc -l)" 1 'files extracted'
# ... but not for nothing.
check_status 1 "$build/cli/whichcab" -C "$work/a/b/catalog" extract -o "$work/none" nosuch.fil
check_absent "$work/none"
check_status 0 "$build/cli/whichcab" -C "$work/a/none" index -q --dry-run "$disk"
check_absent "$work/a/none"

# What is there is not overwritten, nor what a link leads to; --force puts a file in the link's place.
mkdir "$work/links"
printf precious >"$work/precious"
ln -s "$work/precious" "$work/links/$name"
check_status 3 whichcab extract -o "$work/links" "$name"
check_equal "$(cat "$work/precious")" precious 'what the link leads to'
check_status 0 whichcab extract --force -o "$work/links" "$name"
check_equal "$(cat "$work/precious")" precious 'what the link led to'
check_equal "$(stat -c %F "$work/links/$name")" 'regular file' 'what took the place of the link'

# A file that can't be written to its end leaves nothing.
large=$(find "$stack" -name '*.img' | sort | tail -1)
check_status 0 with_large index -q "$large"
(
    trap '' XFSZ
    ulimit -f 16
    "$build/cli/whichcab" -C "$work/large" extract --all -o "$work/cut" '*.cab'
) >"$out" 2>"$err"
check_equal $? 2 'exit status when a file is cut off'
check_has 'File too large' "$err"
check_equal "$(find "$work/cut" -type f | wc -l)" 0 'files left of one that was cut off'

# Read-only files come out as such.
printf 'set size=0\nfolder stored\nfile RO.TXT text=x attributes=0x21\nfile RW.TXT text=x attributes=0x20\n' \
    >"$work/modes.cabinet"
mkdir "$work/modes"
"$build/tests/gen/media-gen" cabinet "$work/modes.cabinet" "$work/modes" >/dev/null
check_status 0 whichcab index -q "$work/modes"
check_status 0 with_umask extract -o "$work/modes.out" 'r?.txt'
check_equal "$(cd "$work/modes.out" && stat -c '%n %a' ./* | tr '\n' ' ')" './RO.TXT 444 ./RW.TXT 644 ' 'modes'

# Names with control characters reach no output as they are.
mkdir "$work/hostile"
"$build/tests/gen/media-gen" cabinet "$here/../gen/defects/hostile-names.cabinet" "$work/hostile" >/dev/null
{
    whichcab index -v "$work/hostile"
    whichcab ls "$work/hostile"/*
    whichcab ls -1 "$work/hostile"/*
    whichcab where '*'
    whichcab where --json '*'
    whichcab media -v
    whichcab verify -v -f "$work/hostile"
    whichcab extract -v --all -o "$work/hostile.out" '*'
} >"$out" 2>&1
check_has 'bell?escape?[31m.txt' "$out"
check_equal "$(grep -cP '[\x00-\x08\x0b-\x1f\x7f]' "$out")" 0 'lines with control characters'

# All that left the image as it was, and the other program has nothing in it that reads one.
check_equal "$(stat -c '%Y %Z %s' "$disk") $(sha256sum <"$disk")" "$before" 'the image'
check_equal "$(readelf -d "$build/cli/whichcab" | grep -cE 'NEEDED.*(archive|mspack|crypto|isal|dsk|libz)')" 0 \
    'libraries for media in whichcab'
check_equal "$(nm "$build/cli/whichcab" | grep -cE ' [tT] wci_(volume|cab_read|decode|walk)')" 0 'functions for media in whichcab'
check_equal "$(nm "$build/cli/whichcab-media" | grep -cE ' [tT] wci_walk_image$')" 1 'the walk in whichcab-media'

# Nothing is said of it, but what is missing when asked.
check_status 0 whichcab ls "$disk"
check_lacks sandbox "$err"
finish

# shellcheck shell=bash
# Reports of sanitizers, for the scripts that run what was built: sourced by their lib.sh.
#
# A sanitizer ends a program with a status of its own, 99, which no command has, and writes its report into a
# file: neither a status that is not looked at, nor a stderr that leads nowhere, nor a child process whose
# death is expected hides it.
#
#   watch_reports FOLDER    from here on, FOLDER is where temporary files and reports go (made when missing)
#   told_reports            prints what was reported since the last call; false when nothing was

watch_reports() { # folder
    # Programs that have given up their rights write there and nowhere else.
    reports=$1/whichcab-$(id -u)
    mkdir -p "$reports" && chmod 700 "$reports"
    export TMPDIR=$1
    local name
    for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS; do
        export "$name=${!name:+${!name}:}exitcode=99:log_path=$reports/report"
    done
    # gcc's UBSan writes to stderr alone: its abort is what AddressSanitizer reports then.
    export UBSAN_OPTIONS=$UBSAN_OPTIONS:abort_on_error=1 ASAN_OPTIONS=$ASAN_OPTIONS:handle_abort=1
}

# Whether a library that is kept in a process of its own, because it was not made for hostile files, did what it
# is kept there for: the first frame of the stack that is not the C library's is its, or it asked for more memory
# than such a process may have.
is_contained() { # report
    [ "$(grep -ac 'ERROR: ' "$1")" = 1 ] && grep -aq 'ERROR: Failed to mmap' "$1" && return
    grep -aq ' in be_child ' "$1" &&
        grep -aE '^ +#[0-9]+ ' "$1" | grep -avE '/lib(asan|ubsan|c)\.so| (\.\./|(nptl|stdlib|string|libio|stdio-common)/)' | head -1 | grep -aqE '/lib(dsk|unshield)\.so'
}

told_reports() {
    local report told=1
    for report in "$reports"/report.*; do
        [ -e "$report" ] || continue
        if is_contained "$report"; then
            rm -f "$report"
            continue
        fi
        told=0
        grep -av '^ *$' "$report" | head -25 | sed 's/^/    /'
        rm -f "$report"
    done
    return $told
}

# For what was caught on the way: a report that could not be written, as one of another user's process, and
# one of a program that was built to tell its own way.
has_report() { # file
    grep -aqE 'runtime error: |(Address|Leak|Thread|Memory)Sanitizer|ERROR: Can.t open file: ' "$1"
}

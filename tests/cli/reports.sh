#!/usr/bin/env bash
# A sanitizer's report fails the test that ran the program, whatever status it would have ended with, where its
# stderr leads, and whether anybody looks at the status.
#   reports.sh BUILD_DIR
# shellcheck disable=SC2016 # the small tests expand what is in quotes
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

planted=$build/tests/planted
case ,$("$planted" built), in
*,address,*) faults=(heap undefined leak child) ;;
*,thread,*) faults=(race) ;;
*)
    echo "skipped: built without sanitizers"
    pass
    finish
    ;;
esac

# A small test with the same lib.sh; its commands are the text.
small_test() { # status of it, text it prints, commands
    local got=0
    bash -c "set -- '$build'; . '$here/lib.sh'; planted='$planted'; $3
        finish" >"$work/small" 2>&1 || got=$?
    check_equal "$got" "$1" "the status of a test that runs: $3"
    check_has "$2" "$work/small"
}

small_test 0 '1 passed, 0 failed' 'check_status 1 "$planted" none 1'
small_test 0 '1 passed, 0 failed' 'check_status 0 "$planted" none 0'
for fault in "${faults[@]}"; do
    for status in 0 1 3; do
        small_test 1 "$fault $status made a sanitizer report" "check_status $status \"\$planted\" $fault $status"
    done
    small_test 1 'outside of any check' "pass; \"\$planted\" $fault 1 >/dev/null 2>&1 || true"
    small_test 1 'outside of any check' "pass; whichcab() { \"\$planted\" $fault 0; }; x=\$(whichcab 2>/dev/null | wc -c)"
done
# A report that can't be written is seen in what was said instead.
if [ "${faults[0]}" = heap ]; then
    small_test 1 'made a sanitizer report' 'rm -r "$reports"; check_status 99 "$planted" heap 1'
fi
finish

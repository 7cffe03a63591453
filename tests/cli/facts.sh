#!/usr/bin/env bash
# Every published fact (file, medium, cabinet) holds, for the sample stack and for the published
# listings alone.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

facts=$here/../data/facts.tsv
stack=$(sample_stack)

# Asks for all names of the facts at once and compares name, medium and cabinet; in `source` mode.
check_facts() { # source, media pattern
    local source=$1 media=$2 name medium cabinet pattern found=0
    tail -n +2 "$facts" | cut -f1 | sort -fu >"$work/names"
    whichcab where --json --all -f "$work/names" >"$work/answers" 2>"$err"
    jq -r --arg source "$source" 'select(.source == $source)
        | [(.name | ascii_upcase), .medium, (.cabinet // "" | ascii_upcase)] | @tsv' \
        "$work/answers" | sort -u >"$work/found"
    while IFS='|' read -r name medium _ cabinet _; do
        [[ $medium =~ $media ]] || continue
        found=$((found + 1))
        # a fact may speak of several files: MSACM*.*
        pattern=$(sed 's/[.]/\\./g; s/[*]/[^\t]*/g' <<<"${name^^}")
        if grep -qxP "$pattern\t$medium\t${cabinet^^}" "$work/found"; then
            pass
        else
            fail "$source: $name on $medium should be in ${cabinet:-no cabinet}"
            grep "^${name^^}"$'\t' "$work/found" | sed 's/^/    found: /'
        fi
    done < <(tail -n +2 "$facts" | tr '\t' '|')
    check_equal "$((found > 100))" 1 "enough facts were checked"
}

check_facts published .
check_status 0 whichcab index "$stack"
check_facts indexed '^win95-'
finish

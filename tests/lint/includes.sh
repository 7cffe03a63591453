#!/usr/bin/env bash
# Who may include whom: holds the folders to the data's way (docs/architecture.md).
#   includes.sh SOURCE_DIR
set -euo pipefail
cd "$1"

failed=0
complain() {
    printf '%s\n' "$*"
    failed=1
}

# Folder -> the folders whose headers it may include, its own among them. A folder of media/ or jobs/ that
# has folders beside it is named with its parent.
declare -A may=(
    [core]="core"
    [profiles]="core profiles"
    [media/bytes]="core media/bytes"
    [media/volume]="core media/bytes media/volume"
    [media/disc]="core media/bytes media/volume media/disc"
    [media/archive]="core media/bytes media/volume media/archive"
    [media/cabinet]="core media/bytes media/volume media/cabinet"
    [media]="core media/bytes media/volume media/disc media/archive media/cabinet media"
    [indexer]="core profiles media/bytes media/volume media/disc media/archive media/cabinet media indexer"
    [catalog]="core catalog"
    [query]="core profiles catalog query"
    [reopen]="core media/bytes media/volume media/cabinet media/archive media/disc media catalog indexer reopen"
    [jobs]="core profiles media/bytes media/volume media/cabinet media/archive media indexer catalog query reopen jobs jobs/index"
    [cli]="cli"
    [fetch]="core media/bytes fetch"
    [serve]="cli serve"
    [tools]="core profiles indexer catalog"
)

# The entry of `may` that a file belongs to, empty where there is none.
place_of() { # path
    local folder=${1%/*}
    while [ -z "${may[$folder]:-}" ]; do
        [[ $folder == */* ]] || return 0
        folder=${folder%/*}
    done
    printf '%s' "$folder"
}

mapfile -t files < <(find "${!may[@]}" -name '*.[ch]' | sort -u)
[ ${#files[@]} -gt 300 ] || complain "only ${#files[@]} source files found"
for file in "${files[@]}"; do
    place=$(place_of "$file")
    while read -r header; do
        case $header in
        whichcab.h) continue ;;
        esac
        if [ ! -e "$header" ]; then
            complain "$file includes \"$header\": name a header by its path from the root"
            continue
        fi
        owner=$(place_of "$header")
        case " ${may[$place]} " in
        *" $owner "*) ;;
        *)
            # what lies in the same folder of jobs/ is its own
            [ "${file%/*}" = "${header%/*}" ] ||
                complain "$file includes $header: $place may use only: ${may[$place]}"
            ;;
        esac
    done < <(sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file")
done

# Libraries stay behind their adapters.
only_in() { # header, allowed path pattern
    local hit
    while read -r hit; do
        [[ $hit =~ $2 ]] || complain "$hit includes <$1>, which belongs in $2"
    done < <(grep -lE "^ *# *include <$1>" "${files[@]}" || true)
}
only_in 'lmdb\.h' '^catalog/'
only_in 'curl/.*' '^fetch/transfer\.c$|^fetch/main\.c$'
only_in 'microhttpd\.h' '^serve/'
only_in 'mspack\.h' '^media/cabinet/(decode_mspack|expand)\.c$'
only_in 'archive(_entry)?\.h' '^(media/(archive|bytes)/|jobs/repair/iso_image\.c$)'
only_in 'isa-l.*' '^media/cabinet/decode_mszip\.c$'
only_in 'lhasa\.h' '^media/archive/lha_library\.c$'
only_in 'lib(bfio|ewf|qcow|vmdk|vhdi)\.h' '^media/disc/disk_libyal\.c$'
only_in 'udfread/.*' '^media/volume/udf_library\.c$'
only_in 'libunshield\.h' '^media/archive/shield_library\.c$'
only_in 'openssl/.*' '^(media/bytes/digest|serve/unpack)\.c$'

# The library never prints, exits or changes the process.  (A child process is its own: it looks when it has to end, or becomes what fetches;
# and who asks for it gives up his rights.)
mapfile -t library < <(printf '%s\n' "${files[@]}" | grep '\.c$' | grep -vE '^(cli|fetch|serve|tools)/')
if grep -nE '(^|[^a-z_])(printf|puts|putchar|perror|exit|abort|setlocale|chdir|umask|signal|sigaction|prctl|setenv|putenv|system|popen|execve?|execvp?|execlp?)\(' \
    "${library[@]}" | grep -v -e '^media/bytes/child\.c:.*sigaction(SIGALRM, ' \
    -e '^media/bytes/fetch_process\.c:.*execv(program, ' -e '^query/rights/rights\.c:.*prctl('; then
    complain "the library must not print, exit or change the process"
fi
[ "$failed" = 0 ] && echo "include rules hold"
exit "$failed"

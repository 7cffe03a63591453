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

# The folder that a quoted include resolves to, empty for a header of the same folder or the public one.
owner_of() { # header
    local folder
    for folder in core media indexer catalog query api cli; do
        [ -e "$folder/$1" ] && printf '%s' "$folder" && return
    done
    return 0
}

declare -A may=(
    [core]="core"
    [media]="core media"
    [indexer]="core media indexer"
    [catalog]="core catalog"
    [query]="core catalog query"
    [api]="core media indexer catalog query api"
    [cli]="cli"
)
for folder in "${!may[@]}"; do
    for file in "$folder"/*.[ch]; do
        [ -e "$file" ] || continue
        while read -r header; do
            owner=$(owner_of "$header")
            [ -n "$owner" ] || continue
            case " ${may[$folder]} " in
            *" $owner "*) ;;
            *) complain "$file includes $owner/$header: $folder may use only: ${may[$folder]}" ;;
            esac
        done < <(sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file")
    done
done

# Libraries stay behind their adapters.
only_in() { # header, allowed path pattern
    local hit
    while read -r hit; do
        [[ $hit =~ $2 ]] || complain "$hit includes <$1>, which belongs in $2"
    done < <(grep -lE "^ *# *include <$1>" core/*.[ch] media/*.[ch] indexer/*.[ch] catalog/*.[ch] \
        query/*.[ch] api/*.[ch] cli/*.[ch] 2>/dev/null || true)
}
only_in 'lmdb\.h' '^catalog/'
only_in 'mspack\.h' '^media/(decode_mspack|expand)\.c$'
only_in 'archive(_entry)?\.h' '^media/'
only_in 'isa-l.*' '^media/decode_mszip\.c$'
only_in 'libunshield\.h' '^media/shield_library\.c$'
only_in 'openssl/.*' '^(media|indexer|api)/'

# The library never prints, exits or changes the process.
if grep -nE '(^|[^a-z_])(printf|puts|putchar|perror|exit|abort|setlocale|chdir|umask|signal|sigaction|prctl|setenv|putenv|system|popen|execve?|execvp?|execlp?)\(' \
    core/*.c media/*.c indexer/*.c catalog/*.c query/*.c api/*.c 2>/dev/null; then
    complain "the library must not print, exit or change the process"
fi
[ "$failed" = 0 ] && echo "include rules hold"
exit "$failed"

#!/usr/bin/env bash
# Indexes a shelf in shares with GNU parallel, on this machine or on several, and merges them.
#   index-shares.parallel.sh SHELF FOLDER N [PARALLEL_OPTION...]
# With --sshlogin host1,host2 the shares run there: SHELF and FOLDER are then at the same place everywhere.
set -euo pipefail
shelf=$1
folder=$2
count=$3
shift 3
export WHICHCAB=${WHICHCAB:-whichcab}

mkdir -p "$folder"
# 3: something was damaged, and is told
# shellcheck disable=SC2016
share='"$WHICHCAB" -C '$folder'/{} index --quiet --wait --threads 1 --shard {}/'$count' '$shelf' || [ $? -eq 3 ] &&
    "$WHICHCAB" -C '$folder'/{} export >'$folder'/{}.new && mv '$folder'/{}.new '$folder'/{}.txt'
seq "$count" | parallel --will-cite --retries 3 --env WHICHCAB "$@" "$share"
"$WHICHCAB" import "$folder"/*.txt
"$WHICHCAB" index --settle

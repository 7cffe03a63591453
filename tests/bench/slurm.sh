#!/usr/bin/env bash
# Indexes the sample stack as an array of 8 tasks of Slurm: a controller and two nodes on this machine, as this
# user.  One task is killed in its work and queued again.  The merged catalog must be the one of a single run.
# Then the same with GNU parallel.
#
#   slurm.sh BUILD_DIR
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../docs/examples
work=$(mktemp -d)
export WHICHCAB_PROFILES=$here/../../media-profiles WHICHCAB_PUBLISHED=$build/media-profiles/published.mdb WHICHCAB_CONFIG=
program=$build/cli/whichcab
user=$(id -un)
host=$(hostname -s)
daemons=()

end() {
    [ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap end EXIT

die() {
    printf 'slurm: %s\n' "$*" >&2
    tail -n 20 "$work"/*.log >&2 || true
    exit 1
}

configure() {
    mkdir "$work/state"
    (umask 077 && head -c 1024 /dev/urandom >"$work/munge.key")
    chmod 755 "$work"
    cat >"$work/slurm.conf" <<END
ClusterName=whichcab
SlurmctldHost=$host
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$work/munge.sock
CryptoType=crypto/munge
SlurmctldPort=16817
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
SlurmdSpoolDir=$work/spool.%n
StateSaveLocation=$work/state
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.%n.log
NodeName=n[1-2] NodeHostname=$host Port=[17001-17002] CPUs=1
PartitionName=all Nodes=n[1-2] Default=YES MaxTime=10 State=UP
END
    export SLURM_CONF=$work/slurm.conf
}

start() { # command...
    "$@" >>"$work/start.log" 2>&1 &
    daemons+=($!)
}

start_cluster() {
    configure
    start munged --force --foreground --key-file="$work/munge.key" --socket="$work/munge.sock" \
        --pid-file="$work/munged.pid" --log-file="$work/munged.log" --seed-file="$work/munged.seed"
    for ((i = 0; i < 50; i++)); do [ ! -S "$work/munge.sock" ] || break && sleep 0.1; done
    start slurmctld -D
    start slurmd -D -N n1
    start slurmd -D -N n2
    for ((i = 0; i < 100; i++)); do
        [ "$(sinfo -h -t idle -o %D 2>/dev/null)" != 2 ] || return 0
        sleep 0.2
    done
    die "the nodes do not come up"
}

# The program, but for the first try of task 3: that is killed in its work, and the task queued again.
make_wrapper() {
    cat >"$work/whichcab" <<END
#!/usr/bin/env bash
if [ "\${SLURM_ARRAY_TASK_ID:-}" = 3 ] && mkdir "$work/killed" 2>/dev/null; then
    "$program" "\$@" &
    sleep 0.05
    kill -KILL \$! && wait \$!
    scontrol requeue "\${SLURM_ARRAY_JOB_ID}_3"
    sleep 60
fi
exec "$program" "\$@"
END
    chmod +x "$work/whichcab"
}

merge() { # catalog, exports...
    local catalog=$1
    shift
    "$program" -C "$catalog" import "$@"
    "$program" -C "$catalog" index --settle
    "$program" -C "$catalog" export
}

same() { # file, what
    cmp "$work/whole.txt" "$1" || die "$2 is another catalog than that of one run"
    printf '%s: the same catalog as from one run (%s lines)\n' "$2" "$(wc -l <"$1")"
}

"$build/tests/gen/media-gen" stack "$work/shelf" --small >/dev/null
"$program" -C "$work/whole" index -q "$work/shelf"
"$program" -C "$work/whole" export >"$work/whole.txt"

start_cluster
make_wrapper
mkdir "$work/shares"
job=$(WHICHCAB=$work/whichcab sbatch --parsable --array=1-8 --output="$work/task.%a.log" \
    "$examples/index-shares.sbatch" "$work/shelf" "$work/shares")
for ((i = 0; i < 300; i++)); do
    [ -n "$(squeue -h -j "$job" 2>/dev/null)" ] || break
    # what is queued again waits for two minutes by default
    scontrol update JobId="${job}_3" StartTime=now >/dev/null 2>&1 || true
    sleep 0.3
done
[ "$(find "$work/shares" -name '*.txt' | wc -l)" = 8 ] || die "tasks failed"
[ -d "$work/killed" ] || die "no task was killed"
merge "$work/merged" "$work"/shares/*.txt >"$work/merged.txt"
same "$work/merged.txt" "8 tasks of Slurm, one killed and queued again"

if command -v parallel >/dev/null; then
    WHICHCAB="$program" WHICHCAB_CATALOG=$work/parallel "$examples/index-shares.parallel.sh" "$work/shelf" \
        "$work/by-parallel" 4 -j 2
    "$program" -C "$work/parallel" export >"$work/parallel.txt"
    same "$work/parallel.txt" "4 shares by GNU parallel"
fi

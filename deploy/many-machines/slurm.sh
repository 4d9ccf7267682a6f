#!/usr/bin/env bash
#SBATCH --job-name=loadgen
#SBATCH --nodes=4
#SBATCH --ntasks=4
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=00:10:00
# One load from the machines of a Slurm job, and the one result of it in all.json.
#
#   sbatch slurm.sh FLAGS…      the flags of loadgen; --targets or --etcd among them
#
# loadgen and results are on the PATH, and this folder is one that all machines share. No MPI is
# needed; with it, `srun --mpi=pmix loadgen-mpi FLAGS…` does the same.
set -euo pipefail
start=$(($(date +%s) + ${LEAD_S:-20}))
# A shard's own verdict ends nothing: that of the whole is told by the merge.
# shellcheck disable=SC2016  # each task has a number of its own
srun bash -c 'loadgen --shard "$SLURM_PROCID/$SLURM_NTASKS" --start-at "$0" --quiet \
  --json "shard-$SLURM_PROCID.json" "$@" || [ $? -ne 2 ]' "$start" "$@"
shards=()
for ((i = 0; i < SLURM_NTASKS; i++)); do shards+=("shard-$i.json"); done
results merge "${shards[@]}" -o all.json

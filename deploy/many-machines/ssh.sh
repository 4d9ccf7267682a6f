#!/usr/bin/env bash
# One load from several machines over ssh, and the one result of it in all.json.
#
#   ssh.sh "HOST HOST…" FLAGS…      the flags of loadgen; --targets or --etcd among them
#
# Each host has loadgen on its PATH, this machine has results, and the clocks are kept right (chrony
# or the like). Exit codes are loadgen's. Ctrl-C ends this and every ssh; what a host has
# begun goes on there to its own end.
set -euo pipefail
# Bash has what runs in the background ignore Ctrl-C.
trap 'kill $(jobs -p)' INT TERM
read -ra hosts <<<"${1?the hosts, in one word}"
shift
start=$(($(date +%s) + ${LEAD_S:-10}))
shards=()
for i in "${!hosts[@]}"; do
  shard=(--shard "$i/${#hosts[@]}" --start-at "$start")
  printf -v command '%q ' loadgen "${shard[@]}" --quiet --json - "$@"
  shards+=("shard-$i.json")
  # shellcheck disable=SC2029  # the command is made here
  ssh "${hosts[i]}" "$command" >"shard-$i.json" &
done
wait
results merge "${shards[@]}" -o all.json

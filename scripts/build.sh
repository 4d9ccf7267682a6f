# shellcheck shell=bash
# Sourced by run, test and check: how a preset is configured and built. Talks on stderr only, so
# that stdout belongs to the tool that runs afterwards.
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

# configure PRESET [-DNAME=VALUE…]
configure() {
  say "configuring build/$1"
  (cd "$root" && cmake --preset "$@" >/dev/null)
}

# About how long a build of so many steps takes here: on two cores some 2.5 s of one core a step,
# ten files of ours. What the compiler's cache has takes a tenth of that.
about() {
  local seconds=$(($1 * 5 / 2 / $(nproc)))
  if ((seconds < 90)); then
    printf '%d seconds' "$((seconds + 5))"
  else
    printf '%d minutes' "$(((seconds + 45) / 60))"
  fi
}

# build PRESET [-k0] [TARGET…]: silent when there is nothing to do. ninja counts the steps as they
# are done, on a terminal in one line that moves.
build() {
  local preset=$1 dir=$root/build/$1 plan steps
  shift
  plan=$(ninja -C "$dir" -n "$@") || { printf '%s\n' "$plan" >&2; return 1; }
  [[ $plan == *'no work to do'* ]] && return 0
  steps=$(($(wc -l <<<"$plan") - 1))
  say "building build/$preset: $steps steps, about $(about "$steps") the first time"
  ninja -C "$dir" "$@" >&2
}

# locked COMMAND…: one build at a time in this clone; two terminals may start tools together.
locked() {
  mkdir -p "$root/build"
  (
    flock 9
    "$@" 9>&-
  ) 9>"$root/build/.lock"
}

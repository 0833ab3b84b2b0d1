# A machine in namespaces on this kernel: run_machine and end_machine of on.sh.
# shellcheck shell=bash disable=SC2154

run_machine() {
  local code=0
  # Its first process has the same id in every step up to inside.sh: each becomes the next.
  unshare --mount --net --uts --propagation private setpriv --pdeathsig TERM \
    bash "$HERE/native_root.sh" "$DIR/$suite" "$RUN" "$SHARE" &
  machine=$!
  wait "$machine" || code=$?
  return "$code"
}

# inside.sh ends its engine by itself when it is told to; what has not ended then is killed.
end_machine() {
  local mounts pids
  mounts=$(readlink "/proc/$machine/ns/mnt" 2>/dev/null || cat "$RUN/mounts" 2>/dev/null || true)
  kill "$machine" 2>/dev/null || true
  wait "$machine" 2>/dev/null || true
  [ -n "$mounts" ] || return 0
  while pids=$(within "$mounts") && [ -n "$pids" ]; do
    # shellcheck disable=SC2086 # they are words
    kill -9 $pids 2>/dev/null || true
  done
  forget_cgroups
}

# within NAMESPACE: the processes with those mounts, and their children, as containers are.
within() {
  local dir
  for dir in /proc/[0-9]*; do
    [ "$(readlink "$dir/ns/mnt" 2>/dev/null)" = "$1" ] || continue
    [ "$(sed -n 's/^State:\t\(.\).*/\1/p' "$dir/status" 2>/dev/null)" != Z ] || continue
    cat "$dir"/task/*/children 2>/dev/null || true
    echo "${dir#/proc/}"
  done
}

# Containers that had to be killed leave theirs, which no process is in.
forget_cgroups() {
  local dir id
  for dir in "$RUN"/disk/var/lib/docker/containers/*/; do
    id=$(basename "$dir")
    [ ${#id} -eq 64 ] || continue
    find /sys/fs/cgroup -depth -type d -path "*$id*" -exec rmdir {} + 2>/dev/null || true
  done
}

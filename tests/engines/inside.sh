#!/bin/bash
# inside.sh native|uml, in the machine that on.sh has started: starts the engine unless systemd has, and runs the command.
# shellcheck disable=SC2317 # functions are called by name
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TMPDIR=/var/tmp NO_COLOR=1
engine=$(cat /share/engine)
LOG=/var/log/engine.log
PATIENCE_SEC=120
pid=
job=

answers() {
  timeout 10 docker info >/dev/null 2>&1
}

start_docker() {
  [ "$1" = uml ] && return
  dockerd >"$LOG" 2>&1 </dev/null &
  pid=$!
}

start_podman() {
  podman system service --time=0 unix:///run/podman.sock >"$LOG" 2>&1 </dev/null &
  pid=$!
  export DOCKER_HOST=unix:///run/podman.sock
}

stop() {
  trap '' TERM INT HUP
  [ -z "$job" ] || { kill "$job" && wait "$job"; } 2>/dev/null
  [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
}
trap stop EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT

"start_$engine" "$1" || exit 3
end=$((SECONDS + PATIENCE_SEC))
until answers; do
  if { [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; } || [ "$SECONDS" -ge "$end" ]; then
    echo "Cannot use $engine: it did not answer within $PATIENCE_SEC s, or ended. The end of its log:" >&2
    { tail -n 30 "$LOG" || journalctl -u docker --no-pager -n 30; } >&2 2>/dev/null
    exit 3
  fi
  sleep 0.2
done
cd /share/files || exit 3
# In the background, so that the end of this machine ends it, too.
bash -c "exec $(cat /share/command)" <&0 &
job=$!
wait "$job"
code=$?
job=
exit "$code"

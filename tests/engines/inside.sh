#!/bin/bash
# inside.sh native|uml, in the machine that on.sh has started: starts the engine, and runs the command on it.
# shellcheck disable=SC2317 # functions are called by name
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TMPDIR=/var/tmp NO_COLOR=1
kind=$1
engine=$(cat /share/engine)
LOG=/var/log/engine.log
PATIENCE_SEC=180
# Of rootless engines, and of the command on one.
as_user=()
pid=
job=

answers() {
  timeout 20 "${as_user[@]}" docker info >/dev/null 2>&1
}

in_background() {
  "$@" >"$LOG" 2>&1 </dev/null &
  pid=$!
}

start_docker() {
  if [ "$kind" = uml ]; then systemctl start docker.service; else in_background dockerd; fi
}

start_podman() {
  export DOCKER_HOST=unix:///run/podman/podman.sock
  if [ "$kind" = uml ]; then
    systemctl start podman.socket
  else
    mkdir -p /run/podman
    # crun refuses cgroups of both versions side by side, as some machines have them.
    in_background podman --runtime runc system service --time=0 "$DOCKER_HOST"
  fi
}

start_docker-rootless() {
  become_user docker.sock
  if [ "$kind" = uml ]; then
    "${as_user[@]}" systemctl --user start docker.service
  else
    in_background "${as_user[@]}" env -u DOCKER_HOST /usr/share/docker.io/contrib/dockerd-rootless.sh
  fi
}

start_podman-rootless() {
  become_user podman/podman.sock
  DOCKER_HOST=unix:///run/user/1000/podman/podman.sock
  if [ "$kind" = uml ]; then
    "${as_user[@]}" systemctl --user start podman.socket
  else
    "${as_user[@]}" mkdir -p /run/user/1000/podman
    in_background "${as_user[@]}" env -u DOCKER_HOST podman --runtime runc system service --time=0 "$DOCKER_HOST"
  fi
}

# become_user SOCKET: the user of the root, with a session of its own where systemd gives one.
become_user() {
  local run=/run/user/1000 device
  as_user=(setpriv --reuid=1000 --regid=1000 --init-groups --inh-caps=-all env HOME=/home/tester USER=tester LOGNAME=tester
    "XDG_RUNTIME_DIR=$run" "DBUS_SESSION_BUS_ADDRESS=unix:path=$run/bus" "DOCKER_HOST=unix://$run/$1")
  # Networks and layers of the user's own; nothing makes these for everybody here.
  modprobe -a tun fuse overlay veth bridge 2>/dev/null
  for device in "net/tun 10 200" "fuse 10 229"; do
    # shellcheck disable=SC2086 # three words
    user_device $device
  done
  chmod 1777 /share/files /var/tmp
  if [ "$kind" = uml ]; then
    systemctl start user@1000.service
  else
    mkdir -p "$run"
    chown 1000:1000 "$run"
    chmod 700 "$run"
  fi
}

# The machine's own device stays as it is.
user_device() {
  local own
  own=/run/engines-$(basename "$1")
  mkdir -p "$(dirname "/dev/$1")"
  [ -e "/dev/$1" ] || mknod "/dev/$1" c "$2" "$3"
  mknod -m 666 "$own" c "$2" "$3"
  mount --bind "$own" "/dev/$1"
}

stop() {
  trap '' TERM INT HUP
  [ -z "$job" ] || { kill "$job" && wait "$job"; } 2>/dev/null
  [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
}
trap stop EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT

"start_$engine" || exit 3
end=$((SECONDS + PATIENCE_SEC))
until answers; do
  if { [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; } || [ "$SECONDS" -ge "$end" ]; then
    echo "Cannot use $engine: it did not answer within $PATIENCE_SEC s, or ended. The end of its log:" >&2
    if [ -e "$LOG" ]; then tail -n 30 "$LOG"; else journalctl --no-pager -n 60; fi >&2
    exit 3
  fi
  sleep 0.2
done
cd /share/files || exit 3
# In the background, so that the end of this machine ends it, too.
"${as_user[@]}" bash -c "exec $(cat /share/command)" <&0 &
job=$!
wait "$job"
code=$?
job=
exit "$code"

#!/bin/bash
# Runs a command on another container engine than this machine's own, which stays as it is.
#
#   bash tests/engines/on.sh native|uml SUITE ENGINE COMMAND…     ENGINE: docker, podman, docker-rootless, podman-rootless
#
# native: the engine of that Debian, in namespaces on this kernel: this kernel's cgroups, full speed; it answers within seconds.
# uml:    that Debian as user-mode Linux with systemd: cgroup v2, one CPU, no netfilter, no network; it is up after half a minute.
#
# What is in the folder $ENGINES_SHARE is in /share there; output of the command goes to stdout, and its exit code is that of this
# script; 3 if the engine could not be started. TMPDIR is on a disk there. However this script ends, so does what it has started,
# and nothing of it stays: no process, no mount, no file. The roots come from roots.sh, are below $ENGINES_DIR, and are not written to.
set -eu -o pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

case ${1:-} in
  native | uml) ;;
  *)
    help_of "$0"
    exit 2
    ;;
esac
[ $# -ge 4 ] || fail "run on $1: it takes a suite, an engine and a command, see --help"
kind=$1 suite=$2 engine=$3
shift 3
known_suite "$suite"
need_root "start an engine"
case $engine in
  docker | podman | docker-rootless | podman-rootless) ;;
  *) fail "start \"$engine\": it is none of docker, podman, docker-rootless, podman-rootless" ;;
esac
[ -e "$DIR/$suite.recipe" ] || fail "start an engine of $suite: there is no root of it in $DIR. Run roots.sh $suite"
[ "$kind" = native ] || [ -e "$DIR/$suite.img" ] ||
  fail "start $suite as user-mode Linux: there is no $DIR/$suite.img. Run roots.sh --uml $suite"

# What a killed one has left: nobody holds its lock, which everything that it starts inherits.
mkdir -p "$DIR/runs"
for lock in "$DIR"/runs/*.lock; do
  [ ! -e "$lock" ] || ! flock -n "$lock" true || rm -rf "$lock" "${lock%.lock}"
done
RUN=$(mktemp -d "$DIR/runs/$suite-$kind-XXXXXX")
exec 7>>"$DIR/$suite.lock" 8>"$RUN.lock"
flock --shared 7
flock 8
chmod 755 "$RUN"
mkdir "$RUN/share"
machine=

# shellcheck source-path=SCRIPTDIR source=native.sh
. "$HERE/$kind.sh"

clean_up() {
  trap '' TERM INT HUP
  [ -z "$machine" ] || end_machine
  rm -rf "$RUN" "$RUN.lock"
}
trap clean_up EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT

cp "$HERE/inside.sh" "$RUN/share/"
printf '%s' "$engine" >"$RUN/share/engine"
printf '%q ' "$@" >"$RUN/share/command"
SHARE=${ENGINES_SHARE:-$RUN/share/files}
mkdir -p "$SHARE"
run_machine

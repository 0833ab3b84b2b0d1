#!/bin/bash
# Makes Debian roots with container engines in them: one for each suite, below $ENGINES_DIR (/var/tmp/vx11-engines).
#
#   bash tests/engines/roots.sh [--uml] SUITE…     SUITE: bookworm, trixie or sid
#
# With --uml, also what starts a root as user-mode Linux. Needs root, and nothing but Debian's mirror, which is that of this
# machine's own apt: two minutes and 1 GB for a suite. A root that is there is left as it is, unless the recipe has changed.
# It installs mmdebstrap on this machine if it is missing. To be rid of all of it: rm -rf $ENGINES_DIR
set -eu -o pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

# Of both engines; of a user's own engines; what systemd needs to be PID 1 of user-mode Linux; what the program needs for its trials.
PACKAGES=docker.io,containerd,runc,crun,podman,netavark,aardvark-dns,passt,conmon,catatonit,iptables,nftables
PACKAGES+=,rootlesskit,slirp4netns,uidmap,fuse-overlayfs,dbus-user-session,libpam-systemd
PACKAGES+=,systemd,systemd-sysv,dbus,kmod,libc-bin,ca-certificates,procps,iproute2,busybox-static,python3,python3-pytest
# What Debian 12 has in docker.io itself, or only as version 1: its Compose is that of Debian 13.
declare -A MORE=([bookworm]="" [trixie]=",docker-cli,docker-buildx,docker-compose" [sid]=",docker-cli,docker-buildx,docker-compose")
# Of the root in which the kernel of user-mode Linux runs.
HOST_PACKAGES=e2fsprogs

WITH_UML=no
case ${1:-} in
  "" | -h | --help)
    help_of "$0"
    exit
    ;;
  --uml)
    WITH_UML=yes
    shift
    ;;
esac
for suite in "$@"; do known_suite "$suite"; done
need_root "make a root of Debian"
mkdir -p "$DIR"
chmod 755 "$DIR"

# How apt is asked for another suite than this machine's is said there.
SETUP_DIR=$DIR/apt
mkdir -p "$SETUP_DIR"
# shellcheck source-path=SCRIPTDIR source=../../.ci/setup
. "$HERE/../../.ci/setup"

# A mirror may be a snapshot of some day. One that does not answer ends this after some time, and does not hang.
APT_OPTIONS=('APT::Install-Recommends "false"' 'APT::Sandbox::User "root"' 'Acquire::Check-Valid-Until "false"'
  'Acquire::Retries "2"' 'Acquire::http::Timeout "30"' 'Acquire::https::Timeout "30"')

# bootstrap NAME SUITE PACKAGES COMMAND: the root NAME, finished by the command, appears complete or not at all.
bootstrap() {
  local root=$DIR/$1 suite=$2 packages=$3 finish=$4 uri
  ! is_there "$1" "$packages" || return 0
  # Until nothing runs in the one that is there.
  exec 7>>"$root.lock"
  flock 7
  say "making $root from Debian's $suite"
  command -v mmdebstrap >/dev/null || { apt_update && apt_get install -y --no-install-recommends mmdebstrap; }
  suite_lists "$suite" >&2
  uri=$(sed -n 's/^URIs: //p' "$SUITE_DIR/$suite.sources")
  rm -rf --one-file-system "$root.recipe" "$root.img" "$root.new" "$root"
  # With mounts of its own: if it is killed, none is left in a half-made root.
  setpriv --pdeathsig TERM unshare --mount --propagation private timeout --kill-after=20s 20m nice mmdebstrap --quiet --mode=root --variant=minbase --skip=check/empty --include="$packages" \
    "${APT_OPTIONS[@]/#/--aptopt=}" \
    --dpkgopt=force-unsafe-io --dpkgopt=path-exclude=/usr/share/{man,doc,locale}/'*' \
    "$suite" "$root.new" "deb [signed-by=$(sed -n 's/^Signed-By: //p' "$SUITE_DIR/$suite.sources")] $uri $suite main" >&2
  "$finish" "$root.new"
  mv "$root.new" "$root"
  recipe_of "$packages" >"$root.recipe"
  exec 7>&-
}

# is_there NAME PACKAGES: whether the root is there, and of this recipe.
is_there() {
  [ "$(cat "$DIR/$1.recipe" 2>/dev/null)" = "$(recipe_of "$2")" ]
}

# What a root is made of, as a number: if it changes, the root is made again.
recipe_of() {
  {
    echo "$1"
    declare -f finish_root finish_bookworm finish_host
    find "$HERE/root" -type f -exec cat {} +
  } | sha256sum | cut -c 1-16
}

finish_root() {
  local root=$1 unit
  mkdir -p "$root/share" "$root/old"
  cp -a "$HERE/root/." "$root/"
  chown -R root: "$root/etc/systemd/system"
  : >"$root/etc/fstab"
  : >"$root/etc/machine-id"
  rm -f "$root/usr/sbin/policy-rc.d"
  echo engines >"$root/etc/hostname"
  printf '127.0.0.1 localhost engines\n' >"$root/etc/hosts"
  # Of several engines, the one that is tried is started, and no other.
  chroot "$root" systemctl disable docker.service docker.socket containerd.service podman.socket >/dev/null 2>&1
  chroot "$root" systemctl enable engines-job.service >/dev/null 2>&1
  for unit in apt-daily.timer apt-daily-upgrade.timer podman-auto-update.timer; do
    chroot "$root" systemctl mask "$unit" >/dev/null 2>&1
  done
  chroot "$root" useradd --create-home --uid 1000 --shell /bin/bash tester
  echo tester:100000:65536 | tee "$root/etc/subuid" >"$root/etc/subgid"
}

finish_of() {
  if [ "$1" = bookworm ]; then echo finish_bookworm; else echo finish_root; fi
}

# Debian 12 has Compose 1 only; the package of Debian 13 needs no more than its libc.
finish_bookworm() {
  finish_root "$1"
  suite_lists trixie >&2
  (cd "$SUITE_DIR" && rm -f docker-compose_*.deb && apt_get "${SUITE[@]}" download docker-compose)
  dpkg-deb -x "$SUITE_DIR"/docker-compose_*.deb "$1"
}

# The kernel is a program: linux.uml of sid, which wants a libc as new, so it runs in a root of its own.
finish_host() {
  local root=$1
  suite_lists sid >&2
  (cd "$SUITE_DIR" && rm -f user-mode-linux_*.deb && apt_get "${SUITE[@]}" download user-mode-linux)
  dpkg-deb -x "$SUITE_DIR"/user-mode-linux_*.deb "$root"
  mkdir -p "$root/engines"
}

# The disk of a user-mode machine, which it never writes to.
image() {
  local suite=$1 root=$DIR/$1 image=$DIR/$1.img
  [ -e "$image" ] && return
  say "making $image"
  mkdir -p "$root/usr/lib/modules"
  cp -a "$DIR/host/usr/lib/uml/modules/." "$root/usr/lib/modules/"
  truncate -s 16G "$image.new"
  # shellcheck disable=SC2016 # expanded by the inner bash
  unshare --mount bash -c 'mount --bind "$1" "$1/host/engines" &&
    mount -t proc proc "$1/host/proc" && exec chroot "$1/host" mke2fs -q -t ext4 -d "/engines/$2" "/engines/$2.img.new"' bash "$DIR" "$suite"
  mv "$image.new" "$image"
}

all_there() {
  local suite
  if [ "$WITH_UML" = yes ]; then is_there host "$HOST_PACKAGES" || return; fi
  for suite in "$@"; do
    is_there "$suite" "$PACKAGES${MORE[$suite]}" || return
    [ "$WITH_UML" = no ] || [ -e "$DIR/$suite.img" ] || return
  done
}

! all_there "$@" || exit 0
# Two of these at once make each root once.
exec 9>"$DIR/lock"
flock 9
for suite in "$@"; do bootstrap "$suite" "$suite" "$PACKAGES${MORE[$suite]}" "$(finish_of "$suite")"; done
[ "$WITH_UML" = yes ] || exit 0
bootstrap host sid "$HOST_PACKAGES" finish_host
for suite in "$@"; do image "$suite"; done

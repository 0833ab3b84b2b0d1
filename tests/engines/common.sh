# What roots.sh and on.sh share: where things are. Sourced.
# shellcheck shell=bash
# shellcheck disable=SC2034 # those who source it use them

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DIR=${ENGINES_DIR:-/var/tmp/vx11-engines}
SUITES="bookworm trixie sid"

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "Cannot $*"
  exit 3
}

# The comment at the head of a script is its help.
help_of() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"
}

need_root() {
  [ "$(id -u)" = 0 ] || fail "$1: this user is not root. Run it as root"
}

known_suite() {
  case " $SUITES " in
    *" $1 "*) ;;
    *) fail "take \"$1\" as a suite of Debian: it is none of $SUITES" ;;
  esac
}

#!/bin/bash
# Runs the integration tests on another container engine than this machine's own, in namespaces on this kernel.
#
#   bash tests/engines/integration.sh SUITE ENGINE [TEST FILE…]     ENGINE: docker, podman
#
# What is committed is tested, with the program that `scripts/deno task build` has made in dist. Without files, all of them.
# $VX11_PYTESTS, if set, goes along. The root of the suite is made if it is missing; on.sh says what runs, and its exit codes.
set -eu -o pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || {
  help_of "$0"
  exit 2
}
suite=$1 engine=$2
shift 2
known_suite "$suite"
need_root "start an engine"
REPO=$(cd "$HERE/../.." && pwd)
[ -x "$REPO/dist/vx11-stability" ] || fail "test: there is no dist/vx11-stability. Run scripts/deno task build"

bash "$HERE/roots.sh" "$suite"
share=$(mktemp -d "$DIR/integration-XXXXXX")
trap 'rm -rf "$share"' EXIT
git clone --quiet "$REPO" "$share/repo"
cp -r "$REPO/dist" "$share/repo/"
# Deno and its packages: the root has neither, nor a network.
deno=$("$REPO/scripts/deno" eval 'console.log(Deno.execPath())')
cp "$deno" "$share/deno"
cp -r "$("$deno" info --json | sed -n 's/^ *"denoDir": "\(.*\)",*$/\1/p')" "$share/packages"
settings=(DENO=/share/files/deno DENO_DIR=/share/files/packages VX11_INTEGRATION=1)
if [ -n "${VX11_PYTESTS:-}" ]; then
  cp -rL "$VX11_PYTESTS" "$share/pytests"
  settings+=(VX11_PYTESTS=/share/files/pytests)
fi

tests=(task test:integration)
[ $# -eq 0 ] || tests=(test --no-prompt -A "$@")
ENGINES_SHARE=$share bash "$HERE/on.sh" native "$suite" "$engine" env -C /share/files/repo "${settings[@]}" \
  scripts/deno "${tests[@]}"

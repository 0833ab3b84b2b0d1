#!/bin/sh
# The work of `vx11-stability --no-keep-core` on config/sandbox, as a person would write it by hand, with plain commands:
# up, wait for health, a look at memory and CPU, pytest, stop, remove, module by module. Ends with 1 at the first failure.
#
# Usage, in the folder of the Compose project: sh plain.sh
#
# The cheapest script that does it, so that the comparison is fair: dependencies are started once and stay up until their
# last user has been tested; pytest is started once a module, for all of its files; one reading of `docker stats`, where
# the harness takes two a second; no probes for a p95, no events, no restart counts, nothing is written. `--wait` waits
# for Docker's health check where the service has one (its first look comes after 5 s), and there is no other way to wait
# in Compose.
set -eu

export VX11_MODE=low_power PYTHONDONTWRITEBYTECODE=1
export VX11_MADRE_URL=http://127.0.0.1:8001 VX11_TENTACULO_LINK_URL=http://127.0.0.1:8000
export VX11_SWITCH_URL=http://127.0.0.1:8002 VX11_HERMES_URL=http://127.0.0.1:8003
export VX11_HORMIGUERO_URL=http://127.0.0.1:8004 VX11_SPAWNER_URL=http://127.0.0.1:8008
export VX11_MCP_URL=http://127.0.0.1:8006 VX11_MANIFESTATOR_URL=http://127.0.0.1:8005
export VX11_OPERATOR_BACKEND_URL=http://127.0.0.1:8011 VX11_OPERATOR_FRONTEND_URL=http://127.0.0.1:8020
export VX11_SHUBNIGGURATH_URL=http://127.0.0.1:8007

compose() { docker compose --profile '*' "$@"; }

# check SERVICE TEST_FILE...
check() {
  service=$1
  shift
  compose up -d --wait "$service"
  docker stats --no-stream "vx11-$service"
  python3 -m pytest "$@"
}

# drop SERVICE...: nothing needs them any more
drop() {
  compose stop "$@"
  compose rm -f "$@"
}

trap 'compose down' EXIT
compose up -d --wait madre tentaculo_link

check switch tests/test_switch_*.py
check hermes tests/test_hermes_*.py
check spawner tests/test_spawner_*.py
check hormiguero tests/test_hormiguero_*.py
drop hormiguero spawner
check mcp tests/test_mcp_*.py
drop mcp
check manifestator tests/test_manifestator_*.py
drop manifestator hermes
check operator-backend tests/test_operator_api.py tests/test_operator_health.py
check operator-frontend tests/test_operator_frontend_*.py
drop operator-frontend operator-backend switch
check shubniggurath tests/test_shub*.py
drop shubniggurath

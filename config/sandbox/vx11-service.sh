#!/bin/sh
# The program of every stand-in service: serves /health (JSON) and / on $PORT until SIGTERM, which ends it at once.
# It behaves badly only where an environment variable asks for it; seconds may have a fraction unless said otherwise.
#
#   PORT, VX11_SERVICE, VX11_MODE    where it listens and what its pages say
#   FAULT_EXIT_AFTER                 ends after so many seconds (0: before it listens), with FAULT_EXIT_CODE (default 1)
#   FAULT_NOT_LISTENING=1            runs, but never answers
#   FAULT_START_AFTER                listens only after so many seconds
#   FAULT_HEALTH_STATUS              /health answers with this status (500, 404 ...)
#   FAULT_HEALTH_SLEEP               /health answers after so many seconds
#   FAULT_FAIL_EVERY                 every n-th answer of /health is a 503
#   FAULT_LOST_AFTER                 /health answers 503 once so many whole seconds have passed
#   FAULT_MEMORY=pid1|child          PID 1 or a child allocates until the kernel kills it, FAULT_MEMORY_AFTER s after start
#   FAULT_HOLD_MIB                   holds so much memory
#   FAULT_IGNORE_TERM=1              ignores SIGTERM
#   FAULT_CHECK_FAILS_AFTER          `vx11-service check` (Docker's health check) fails after so many whole seconds
#
# Subcommands: `check` is Docker's health check, `page` answers one request on stdin and stdout.

started=/tmp/started
requests=/tmp/requests

uptime_s() { cut -d. -f1 /proc/uptime; }

# Whether $1 whole seconds have passed since the start; false where $1 is empty.
passed() { [ -n "$1" ] && [ $(($(uptime_s) - $(cat "$started"))) -ge "$1" ]; }

health_json() {
  printf '{"status": "%s", "service": "%s", "mode": "%s"}\n' "$1" "${VX11_SERVICE:-unknown}" "${VX11_MODE:-}"
}

index_html() {
  printf '<!doctype html><title>%s</title><h1>%s</h1>\n' "${VX11_SERVICE:-unknown}" "${VX11_SERVICE:-unknown}"
}

check() {
  if passed "$FAULT_CHECK_FAILS_AFTER"; then
    echo "check fails: FAULT_CHECK_FAILS_AFTER=$FAULT_CHECK_FAILS_AFTER"
    exit 1
  fi
  wget -q -O /dev/null "http://127.0.0.1:$PORT/health"
}

page() {
  read -r _ path _
  while read -r line && [ "${line%?}" != "" ]; do :; done
  status="200 OK"
  case $path in
  /) body=$(index_html) ;;
  /health)
    echo >>"$requests"
    [ -z "$FAULT_HEALTH_SLEEP" ] || sleep "$FAULT_HEALTH_SLEEP"
    [ -z "$FAULT_HEALTH_STATUS" ] || status="$FAULT_HEALTH_STATUS Fault"
    if [ -n "$FAULT_FAIL_EVERY" ] && [ $(($(wc -l <"$requests") % FAULT_FAIL_EVERY)) -eq 0 ]; then status="503 Fault"; fi
    if passed "$FAULT_LOST_AFTER"; then status="503 Fault"; fi
    case $status in 200*) body=$(health_json ok) ;; *) body=$(health_json fault) ;; esac
    ;;
  *) status="404 Not Found" body="no such page" ;;
  esac
  printf 'HTTP/1.1 %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' "$status" "${#body}" "$body"
}

allocate() {
  block=0123456789abcdef
  while :; do block=$block$block; done
}

serve() {
  [ -z "$FAULT_START_AFTER" ] || sleep "$FAULT_START_AFTER"
  if [ -n "$FAULT_HEALTH_STATUS$FAULT_HEALTH_SLEEP$FAULT_FAIL_EVERY$FAULT_LOST_AFTER" ]; then
    exec nc -ll -p "$PORT" -e /bin/vx11-service page
  fi

  health_json ok >/www/health
  index_html >/www/index.html
  exec httpd -f -p "$PORT" -h /www
}

case $1 in
check) check; exit ;;
page) page; exit ;;
esac

echo "${VX11_SERVICE:-unknown}: starts on port $PORT, mode ${VX11_MODE:-not set}"
if [ -n "$FAULT_IGNORE_TERM" ]; then trap '' TERM; else trap 'echo "SIGTERM: ends"; exit 0' TERM; fi
uptime_s >"$started"
: >"$requests"
[ -z "$FAULT_HOLD_MIB" ] || head -c "${FAULT_HOLD_MIB}m" /dev/zero >/dev/shm/held

if [ -n "$FAULT_EXIT_AFTER$FAULT_EXIT_CODE" ]; then
  if [ "${FAULT_EXIT_AFTER:-0}" != 0 ]; then
    serve &
    sleep "$FAULT_EXIT_AFTER" &
    wait $!
  fi
  echo "fault: exits with code ${FAULT_EXIT_CODE:-1}" >&2
  exit "${FAULT_EXIT_CODE:-1}"
fi

[ -n "$FAULT_NOT_LISTENING" ] || serve &
if [ -n "$FAULT_MEMORY" ]; then
  sleep "${FAULT_MEMORY_AFTER:-0}" &
  wait $!
  echo "fault: $FAULT_MEMORY allocates until it is killed" >&2
  if [ "$FAULT_MEMORY" = pid1 ]; then allocate; else allocate & fi
fi

# `wait` alone would end when all children have ended: this process lives until it is told to stop.
while :; do
  sleep 86400 &
  wait $!
done

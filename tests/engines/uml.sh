# A machine that is user-mode Linux: run_machine and end_machine of on.sh.
# shellcheck shell=bash disable=SC2154

UML_MEMORY=8G
# Until its job has begun; half a minute where nothing else runs.
BOOT_SEC=300

run_machine() {
  local end=$((SECONDS + BOOT_SEC)) out=$RUN/share/job.out
  # The namespace of processes ends with its first one, and that with this script.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private \
    bash "$HERE/uml_root.sh" "$DIR" "$suite" "${RUN#"$DIR/"}" "$SHARE" "$UML_MEMORY" >"$RUN/console" 2>&1 </dev/null &
  machine=$!
  until [ -e "$out" ]; do
    if ! kill -0 "$machine" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; then
      tail -n 30 "$RUN/console" >&2
      fail "start $suite as user-mode Linux: its job did not begin within $BOOT_SEC s, or it ended; its console is above"
    fi
    sleep 0.2
  done
  # In the background: a signal is heard at once in `wait`, and after the end of anything else.
  tail -n +1 -f --pid="$machine" "$out" &
  wait "$machine" || true
  wait
  [ -s "$RUN/share/job.rc" ] || { tail -n 30 "$RUN/console" >&2; fail "tell how the command ended: the machine stopped before it did"; }
  return "$(cat "$RUN/share/job.rc")"
}

end_machine() {
  kill -9 "$machine" 2>/dev/null || true
  wait "$machine" 2>/dev/null || true
}

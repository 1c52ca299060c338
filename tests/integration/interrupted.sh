#!/usr/bin/env bash
# A signal in the middle of writing: the old file stays as it was, and after all but SIGKILL nothing new is left.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

need_command python3
need_occy
"$here/make_archive.py" "$work/in.tar" occy-test/interrupted:1 4 300000
mkdir "$work/place"
mkfifo "$work/pipe"
echo "the old archive" >"$work/old"

# The input stops in its third layer, so that occy must wait there. A shell starts background processes with SIGINT
# ignored, hence env.
start_writing() {
  cp "$work/old" "$work/place/out.tar"
  env --default-signal=INT "$occy" process tar://- "tar://$work/place/out.tar" <"$work/pipe" >/dev/null 2>"$work/err" &
  pid=$!
  exec 8>"$work/pipe"
  head -c 800000 "$work/in.tar" >&8 || true
  local tries=0
  until [ "$(find "$work/place" -type f | wc -l)" -gt 1 ] || [ $tries -eq 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -0 "$pid" 2>/dev/null || fail "occy did not wait for its input: $(cat "$work/err")"
}

# Ends within two seconds (one is promised; the machine may be busy).
expect_end() {
  local tries=0
  while kill -0 "$pid" 2>/dev/null; do
    [ $tries -lt 20 ] || fail "SIG$1: occy still runs after two seconds"
    sleep 0.1
    tries=$((tries + 1))
  done
}

for signal in INT TERM HUP KILL; do
  start_writing
  kill -s "$signal" "$pid"
  expect_end "$signal"
  status=0
  wait "$pid" || status=$?
  exec 8>&-
  [ $status -ge 128 ] || fail "SIG$signal: expected an exit code above 128, found $status"
  expect_same_file "SIG$signal" "$work/old" "$work/place/out.tar"
  if [ "$signal" != KILL ]; then
    expect_equal "files after SIG$signal" out.tar "$(ls -A "$work/place")"
  fi
done
echo "passed: INT, TERM, HUP, KILL"

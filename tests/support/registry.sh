# A registry for shell tests: sourced, not run. It ends with the shell that started it.
# shellcheck shell=bash

# start_registry: sets registry (host:port)
start_registry() {
  # shellcheck disable=SC2154 # flow.sh sets them
  coproc registry_peer { exec python3 "$here/registry_peer.py" 2>"$work/registry.log"; }
  # shellcheck disable=SC2034 # for the tests
  if ! read -r registry <&"${registry_peer[0]}"; then
    grep -q '^skipped: ' "$work/registry.log" && skip "$(sed -n 's/^skipped: //p' "$work/registry.log")"
    fail "the registry did not start: $(cat "$work/registry.log")"
  fi
}

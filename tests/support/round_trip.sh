# Functions of the round-trip tests: sourced, not run. Everything that a test loads is written down with its engine,
# and exactly that is removed at the end: the engines may be the developer's own.
# shellcheck shell=bash

# shellcheck source=tests/support/flow.sh
. "$(dirname "${BASH_SOURCE[0]}")/flow.sh"

# shellcheck disable=SC2034 # the tests' image names
run_id=$$-$RANDOM
loaded=() # "SOCKET ID" pairs

docker_at() {
  local socket=$1
  shift
  docker --host "unix://$socket" "$@"
}

podman_at() {
  local socket=$1
  shift
  podman --remote --url "unix://$socket" "$@"
}

# Removes one image with all its names; the id is of this run alone, so all its names are ours.
forget_image() {
  docker_at "$1" image rm --force "$2" >/dev/null 2>&1 || true
}

clean_up() {
  local pair
  for pair in "${loaded[@]}"; do forget_image "${pair% *}" "${pair#* }"; done
  rm -rf "$work"
}

need_variable() {
  [ -n "${!1:-}" ] || skip "no engine: $1 is not set (tests/run.sh sets it)"
}

# build_real_image SOCKET NAME:TAG: sets image_id and base_id
build_real_image() {
  local ids status=0
  ids=$("$here/real_image.sh" "$1" "$2" 2>"$work/real_image.log") || status=$?
  [ $status -ne 77 ] || skip "$(tail -n 1 "$work/real_image.log")"
  [ $status -eq 0 ] || fail "the engine did not build the image: $(cat "$work/real_image.log")"
  { read -r image_id && read -r base_id; } <<<"$ids"
  loaded+=("$1 $image_id" "$1 $base_id")
}

# verified EXPECTED OCCY_ARGUMENTS…: runs `occy process`, whose summary must end with EXPECTED
verified() {
  local expected=$1 log=$work/occy.log
  shift
  echo "+ occy process $*"
  "$occy" process "$@" >"$work/occy.out" 2>"$log" || fail "occy process $*: exit code $?: $(cat "$log")"
  grep -q "$expected\$" "$log" || fail "occy process $*: no '$expected' in: $(cat "$log")"
}

# The engine's id of a name; Podman's Docker interface writes it as Docker does.
id_at() {
  curl --silent --fail --unix-socket "$1" "http://localhost/images/$2/json" |
    grep -o '"Id":"sha256:[0-9a-f]*"' | head -n 1 | cut -d'"' -f4
}

# The config digest that an archive of this tool's making names: `<hex>.json`
id_in() {
  tar -xOf "$1" manifest.json | sed -n 's/.*"Config":"\([0-9a-f]*\)\.json".*/sha256:\1/p'
}

# The members of all layers, one per line.
layer_members() {
  tar -xOf "$1" --wildcards '*/layer.tar' | tar -tf - --ignore-zeros --quoting-style=literal
}

# An image without these would prove little.
expect_hard_cases() {
  layer_members "$1" >"$work/members"
  grep -q '/\.wh\.gone$' "$work/members" || fail "the built image has no whiteout"
  grep -Eq '^.{300,}$' "$work/members" || fail "the built image has no long name"
  grep -q 'größe-文件-🦀$' "$work/members" || fail "the built image has no non-ASCII name"
  [ "$(tar -xOf "$1" --wildcards '*/layer.tar' | grep -ac SCHILY.xattr)" -ge 2 ] || fail "the built image has no attributes"
}

#!/usr/bin/env bash
# Installs what is missing, builds occy, and runs its tests.
#
# usage: tests/run.sh [--engines] [--preset PRESET] [--werror] [--label LABEL]... [--no-install]
#   --engines      as root: install docker.io, podman, skopeo and docker-registry, and start private engines for the
#                  integration tests.
#                  Without it, these tests use a Docker or Podman that answers, or skip with their reason.
#   --preset       whole (default: a release, the quickest way when all of it must be built), dev, release, asan or tsan
#   --werror       warnings are errors, also those that GCC finds when it optimises (all presets but whole have it so anyway)
#   --label        only tests of this label: unit, contract, flow, rules, examples, integration
#   --no-install   install nothing
set -euo pipefail
cd "$(dirname "$0")/.."

preset=whole
engines=those_that_answer
install=yes
labels=
engine_directory=
settings=()

usage() { sed -n '/^# usage/,/^set/ { /^set/d; s/^# \{0,1\}//; p }' "$0"; }

while [ $# -gt 0 ]; do
  case $1 in
    --engines) engines=private ;;
    --preset) preset=${2:?--preset needs a name}; shift ;;
    --werror) settings+=(-DOCCY_WERROR=ON) ;;
    --label) labels=$labels${labels:+|}^${2:?--label needs a name}\$; shift ;;
    --no-install) install=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

clean_up() {
  if [ -n "$engine_directory" ]; then tests/support/engines.sh stop "$engine_directory"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

install_missing() {
  local groups=(build test)
  [ "$engines" != private ] || groups+=(engines)
  case $preset in asan | tsan) groups+=(fuzz) ;; esac
  cmake/install-deps.sh "${groups[@]}"
}

start_private_engines() {
  local line variables
  engine_directory=$(mktemp -d /var/tmp/occy-engines.XXXXXX)
  variables=$(tests/support/engines.sh start "$engine_directory")
  while read -r line; do export "${line?}"; done <<<"$variables"
}

# engine_kind SOCKET: docker, podman, or nothing when none answers there
engine_kind() {
  local headers
  [ -S "$1" ] || return 0
  headers=$(curl --silent --head --max-time 5 --unix-socket "$1" http://localhost/_ping || true)
  case $headers in
    *Libpod*) echo podman ;;
    *Api-Version*) echo docker ;;
  esac
}

# A variable that is set already is the caller's choice.
find_engines() {
  local socket kind
  local host=${DOCKER_HOST:-}
  local user=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
  for socket in "${host#unix://}" /var/run/docker.sock "$user/docker.sock" \
    /run/podman/podman.sock "$user/podman/podman.sock"; do
    kind=$(engine_kind "$socket")
    case $kind in
      docker) export OCCY_TEST_DOCKER_SOCKET="${OCCY_TEST_DOCKER_SOCKET:-$socket}" ;;
      podman) export OCCY_TEST_PODMAN_SOCKET="${OCCY_TEST_PODMAN_SOCKET:-$socket}" ;;
    esac
  done
}

build() {
  cmake --preset "$preset" --log-level=NOTICE "${settings[@]}"
  cmake --build --preset "$preset"
}

# A skipped test has said why in its output: JUnit's file has both. So has a program that skipped a part of it.
print_skipped() {
  python3 - "$1" <<'PYTHON'
import re, sys, xml.etree.ElementTree as tree

def parts(said):
    for before, line in zip(["", *said], said):
        if python := re.match(r"(\w+) .*\.\.\. skipped (.*)", line):
            yield f"{python[1]}: {python[2]}"
        # Catch2 names the place, and writes the words indented into the next line.
        elif (catch := re.match(r".*(tests/\S+:\d+): warning:", before)) and re.match(r"\s+(skipped|not checked):", line):
            yield f"{catch[1]}: {line.split(':', 1)[1].strip()}"

for case in tree.parse(sys.argv[1]).iter("testcase"):
    said = (case.findtext("system-out") or "").strip().splitlines()
    if case.find("skipped") is not None:
        reason = next((line for line in reversed(said) if "skipped:" in line), "no reason given")
        print(f"skipped: {case.get('name')}: {reason.split('skipped:')[-1].strip()}")
    else:
        for part in parts(said):
            print(f"skipped: {case.get('name')}: {part}")
PYTHON
}

export TSAN_OPTIONS="${TSAN_OPTIONS:-} suppressions=$PWD/tests/support/tsan.supp"

run_tests() {
  local junit=$PWD/build/$preset/tests.xml status=0
  # Two for each processor, as the longest of them wait for time limits.
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel "$((2 * $(nproc)))" \
    --test-output-size-passed 100000 \
    ${labels:+--label-regex "$labels"} --output-junit "$junit" || status=$?
  print_skipped "$junit"
  return $status
}

[ "$install" = no ] || install_missing
build
if [ "$engines" = private ]; then start_private_engines; else find_engines; fi
run_tests

# What every shell test of the command starts with: sourced, not run.
# Sets: here (tests/support), occy (the command), work (a directory of this test, removed at its end).
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for the tests
occy=${OCCY:-$here/../../build/dev/cli/occy}
work=$(mktemp -d "${TMPDIR:-/tmp}/occy-flow.XXXXXX")

clean_up() { rm -rf "$work"; }
trap clean_up EXIT

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }

need_command() {
  command -v "$1" >/dev/null || skip "no $1 command"
}

need_occy() {
  [ -x "$occy" ] || fail "no occy command at $occy"
}

expect_equal() {
  [ "$2" = "$3" ] || fail "$1: expected $2, found $3"
}

# expect_same_file WHAT EXPECTED FOUND
expect_same_file() {
  cmp "$2" "$3" || fail "$1: $3 is not $2"
}

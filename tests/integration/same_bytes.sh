#!/usr/bin/env bash
# The bytes of the result depend on neither timing nor the number of jobs: twenty runs, one and eight at a time.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

need_command python3
need_occy
"$here/make_image.py" many "$work/in.tar"

convert() {
  "$occy" process "tar://$work/in.tar" "tar://$1" --no-verify --parallel "$2" 2>"$work/err" ||
    fail "occy process --parallel $2: $(cat "$work/err")"
}

convert "$work/first.tar" 1
for run in {1..20}; do
  for jobs in 1 8; do
    convert "$work/again.tar" "$jobs"
    expect_same_file "run $run with $jobs jobs" "$work/first.tar" "$work/again.tar"
  done
done
echo "passed: 40 equal archives"

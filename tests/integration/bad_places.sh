#!/usr/bin/env bash
# Sources and destinations that cannot work: one line that names the place, nothing written, what was there kept.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

need_command python3
need_occy
"$here/make_archive.py" "$work/in.tar" occy-test/places:1 3 300000
cp "$work/in.tar" "$work/in.copy"
mkdir "$work/place"
in=tar://$work/in.tar

expect_nothing_new() {
  expect_equal "files in the destination's directory after $1" "" "$(ls -A "$work/place")"
}

refused 1 'nowhere\.tar' process "tar://$work/nowhere.tar" "tar://$work/place/out.tar"
# A check reports, on standard output, also that there is nothing.
status=0
"$occy" check "tar://$work/nowhere.tar" >"$work/report" 2>/dev/null || status=$?
expect_equal "exit code of a check of a missing source" 1 $status
grep -q '^error: archive: .*nowhere\.tar' "$work/report" || fail "a check of a missing source: $(cat "$work/report")"
refused 1 'nowhere\.tar' info "tar://$work/nowhere.tar"
expect_nothing_new "a missing source"

refused 1 'missing' process "$in" "tar://$work/missing/out.tar"
refused 1 'place' process "$in" "tar://$work/place"
refused 1 'place' process "tar://$work/place" "tar://$work/place/out.tar"
expect_nothing_new "a directory as archive"

ln -s in.tar "$work/symbolic.tar"
ln "$work/in.tar" "$work/hard.tar"
for same in in symbolic hard; do
  refused 1 "$same\.tar" process "$in" "tar://$work/$same.tar"
  expect_same_file "source as destination ($same)" "$work/in.copy" "$work/in.tar"
done

refused 1 'no\.sock' process "$in" "docker://occy-test/places:1?socket=$work/no.sock"
refused 1 'in\.tar' process "$in" "docker://occy-test/places:1?socket=$work/in.tar"

refused 2 'telnet' process "$in" telnet://somewhere
refused 2 'colour' process "$in" "tar://$work/place/out.tar?colour=red"
refused 2 'UPPER' process "$in" "tar://$work/place/out.tar?name=UPPER:1"
refused 2 '.' process "$in"
refused 2 '.' process "$in" "tar://$work/place/out.tar" --no-such-option
expect_nothing_new "wrong usage"

if ! (exec >/dev/full) 2>/dev/null; then echo "not looked at: /dev/full (not here)"; else
  status=0
  "$occy" info "$in" -O json >/dev/full 2>"$work/err" || status=$?
  [ $status -ne 0 ] || fail "info into a full device: expected an error, found exit code 0"
  grep -q '^occy: ' "$work/err" || fail "info into a full device: no message"
fi
echo "passed"

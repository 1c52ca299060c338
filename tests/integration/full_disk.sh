#!/usr/bin/env bash
# A small disk fills up, or cannot be written: one line says so, the old file stays, nothing new is left. Needs root (mounts).
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

need_command python3
need_occy
[ "$(id -u)" -eq 0 ] || skip "mounting a small disk needs root"
mkdir "$work/disk"
mount -t tmpfs -o size=1m tmpfs "$work/disk" 2>"$work/err" || skip "cannot mount: $(cat "$work/err")"
clean_up() {
  umount "$work/disk"
  rm -rf "$work"
}

"$here/make_archive.py" "$work/in.tar" occy-test/disk:1 3 600000
echo "the old archive" >"$work/old"
cp "$work/old" "$work/disk/out.tar"

expect_old_file_only() {
  expect_same_file "$1" "$work/old" "$work/disk/out.tar"
  expect_equal "files on the disk: $1" out.tar "$(ls -A "$work/disk")"
}

for jobs in 1 8; do
  refused 1 'out\.tar.*[Nn]o space' process "tar://$work/in.tar" "tar://$work/disk/out.tar" --parallel "$jobs"
  expect_old_file_only "full disk, $jobs jobs"
done

mount -o remount,ro "$work/disk"
refused 1 '[Rr]ead-only' process "tar://$work/in.tar" "tar://$work/disk/out.tar"
expect_old_file_only "read-only disk"

(ulimit -f 500 && refused 1 'too large' process "tar://$work/in.tar" "tar://$work/limited.tar")
[ ! -e "$work/limited.tar" ] || fail "an archive above the file size limit was left"
echo "passed"

#!/usr/bin/env bash
# A bundle is started by every runtime that is installed, as root; and by runc as an ordinary user, who wrote it.
set -euo pipefail
# An ordinary user must reach all that he needs, wherever the clone and TMPDIR lie, and whatever root's umask is.
export TMPDIR=/tmp
umask 022
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

need_command python3
need_occy
[ "$(id -u)" = 0 ] || skip "needs root (runtimes)"
command -v runc >/dev/null || command -v crun >/dev/null || skip "neither runc nor crun"
"$here/runnable_image.py" "$work/in.tar"
chmod 755 "$work"

# In a mount namespace of its own: crun refuses a machine that has both versions of cgroups, so it is shown one.
run() {
  unshare --mount sh -c 'umount -l /sys/fs/cgroup/unified 2>/dev/null; exec timeout 60 "$@"' sh "$@" </dev/null
}

expected="lower lower shown again /data: again link lower symbolic /opaque: shown"
expect_output() {
  expect_equal "$1" "$expected" "$(grep -v uid= "$work/out" | tr '\n' ' ' | sed 's/  */ /g; s/ $//')"
}

"$occy" process "tar://$work/in.tar" "oci://$work/bundle" --verify=full 2>"$work/err" || fail "occy: $(cat "$work/err")"
cd "$work/bundle"
runs=0
if command -v runc >/dev/null; then
  run runc run "occy-test-$$" >"$work/out" 2>"$work/err" || fail "runc: $(cat "$work/err")"
  expect_output runc
  runs=$((runs + 1))
fi
if command -v crun >/dev/null; then
  run crun --cgroup-manager=disabled run "occy-test-$$" >"$work/out" 2>"$work/err" || fail "crun: $(cat "$work/err")"
  expect_output crun
  runs=$((runs + 1))
fi

# Without root. Not everywhere are user namespaces allowed.
mkdir -m 777 "$work/user"
cp "$occy" "$work/occy"
chmod 755 "$work/occy"
as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups env -i "PATH=$PATH" "HOME=$work/user" "XDG_RUNTIME_DIR=$work/user" "$@"; }
if command -v runc >/dev/null && as_user unshare --user true 2>/dev/null; then
  as_user "$work/occy" process "tar://$work/in.tar" "oci://$work/user/bundle" --verify=full 2>"$work/err" || fail "occy as a user: $(cat "$work/err")"
  cd "$work/user/bundle"
  as_user timeout 60 runc run "occy-test-$$" >"$work/out" 2>"$work/err" </dev/null || fail "runc as a user: $(cat "$work/err")"
  expect_output "runc as a user"
  runs=$((runs + 1))
fi
echo "passed: started $runs times"

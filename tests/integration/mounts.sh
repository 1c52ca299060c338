#!/usr/bin/env bash
# What the line in mounts.json mounts is the tree that expand=true writes: names, types, modes, owners, sizes, times, contents.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

need_command python3
need_occy
[ "$(id -u)" = 0 ] || skip "needs root (mount)"
"$here/runnable_image.py" "$work/in.tar"

write() {
  "$occy" process "tar://$work/in.tar" "$1" --verify=full 2>"$work/err" || fail "occy process $1: $(cat "$work/err")"
}

# Directories that no entry describes have the time at which they were made: of directories, times are not compared.
describe() {
  (cd "$1" && find . -type d -printf '%p %y %m %U:%G\n' -o -printf '%p %y %m %U:%G %s %T@ %n %l\n' | sort
   find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$2"
}

write "dir://$work/tree?expand=true"
write "mounts://$work/stack"
mkdir "$work/merged"
command=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["command"])' "$work/stack/mounts.json")
sh -c "${command/TARGET/$work/merged}" 2>"$work/err" || skip "no overlay may be mounted here: $(cat "$work/err")"
describe "$work/merged" "$work/merged.txt"
umount "$work/merged"
describe "$work/tree/rootfs" "$work/tree.txt"
expect_same_file "the mounted layers" "$work/tree.txt" "$work/merged.txt"
echo "passed: $(wc -l <"$work/tree.txt") equal lines"

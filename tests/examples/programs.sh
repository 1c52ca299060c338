#!/usr/bin/env bash
# The examples do what their first lines say.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

examples=${OCCY_BUILD:?}/examples
mkdir -p "$work/tree/etc" "$work/tree/bin"
echo "an example" >"$work/tree/etc/motd"
head -c 5000000 /dev/zero >"$work/tree/bin/zeros"
ln "$work/tree/etc/motd" "$work/tree/etc/motd.again"
archive=$work/image.tar

expect_line() {
  grep -Eq "$2" <<<"$3" || fail "$1: expected a line '$2', found: $3"
}

said=$("$examples/01_image_from_directory" "$work/tree" example/tree:1 "$archive" /bin/sh) || fail "01: exit code $?"
expect_line 01 'image\.tar: sha256:[0-9a-f]{64}, [0-9]+ bytes$' "$said"

said=$("$examples/03_check_and_print" "tar://$archive") || fail "03: exit code $?: $said"
expect_line 03 '^0 errors, 0 warnings$' "$said"

said=$("$examples/04_own_output" "tar://$archive") || fail "04: exit code $?"
expect_line 04 '^1 layers, 50[0-9]+ bytes, [0-9]+ blocks$' "$said"

said=$("$examples/05_cancel" "$archive" "$work/copy.tar") || fail "05: exit code $?"
expect_line 05 'cancelled; .*copy\.tar does not exist$' "$said"
expect_equal "files after 05" "image.tar tree" "$(cd "$work" && echo *)"

chmod 6755 "$work/tree/etc/motd"
"$examples/01_image_from_directory" "$work/tree" example/tree:2 "$work/setuid.tar" /bin/sh >/dev/null
said=$("$examples/07_own_filter" "$work/setuid.tar" "$work/plain.tar") || fail "07: exit code $?"
expect_line 07 '^sha256:[0-9a-f]{64} \(changed\)$' "$said"
said=$("$examples/07_own_filter" "$work/plain.tar" "$work/again.tar") || fail "07: exit code $?"
expect_line 07 '^sha256:[0-9a-f]{64}$' "$said"
cmp "$work/plain.tar" "$work/again.tar" || fail "07: a layer that nobody changed became another one"
modes=$(tar -xOf "$work/plain.tar" --wildcards '*/layer.tar' | tar -tvf - | cut -c 1-10)
expect_line 07 '^-rwxr-xr-x$' "$modes"

"$examples/08_flatten" "tar://$archive" "$work/rootfs.tar" >/dev/null || fail "08: exit code $?"
mkdir "$work/rootfs"
tar -C "$work/rootfs" -xf "$work/rootfs.tar" || fail "08: tar cannot read what was written"
diff -r "$work/tree" "$work/rootfs" || fail "08: the file system is another one"
[ "$work/rootfs/etc/motd" -ef "$work/rootfs/etc/motd.again" ] || fail "08: the hard link is a file of its own"
rm -r "$work/rootfs" "$work/rootfs.tar"

# A bit of a layer flips: the check says so.
printf 'x' | dd of="$archive" bs=1 seek=100000 conv=notrunc status=none
if said=$("$examples/03_check_and_print" "tar://$archive"); then fail "03: a damaged image was found good: $said"; fi
expect_line 03 '^error: diff-id: ' "$said"
echo "passed"

#!/usr/bin/env bash
# The example that loads an image into an engine. Exactly that image is removed at the end.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

socket=${OCCY_TEST_DOCKER_SOCKET:-${OCCY_TEST_PODMAN_SOCKET:-}}
[ -n "$socket" ] || skip "no engine: neither OCCY_TEST_DOCKER_SOCKET nor OCCY_TEST_PODMAN_SOCKET is set"
need_command curl
examples=${OCCY_BUILD:?}/examples
name=occy-test-$$-$RANDOM/example:1

mkdir "$work/tree"
echo "$name" >"$work/tree/name"
said=$("$examples/01_image_from_directory" "$work/tree" "$name" "$work/image.tar")
id=$(grep -o 'sha256:[0-9a-f]*' <<<"$said")
forget() {
  curl --silent --unix-socket "$socket" -X DELETE "http://localhost/images/$id" >/dev/null || true
  clean_up
}
trap forget EXIT

said=$("$examples/02_tar_to_docker_with_progress" "$work/image.tar" "$name" "$socket") || fail "02: exit code $?: $said"
grep -q '^verify.ok: ' <<<"$said" || fail "02: expected verify.ok, found: $said"
echo "passed: $id"

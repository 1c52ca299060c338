#!/usr/bin/env bash
# What occy pushes to a registry, Podman pulls under the same id, however it is packed; what Podman pushed, occy brings back.
# Engine: OCCY_TEST_PODMAN_SOCKET. Exit code 77: skipped, with the reason.
set -euo pipefail
# shellcheck source=tests/support/round_trip.sh
. "$(dirname "$0")/../support/round_trip.sh"
# shellcheck source=tests/support/registry.sh
. "$here/registry.sh"

need_variable OCCY_TEST_PODMAN_SOCKET
need_command podman
need_command curl
need_command python3
need_occy
podman=$OCCY_TEST_PODMAN_SOCKET
start_registry
remote=$registry/occy-test-$run_id/image

"$here/make_image.py" tiny "$work/image.tar" --name "occy-test-$run_id:1"
# An id that is this run's alone: what is removed at the end is nobody else's.
verified 'verified OK' "tar://$work/image.tar" "tar://$work/own.tar" -f "normalize-timestamps:ts=$(date +%s)"
image_id=$(id_in "$work/own.tar")
loaded+=("$podman $image_id")

forget() { podman_at "$podman" image rm --force "$1" >/dev/null 2>&1 || true; }

expect_pulled() {
  forget "$image_id"
  podman_at "$podman" pull --quiet --tls-verify=false "$1" >/dev/null || fail "podman pull refuses $1"
  expect_equal "image id of $1" "$image_id" "$(id_at "$podman" "$1")"
}

for compression in gzip zstd none; do
  verified 'verified OK (full)' "tar://$work/own.tar" "registry://$remote:$compression?format=oci" --insecure --verify=full \
    --compression "$compression"
  expect_pulled "$remote:$compression"
done

podman_at "$podman" tag "$image_id" "$remote:pushed"
podman_at "$podman" push --quiet --tls-verify=false "$remote:pushed" >/dev/null || fail "podman push does not reach $registry"
verified 'verified OK (full)' "registry://$remote:pushed" "tar://$work/pushed.tar" --insecure --verify=full
expect_equal "config digest of pushed.tar" "$image_id" "$(id_in "$work/pushed.tar")"
forget "$image_id"
verified 'verified OK' "registry://$remote:pushed" "docker://$remote:back?socket=$podman" --insecure
expect_equal "image id from the registry" "$image_id" "$(id_at "$podman" "$remote:back")"
echo "passed: $image_id"

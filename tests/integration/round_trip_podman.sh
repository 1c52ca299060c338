#!/usr/bin/env bash
# A real image of a Docker engine goes Docker → Podman and Podman → tar → Podman: every step verified, the image id
# unchanged, and it runs.
# Engines: OCCY_TEST_DOCKER_SOCKET (builds the image), OCCY_TEST_PODMAN_SOCKET. Exit code 77: skipped, with the reason.
set -euo pipefail
# shellcheck source=tests/support/round_trip.sh
. "$(dirname "$0")/../support/round_trip.sh"

need_variable OCCY_TEST_DOCKER_SOCKET
need_variable OCCY_TEST_PODMAN_SOCKET
need_command docker
need_command podman
need_command curl
need_occy
docker=$OCCY_TEST_DOCKER_SOCKET
podman=$OCCY_TEST_PODMAN_SOCKET
name=occy-test-$run_id/real

# Podman asks for the highest limits that a kernel has; a root without CAP_SYS_RESOURCE may not raise its own.
run_image() {
  podman_at "$podman" run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 "$1"
}

build_real_image "$docker" "$name:1"
before=$(docker_at "$docker" run --rm --network none "$image_id")
loaded+=("$podman $image_id")

verified 'verified OK' "docker://$name:1?socket=$docker" "docker://$name:2?socket=$podman"
expect_equal "image id in Podman" "$image_id" "$(id_at "$podman" "$name:2")"
expect_equal "the container's output" "$before" "$(run_image "$name:2")"

verified 'verified OK (full)' "docker://$name:2?socket=$podman" "tar://$work/three.tar" --verify=full
expect_equal "config digest of three.tar" "$image_id" "$(id_in "$work/three.tar")"
forget_image "$podman" "$image_id"
[ -z "$(id_at "$podman" "$name:2")" ] || fail "the image is still there"
verified 'verified OK' "tar://$work/three.tar" "docker://$name:3?socket=$podman"
expect_equal "image id after the round trip" "$image_id" "$(id_at "$podman" "$name:3")"
expect_equal "the container's output" "$before" "$(run_image "$name:3")"

forget_image "$podman" "$image_id"
podman_at "$podman" load --quiet --input "$work/three.tar" >/dev/null || fail "podman load refuses three.tar"
expect_equal "image id after podman load" "$image_id" "$(id_at "$podman" "$name:2")"
echo "passed: $image_id"

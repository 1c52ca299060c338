#!/usr/bin/env bash
# A real image goes Docker → registry → Docker, both ways round: what occy pushes, `docker pull` takes and runs, under the
# same id; what `docker push` pushed, occy brings to an archive and to the engine.
# Engine: OCCY_TEST_DOCKER_SOCKET. Exit code 77: skipped, with the reason.
set -euo pipefail
# shellcheck source=tests/support/round_trip.sh
. "$(dirname "$0")/../support/round_trip.sh"
# shellcheck source=tests/support/registry.sh
. "$here/registry.sh"

need_variable OCCY_TEST_DOCKER_SOCKET
need_command docker
need_command curl
need_occy
docker=$OCCY_TEST_DOCKER_SOCKET
start_registry
local_name=occy-test-$run_id/real
remote=$registry/$local_name

run_image() {
  docker_at "$docker" run --rm --network none "$1"
}

expect_pulled() {
  forget_image "$docker" "$image_id"
  docker_at "$docker" pull --quiet "$1" >/dev/null || fail "docker pull refuses $1"
  expect_equal "image id of $1" "$image_id" "$(id_at "$docker" "$1")"
  expect_equal "the output of $1" "$before" "$(run_image "$1")"
}

build_real_image "$docker" "$local_name:1"
before=$(run_image "$image_id")

verified 'verified OK (full)' "docker://$local_name:1?socket=$docker" "registry://$remote:gzip" --insecure --verify=full
verified 'verified OK (full)' "docker://$local_name:1?socket=$docker" "registry://$remote:oci?format=oci" --insecure --verify=full
docker_at "$docker" tag "$image_id" "$remote:pushed"
docker_at "$docker" push --quiet "$remote:pushed" >/dev/null || fail "docker push does not reach $registry"
forget_image "$docker" "$base_id"
expect_pulled "$remote:gzip"
expect_pulled "$remote:oci"

verified 'verified OK (full)' "registry://$remote:pushed" "tar://$work/pushed.tar" --insecure --verify=full
expect_equal "config digest of pushed.tar" "$image_id" "$(id_in "$work/pushed.tar")"
expect_hard_cases "$work/pushed.tar"
forget_image "$docker" "$image_id"
verified 'verified OK' "registry://$remote:pushed" "docker://$local_name:2?socket=$docker" --insecure
expect_equal "image id from the registry" "$image_id" "$(id_at "$docker" "$local_name:2")"
expect_equal "the container's output" "$before" "$(run_image "$local_name:2")"
echo "passed: $image_id"

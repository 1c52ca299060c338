#!/usr/bin/env bash
# A real image goes Docker → tar → tar → Docker: every step verified, the image id unchanged, and it still runs.
# Engine: OCCY_TEST_DOCKER_SOCKET. Exit code 77: skipped, with the reason.
set -euo pipefail
# shellcheck source=tests/support/round_trip.sh
. "$(dirname "$0")/../support/round_trip.sh"

need_variable OCCY_TEST_DOCKER_SOCKET
need_command docker
need_command curl
need_occy
docker=$OCCY_TEST_DOCKER_SOCKET
name=occy-test-$run_id/real

run_image() {
  docker_at "$docker" run --rm --network none "$1"
}

build_real_image "$docker" "$name:1"
before=$(run_image "$image_id")

verified 'verified OK' "docker://$name:1?socket=$docker" "tar://$work/one.tar"
verified 'verified OK (full)' "tar://$work/one.tar" "tar://$work/two.tar" --verify=full
expect_equal "config digest of one.tar" "$image_id" "$(id_in "$work/one.tar")"
expect_equal "config digest of two.tar" "$image_id" "$(id_in "$work/two.tar")"
expect_hard_cases "$work/two.tar"
"$occy" check "tar://$work/two.tar" >"$work/check.out" 2>&1 || fail "occy check: $(cat "$work/check.out")"
"$occy" info "tar://$work/two.tar" >"$work/info.out" 2>&1 || fail "occy info: $(cat "$work/info.out")"

# Without the old image (and its layers) the engine must really read what occy sends.
forget_image "$docker" "$image_id"
forget_image "$docker" "$base_id"
[ -z "$(id_at "$docker" "$name:1")" ] || fail "the built image is still there"
verified 'verified OK' "tar://$work/two.tar" "docker://$name:2?socket=$docker"
expect_equal "image id after the round trip" "$image_id" "$(id_at "$docker" "$name:2")"
expect_equal "the container's output" "$before" "$(run_image "$name:2")"

# Other readers of the format accept the archive.
forget_image "$docker" "$image_id"
docker_at "$docker" load --quiet --input "$work/two.tar" >/dev/null || fail "docker load refuses two.tar"
expect_equal "image id after docker load" "$image_id" "$(id_at "$docker" "$name:1")"
tar -tvf "$work/two.tar" >/dev/null || fail "tar refuses two.tar"
if command -v bsdtar >/dev/null; then
  bsdtar -tf "$work/two.tar" >/dev/null || fail "bsdtar refuses two.tar"
else
  echo "not looked at: bsdtar (no such command)"
fi
if command -v skopeo >/dev/null; then
  skopeo inspect "docker-archive:$work/two.tar" >/dev/null || fail "skopeo refuses two.tar"
else
  echo "not looked at: skopeo (no such command)"
fi
echo "passed: $image_id"

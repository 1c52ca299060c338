#!/usr/bin/env bash
# An image goes through every store and archive form: the image id stays, the manifest digest stays from layout to
# layout, and skopeo and umoci read what was written. Engines, where there are some, load the archive that is both.
# Engines: OCCY_TEST_DOCKER_SOCKET, OCCY_TEST_PODMAN_SOCKET. Exit code 77: skipped, with the reason.
set -euo pipefail
# shellcheck source=tests/support/round_trip.sh
. "$(dirname "$0")/../support/round_trip.sh"

need_command skopeo
need_occy
name=occy-test-$run_id/stores:1

id_of() { "$occy" info "$1" -O json | sed -n 's/.*"id": *"\(sha256:[0-9a-f]*\)".*/\1/p'; }
digest_of() { skopeo inspect --format '{{.Digest}}' "$1"; }

python3 "$here/make_image.py" tiny "$work/image.tar" --name "$name"
id=$(id_of "tar://$work/image.tar")
[ -n "$id" ] || fail "occy info tells no id"

# Round, through every form.
verified 'verified OK (full)' "tar://$work/image.tar" "layout://$work/one:a" --verify=full
verified 'verified OK (full)' "layout://$work/one:a" "tar://$work/oci.tar?layout=oci&name=$name" --verify=full
verified 'verified OK (full)' "tar://$work/oci.tar" "dir://$work/dir?unique_names=true&name=$name" --verify=full
verified 'verified OK (full)' "dir://$work/dir?image=$name" "dir://$work/single" --verify=full
verified 'verified OK (full)' "dir://$work/single" "tar://$work/back.tar" --verify=full
for place in "layout://$work/one" "tar://$work/oci.tar" "dir://$work/dir" "dir://$work/single" "tar://$work/back.tar"; do
  expect_equal "image id in $place" "$id" "$(id_of "$place")"
  "$occy" check "$place" >"$work/check.out" 2>&1 || fail "occy check $place: $(cat "$work/check.out")"
done

# Others read it, and what others pack keeps its digests.
skopeo copy --quiet "oci:$work/one:a" "docker-archive:$work/skopeo.tar:$name"
expect_equal "image id after skopeo" "$id" "$(id_of "tar://$work/skopeo.tar")"
skopeo copy --quiet --dest-compress "oci:$work/one:a" "oci:$work/packed:a"
verified 'verified OK (full)' "layout://$work/packed:a" "tar://$work/packed.tar?layout=oci&name=$name" --verify=full
verified 'verified OK (full)' "tar://$work/packed.tar" "layout://$work/two:a" --verify=full
expect_equal "manifest digest, packed" "$(digest_of "oci:$work/packed:a")" "$(digest_of "oci:$work/two:a")"
verified 'verified OK (full)' "tar://$work/oci.tar" "layout://$work/three:a" --verify=full
expect_equal "manifest digest" "$(digest_of "oci:$work/one:a")" "$(digest_of "oci:$work/three:a")"
if command -v umoci >/dev/null; then
  umoci unpack --rootless --image "$work/two:a" "$work/bundle" >"$work/umoci.log" 2>&1 ||
    fail "umoci refuses the layout: $(cat "$work/umoci.log")"
else
  echo "not looked at: umoci (no such command)"
fi

load_into() {
  local socket=$1 archive=$2 loaded_id
  curl --silent --fail --unix-socket "$socket" --request POST --data-binary "@$archive" \
    -H 'Content-Type: application/x-tar' "http://localhost/images/load?quiet=1" >"$work/load.out" || fail "$socket refuses $archive"
  loaded_id=$(id_at "$socket" "$name")
  [ -n "$loaded_id" ] || fail "$socket has no $name after $archive: $(cat "$work/load.out")"
  loaded+=("$socket $loaded_id")
  expect_equal "image id in $socket after $archive" "$id" "$loaded_id"
  forget_image "$socket" "$loaded_id"
}

for socket in "${OCCY_TEST_DOCKER_SOCKET:-}" "${OCCY_TEST_PODMAN_SOCKET:-}"; do
  if [ -z "$socket" ]; then
    echo "not looked at: an engine (its variable is not set)"
    continue
  fi
  load_into "$socket" "$work/oci.tar"
  load_into "$socket" "$work/packed.tar"
done
echo "passed: $id"

#!/usr/bin/env bash
# From a fresh clone to a verified image: installs what is missing, builds, makes an image from a directory, moves it,
# proves it, and, when a Docker or Podman socket answers, loads it there too. Needs no daemon and no network of its own.
#
# usage: examples/quickstart.sh [--no-install]
set -euo pipefail
cd "$(dirname "$0")/.."

[ "${1:-}" = --no-install ] || cmake/install-deps.sh build

echo "== build"
build=build/whole
cmake --preset whole --log-level=NOTICE -DOCCY_BUILD_TESTS=OFF
cmake --build --preset quickstart
occy=$build/cli/occy

work=$(mktemp -d "${TMPDIR:-/tmp}/occy-quickstart.XXXXXX")
trap 'rm -rf "$work"' EXIT
name=occy-quickstart:$$

# run COMMAND…: says what it runs, as one would type it
run() {
  echo "\$ ${*//$work\//}"
  "$@"
}

# A tree of some hundred files, with links: what this machine and this clone have of texts and headers.
echo "== a directory becomes an image"
mkdir -p "$work/tree/usr/share" "$work/tree/etc"
cp -a include lib docs "$work/tree/usr/share/"
cp -a /usr/include/linux "$work/tree/usr/share/" || echo "not there: the kernel's headers"
ln -s ../usr/share "$work/tree/etc/share"
ln "$work/tree/usr/share/include/occy/occy.hpp" "$work/tree/etc/hard-link.hpp"
run $build/examples/01_image_from_directory "$work/tree" "$name" "$work/image.tar"

echo "== the image moves, and every byte is read back"
run "$occy" process "tar://$work/image.tar" "tar://$work/copy.tar" --verify=full --progress=none
run "$occy" check "tar://$work/copy.tar" --progress=none
run "$occy" info "tar://$work/copy.tar"

# Loads the image, and takes exactly the name away again that was made for it.
load() {
  run "$occy" process "tar://$work/copy.tar" "docker://$name?socket=$1" --progress=none
  if command -v curl >/dev/null; then
    curl --silent --show-error --unix-socket "$1" -X DELETE "http://localhost/images/$name" >/dev/null
  else
    echo "the image stays as $name: no curl here to remove it"
  fi
}

echo "== engines"
user=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
host=${DOCKER_HOST:-}
found=no
for socket in "${host#unix://}" /var/run/docker.sock "$user/docker.sock" /run/podman/podman.sock "$user/podman/podman.sock"; do
  if [ ! -S "$socket" ] || [ ! -w "$socket" ]; then continue; fi
  found=yes
  load "$socket"
done
[ $found = yes ] || echo "no Docker or Podman socket here: nothing was loaded"
echo "== done"

#!/usr/bin/env bash
# Builds a real image in a Docker engine: a base system of Debian (or Ubuntu) packages, and layers with what makes
# images hard: whiteouts, an opaque directory, hard links, extended attributes, long and non-ASCII names.
# Needs no registry. The base system is cached in $XDG_CACHE_HOME/occy-tests (or ~/.cache/occy-tests).
#
# usage: real_image.sh SOCKET NAME:TAG      prints the ids to remove afterwards: the image's, then its base's
# The image holds random bytes, so its id belongs to this run alone.
# Exit code 77, with the reason on stderr: cannot be built here.
set -euo pipefail

socket=${1:?usage: real_image.sh SOCKET NAME:TAG}
name=${2:?usage: real_image.sh SOCKET NAME:TAG}
recipe=1 # part of the cached file's name: count up when the base system's content changes
mirror_seconds=120

skip() { echo "real_image.sh: skipped: $*" >&2; exit 77; }

docker() { command docker --host "unix://$socket" "$@"; }

suite() {
  # shellcheck source=/dev/null
  (. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
}

# The hook gives the base layer a user.* attribute: engines keep what an imported archive has, but of files that a
# container changes only security.capability.
# shellcheck disable=SC2016 # mmdebstrap expands the hook's $1
make_base() {
  timeout "$mirror_seconds" mmdebstrap --quiet --variant=essential --include=libcap2-bin --format=tar \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='setfattr -n user.occy.origin -v base "$1/etc/debian_version"' \
    "$(suite)" "$1"
}

cached_base() {
  local folder=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/occy-tests
  local base
  base=$folder/base-$(suite)-$(dpkg --print-architecture)-$recipe.tar
  mkdir -p "$folder"
  exec 9>"$base.lock"
  flock 9 # tests run side by side: one makes it
  if [ ! -s "$base" ]; then
    # Without the lock's descriptor, those of mmdebstrap have one digit, and dash takes no more.
    make_base "$base.part" >"$base.log" 2>&1 9>&- || { rm -f "$base.part"; return 1; }
    mv "$base.part" "$base"
  fi
  echo "$base"
}

# Each RUN is one layer. 60 + 60 + 180 bytes of path exceed both 100 and 255.
write_dockerfile() {
  local part60 part180
  part60=$(printf 'a%.0s' {1..60})
  part180=$(printf 'b%.0s' {1..180})
  cat <<DOCKERFILE
FROM $1
RUN mkdir -p "/data/$part60/$part60" && echo deep >"/data/$part60/$part60/$part180" \
 && echo 120 >"/data/$part60/$part60/short" && echo utf-8 >"/data/größe-文件-🦀"
RUN mkdir /links && echo linked >/links/one && ln /links/one /links/two && ln /links/one /links/three \
 && ln -s ../links/one /links/symbolic && mkfifo /links/fifo && chown 12345:54321 /links/one
RUN mkdir -p /opt/gone /opt/again && echo old >/opt/gone/file && echo old >/opt/again/old \
 && cp /bin/true /opt/capable && setcap cap_net_raw+ep /opt/capable
RUN rm -r /opt/gone /etc/issue && rm -r /opt/again && mkdir /opt/again && echo new >/opt/again/new
RUN head -c 3000000 /dev/urandom >/opt/random && chmod 4755 /opt/random && : >/opt/empty
RUN rm "/data/größe-文件-🦀" && rm /links/two && mv /opt/empty /opt/moved
LABEL org.example.origin="occy tests"
CMD ["/bin/sh", "-c", "cat /links/three /opt/again/new && test ! -e /opt/again/old && test ! -e /opt/gone"]
DOCKERFILE
}

# The classic builder, because BuildKit asks registries even for bases that the engine has.
build() {
  write_dockerfile "$1" | DOCKER_BUILDKIT=0 docker build --quiet --force-rm --network none --tag "$name" - 2>/dev/null
}

count_layers() {
  docker image inspect --format '{{len .RootFS.Layers}}' "$1"
}

command -v docker >/dev/null || skip "no docker command"
command -v mmdebstrap >/dev/null || skip "no mmdebstrap command"
base_archive=$(cached_base) || skip "no base system: mmdebstrap failed or no package mirror answered within $mirror_seconds s"

base=$(docker import "$base_archive")
image=$(build "$base")
layers=$(count_layers "$image")
[ "$layers" -ge 7 ] || { echo "real_image.sh: $name has $layers layers, expected 7" >&2; exit 1; }
echo "$image"
echo "$base"

#!/usr/bin/env bash
# Installs what occy needs and this machine lacks: Debian 12 and 13, Ubuntu 24.04, as root or through sudo.
# Says nothing, and asks no server, when nothing is missing. On other systems it looks for the tools and libraries,
# prints those that it cannot find, and fails.
#
# usage: cmake/install-deps.sh [build|test|bench|lint|engines|fuzz]...      (default: build)
set -euo pipefail

# The Boost of Debian 12's libboost-dev is too old; its newer one has a version in the package's name.
boost_packages() {
  if [ "$system" = debian:12 ]; then
    echo libboost1.81-dev libboost-json1.81-dev
  else
    echo libboost-dev libboost-json-dev
  fi
}

# Debian 13 has the docker command in a package of its own.
docker_packages() {
  echo docker.io:dockerd
  [ "$system" != debian:13 ] || echo docker-cli:docker
}

# libFuzzer and the sanitizers of the clang that the system calls clang.
fuzzer_runtime_package() {
  case $system in
    debian:12) echo libclang-rt-14-dev ;;
    debian:13) echo libclang-rt-19-dev ;;
    ubuntu:24.04) echo libclang-rt-18-dev ;;
  esac
}

# One word per need: PACKAGE, or PACKAGE:COMMAND when the command is good enough wherever it comes from
# (a dockerd from Docker's own repository must not be replaced by Debian's).
packages_of() {
  case $1 in
    build)
      echo g++ cmake:cmake ninja-build:ninja ccache:ccache pkgconf:pkg-config "$(boost_packages)" \
        libarchive-dev libssl-dev zlib1g-dev libzstd-dev libisal-dev libre2-dev libcli11-dev ;;
    test) echo catch2 python3:python3 curl:curl attr:setfattr libarchive-tools:bsdtar ;;
    bench) echo libbenchmark-dev openssl:openssl curl:curl skopeo:skopeo python3:python3 time ;;
    lint) echo clang-format:clang-format clang-tidy:clang-tidy shellcheck:shellcheck python3:python3 ;;
    engines)
      echo "$(docker_packages)" runc:runc iptables:iptables podman:podman conmon:conmon uidmap:newuidmap \
        skopeo:skopeo mmdebstrap:mmdebstrap curl:curl \
        docker-registry:docker-registry openssl:openssl ;;
    fuzz) echo clang:clang++ "$(fuzzer_runtime_package)" ;;
    *) echo "install-deps.sh: unknown group '$1': expected build, test, bench, lint, engines or fuzz" >&2; return 2 ;;
  esac
}

have_package() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_packages() {
  local need package
  for need in "$@"; do
    package=${need%%:*}
    if [ "$need" != "$package" ] && command -v "${need#*:}" >/dev/null; then continue; fi
    have_package "$package" || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "install-deps.sh: needs root or sudo for: apt-get install --no-install-recommends $*" >&2
    return 1
  fi
  echo "install-deps.sh: installing $*"
  local log
  log=$(mktemp)
  # The package lists of a new machine are empty or old: one refresh, one more try.
  if ! apt install --no-install-recommends "$@" >"$log" 2>&1; then
    apt update >"$log" 2>&1 || true
    apt install --no-install-recommends "$@" >>"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }
  fi
  rm -f "$log"
}

# What the build needs, for systems whose package names we do not know: NAME|PROBE, where the probe is
# `command` or C++ source that must compile.
needs_elsewhere() {
  cat <<'NEEDS'
CMake 3.25 or newer|cmake
Ninja|ninja
pkg-config|pkg-config
Boost 1.81 or newer with Boost.JSON|#include <boost/version.hpp>%#include <boost/json.hpp>%static_assert(BOOST_VERSION >= 108100);
libarchive 3.6 or newer|#include <archive.h>%static_assert(ARCHIVE_VERSION_NUMBER >= 3006000);
OpenSSL 3.0 or newer|#include <openssl/opensslv.h>%static_assert(OPENSSL_VERSION_NUMBER >= 0x30000000L);
zlib|#include <zlib.h>
RE2|#include <re2/re2.h>
libzstd 1.5 or newer|#include <zstd.h>%static_assert(ZSTD_VERSION_NUMBER >= 10500);
CLI11 2.1 or newer|#include <CLI/CLI.hpp>
Catch2 2.13 or 3 (tests)|#if __has_include(<catch2/catch_all.hpp>)%#include <catch2/catch_all.hpp>%#else%#include <catch2/catch.hpp>%#endif
NEEDS
}

can_find() {
  case $1 in
    '#'*) tr '%' '\n' <<<"$1" | "${CXX:-c++}" -std=c++20 -fsyntax-only -x c++ - 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

check_elsewhere() {
  if ! echo 'int main() {}' | "${CXX:-c++}" -std=c++20 -fsyntax-only -x c++ - 2>/dev/null; then
    echo "install-deps.sh: not found: a C++20 compiler (GCC 12 or newer, Clang 16 or newer), as c++ or \$CXX" >&2
    needs_elsewhere | sed 's/|.*//; s/^/  also needed: /' >&2
    return 1
  fi
  local name probe status=0
  while IFS='|' read -r name probe; do
    can_find "$probe" && continue
    echo "install-deps.sh: not found: $name" >&2
    status=1
  done < <(needs_elsewhere)
  return $status
}

system=unknown
if [ -r /etc/os-release ]; then
  # shellcheck source=/dev/null
  system=$(. /etc/os-release && echo "${ID:-unknown}:${VERSION_ID:-}")
fi
[ $# -gt 0 ] || set -- build

needs=()
for group in "$@"; do
  packages=$(packages_of "$group")
  read -rd '' -a more <<<"$packages" || true
  needs+=("${more[@]}")
done

case $system in
  debian:12 | debian:13 | ubuntu:24.04)
    mapfile -t missing < <(missing_packages "${needs[@]}" | sort -u)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}" ;;
  *) check_elsewhere ;;
esac

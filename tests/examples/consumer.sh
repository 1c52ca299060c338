#!/usr/bin/env bash
# A project uses occy from an install prefix (CMake and pkg-config) and as a sub-directory.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

build=${OCCY_BUILD:?}
source=${OCCY_SOURCE:?}
consumer=$source/examples/06_consumer
prefix=$work/prefix

logged() {
  "$@" >"$work/log" 2>&1 || fail "$*: $(tail -n 30 "$work/log")"
}

# The program must run, and say what the library says.
expect_runs() {
  local said
  said=$("$1" "tar://$work/nowhere.tar" 2>&1) && fail "$1: found an archive that does not exist"
  grep -q 'nowhere\.tar' <<<"$said" || fail "$1: expected a message about nowhere.tar, found: $said"
}

logged cmake --install "$build" --prefix "$prefix"
[ -x "$prefix/bin/occy" ] || fail "the command was not installed"

logged cmake -G Ninja -S "$consumer" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$CXX"
logged cmake --build "$work/cmake"
expect_runs "$work/cmake/consumer"

pc=$(dirname "$(find "$prefix" -name occy.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs occy)
# shellcheck disable=SC2086 # flags are words
logged "$CXX" -std=c++20 "$consumer/main.cpp" -o "$work/by_pkg_config" $flags
expect_runs "$work/by_pkg_config"

# As a sub-directory it is configured and its target is there; building the library again would show nothing more.
mkdir "$work/parent"
cat >"$work/parent/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(parent LANGUAGES CXX)
add_subdirectory("$source" occy)
add_executable(parent "$consumer/main.cpp")
target_link_libraries(parent PRIVATE occy::occy)
get_property(tests DIRECTORY "$source" PROPERTY TESTS)
if(TARGET occy_cli OR TARGET occy_test_support OR tests)
  message(FATAL_ERROR "the tests or the command would be built for a user of the library")
endif()
CMAKE
logged cmake -G Ninja -S "$work/parent" -B "$work/parent/build" -DCMAKE_CXX_COMPILER="$CXX"
echo "passed: find_package, pkg-config, add_subdirectory"

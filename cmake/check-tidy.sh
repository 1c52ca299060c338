#!/usr/bin/env bash
# Runs clang-tidy over the library and the command; prints each finding once.
#
# Most checks walk through all headers again for each source, which takes most of the time: they see the sources in
# batches (a unity build). The static analyzer looks only into the file that it is given, so it gets each source alone.
set -euo pipefail
cd "$(dirname "$0")/.."

limit_seconds=1200 # per half: for a checker that hangs; a busy machine needs many minutes

# findings BUILD_DIRECTORY CHECKS FILE_PATTERN [CMAKE_OPTION…]
findings() {
  local directory=$1 checks=$2 files=$3 report=$1/report.txt status=0
  shift 3
  cmake --preset tidy -B "$directory" "$@" >/dev/null
  # The compile commands are GCC's: clang does not know all of its warnings.
  timeout "$limit_seconds" run-clang-tidy -quiet -p "$directory" -checks="$checks" \
    -extra-arg=-Wno-unknown-warning-option "$files" >"$report" 2>&1 || status=$?
  sed 's/\x1b\[[0-9;]*m//g' "$report" | grep -E '(warning|error):' | sort -u || true
  if [ $status -eq 124 ]; then echo "check-tidy.sh: not finished after $limit_seconds s"; fi
  return $status
}

status=0
findings build/tidy-unity '-clang-analyzer-*,-bugprone-suspicious-include' '/Unity/' -DCMAKE_UNITY_BUILD=ON || status=$?
findings build/tidy '-*,clang-analyzer-*' '/(lib|cli)/[^/]*/?[^/]*\.cpp' || status=$?
exit $status

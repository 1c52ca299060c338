#!/usr/bin/env bash
# Installs what is missing, builds the fuzzers with clang, ASan and UBSan, and runs each for SECONDS_EACH (60), four on
# each processor, with the recorded data as seeds. Of a fuzzer that finds something: the end of its log, and its input.
# usage: tests/fuzz/run.sh [SECONDS_EACH]
set -euo pipefail
cd "$(dirname "$0")/../.."
export seconds=${1:-60}
export out=build/asan/fuzz

cmake/install-deps.sh build fuzz
cmake --preset asan --log-level=NOTICE
cmake --build --preset fuzz
mkdir -p "$out/seeds" "$out/corpus"
find tests/data -type f -size -64k -exec sh -c 'cp "$1" "$out/seeds/$(echo "$1" | tr / _)"' _ {} \;
python3 tests/support/nasty_layer.py >"$out/seeds/nasty_layer.tar"

# print_input FILE: in words that survive a log
print_input() {
  echo "$1 (base64 -d | gunzip):"
  gzip -9 <"$1" | base64 -w 0
  echo
}

run_fuzzer() {
  local name=${1##*/} input
  local corpus=$out/corpus/$name found=$out/found/$name
  rm -rf "$found"
  mkdir -p "$corpus" "$found"
  if ! "$1" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$found/" "$corpus" "$out/seeds" >"$corpus.log" 2>&1; then
    echo "$name: FAILED"
    tail -n 40 "$corpus.log"
    for input in "$found"/*; do [ ! -e "$input" ] || print_input "$input"; done
    return 1
  fi
  echo "$name: $(grep -o 'number_of_executed_units: *[0-9]*' "$corpus.log" | tr -s ' ')"
}
export -f run_fuzzer print_input
# shellcheck disable=SC2016 # for the inner shell
find build/asan/tests/fuzz -maxdepth 1 -name 'fuzz_*' -type f -executable -print0 | sort -z |
  xargs -0 -n 1 -P "$((4 * $(nproc)))" bash -c 'run_fuzzer "$1"' _

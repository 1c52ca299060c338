#!/usr/bin/env bash
# Installs what is missing, builds the fuzzers with clang, ASan and UBSan, and runs each for SECONDS_EACH (60), one on each
# processor, with the recorded data as seeds.
# usage: tests/fuzz/run.sh [SECONDS_EACH]
set -euo pipefail
cd "$(dirname "$0")/../.."
export seconds=${1:-60}
export out=build/fuzz

cmake/install-deps.sh build fuzz
CXX=${CXX:-clang++} cmake -G Ninja -S . -B "$out" --log-level=NOTICE -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DOCCY_BUILD_FUZZERS=ON -DOCCY_BUILD_TESTS=OFF -DOCCY_BUILD_EXAMPLES=OFF -DOCCY_BUILD_CLI=OFF \
  -DOCCY_SANITIZE=address,undefined,fuzzer-no-link
cmake --build "$out"
mkdir -p "$out/seeds" "$out/corpus"
find tests/data -type f -size -64k -exec sh -c 'cp "$1" "$out/seeds/$(echo "$1" | tr / _)"' _ {} \;
python3 tests/support/nasty_layer.py >"$out/seeds/nasty_layer.tar"

run_fuzzer() {
  local name=${1##*/} corpus=$out/corpus/${1##*/}
  mkdir -p "$corpus"
  if ! "$1" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$out/$name-" "$corpus" "$out/seeds" >"$corpus.log" 2>&1; then
    echo "$name: FAILED"
    tail -n 40 "$corpus.log"
    return 1
  fi
  echo "$name: $(grep -o 'number_of_executed_units: *[0-9]*' "$corpus.log" | tr -s ' ')"
}
export -f run_fuzzer
# shellcheck disable=SC2016 # for the inner shell
find "$out/tests/fuzz" -maxdepth 1 -name 'fuzz_*' -type f -executable -print0 | sort -z |
  xargs -0 -n 1 -P "$(nproc)" bash -c 'run_fuzzer "$1"' _

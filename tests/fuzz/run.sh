#!/usr/bin/env bash
# Installs what is missing, builds the fuzzers with clang, ASan and UBSan, and runs each for SECONDS_EACH (60) on the recorded data as seeds.
# usage: tests/fuzz/run.sh [SECONDS_EACH]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}

cmake/install-deps.sh build fuzz
CXX=${CXX:-clang++} cmake -G Ninja -S . -B build/fuzz --log-level=NOTICE -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DOCCY_BUILD_FUZZERS=ON -DOCCY_BUILD_TESTS=OFF -DOCCY_BUILD_EXAMPLES=OFF -DOCCY_BUILD_CLI=OFF \
  -DOCCY_SANITIZE=address,undefined,fuzzer-no-link
cmake --build build/fuzz
seeds=build/fuzz/seeds
mkdir -p "$seeds"
find tests/data -type f -size -64k -exec sh -c 'cp "$1" "$2/$(echo "$1" | tr / _)"' _ {} "$seeds" \;
python3 tests/support/nasty_layer.py >"$seeds/nasty_layer.tar"
for fuzzer in build/fuzz/tests/fuzz/fuzz_*; do
  if [ ! -f "$fuzzer" ] || [ ! -x "$fuzzer" ]; then continue; fi
  corpus=build/fuzz/corpus/${fuzzer##*/}
  mkdir -p "$corpus"
  log=$corpus.log
  "$fuzzer" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/${fuzzer##*/}-" "$corpus" "$seeds" >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
  echo "${fuzzer##*/}: $(grep -o 'number_of_executed_units: *[0-9]*' "$log" | tr -s ' ')"
done

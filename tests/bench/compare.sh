#!/usr/bin/env bash
# Measures occy beside its peers and the floors of the machine, on generated images, and prints ratios.
#
# usage: tests/bench/compare.sh [--runs N] [--directory DIR] [JOB...]
#   --runs       paired runs of each job, 7 by default; the table shows medians
#   --directory  where images and copies lie (needs 4 GB); a temporary directory by default. Images that are there are used again.
#   JOB          copy, full, check, search, filters, load, save, expand, start, memory, and beside Debian's docker-registry pull,
#                push, mirror, check_registry, pull_to_docker, registry_memory; all by default
#
# Peers that are not installed (skopeo) and engines that do not answer (OCCY_TEST_DOCKER_SOCKET) are left out, with a line
# that says so.
set -euo pipefail
cd "$(dirname "$0")/../.."

cmake --preset bench --log-level=NOTICE
cmake --build --preset bench
exec python3 tests/bench/compare.py --occy build/bench/cli/occy "$@"

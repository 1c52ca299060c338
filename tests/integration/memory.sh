#!/usr/bin/env bash
# Memory does not grow with the image: under an address space limit of 512 MiB, a layer of 4 GiB goes through every
# job with at most 64 MiB resident. The layer is a hole, so the input takes no disk; what is written does.
set -euo pipefail
export TMPDIR=${TMPDIR:-/var/tmp} # a disk, also where /tmp is memory
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"

limit_kib=$((64 * 1024))

need_command python3
need_occy
free_kib=$(df --output=avail -k "$work" | tail -n 1)
[ "$free_kib" -gt $((6 << 20)) ] || skip "less than 6 GiB free in $work"
"$here/make_image.py" hole "$work/big.tar"

# peak_kib COMMAND…: runs it with stdin as given, prints its peak resident memory
peak_kib() {
  python3 - "$@" 3<&0 <<'PYTHON'
import resource, subprocess, sys
limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
done = subprocess.run(sys.argv[1:], stdin=3, stdout=subprocess.DEVNULL, preexec_fn=limit)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
PYTHON
}

# small JOB OCCY_ARGUMENTS…
small() {
  local job=$1 peak
  shift
  peak=$(peak_kib "$occy" "$@" 2>"$work/err") || fail "$job: $(tail -n 5 "$work/err")"
  echo "$job: $peak KiB"
  [ "$peak" -le "$limit_kib" ] || fail "$job: peak resident memory: expected at most $limit_kib KiB, found $peak KiB"
}

small 'tar → tar' process "tar://$work/big.tar" "tar://$work/out.tar"
rm "$work/out.tar"
small 'check' check "tar://$work/big.tar"
small 'check of standard input' check tar://- < <(cat "$work/big.tar")

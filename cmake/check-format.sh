#!/usr/bin/env bash
# Says which C++ files clang-format would change; `--fix` changes them.
# The layout differs a little between versions, so only the version of the project counts: 14, Debian 12's.
# Exit code 77, with the reason: that version is not here.
set -euo pipefail
cd "$(dirname "$0")/.."

version=14
format=$(command -v "clang-format-$version" || command -v clang-format || true)
found=$([ -z "$format" ] || "$format" --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
if [ "$found" != "$version" ]; then
  echo "check-format.sh: skipped: needs clang-format $version, found ${found:-none}"
  exit 77
fi

mode=(--dry-run -Werror)
[ "${1:-}" != --fix ] || mode=(-i)
git ls-files -z '*.hpp' '*.cpp' | xargs -0 -r "$format" --style=file "${mode[@]}"

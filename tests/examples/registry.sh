#!/usr/bin/env bash
# The examples that need a registry do what their first lines say.
set -euo pipefail
# shellcheck source=tests/support/flow.sh
. "$(dirname "$0")/../support/flow.sh"
# shellcheck source=tests/support/registry.sh
. "$here/registry.sh"

examples=${OCCY_BUILD:?}/examples
occy=$OCCY_BUILD/cli/occy
need_occy
start_registry
mkdir "$work/tree"
echo "an example" >"$work/tree/motd"
"$examples/01_image_from_directory" "$work/tree" example/tree:1 "$work/image.tar" /bin/sh >/dev/null
"$occy" process "tar://$work/image.tar" "registry://$registry/team/app:1" --insecure -q

said=$("$examples/09_mirror_with_progress" "registry://$registry/team/app:1?insecure=true" \
  "registry://$registry/mirror/app:1?insecure=true") || fail "09: exit code $?: $said"
grep -Eq '^[0-9a-f]{12}: [0-9]+ bytes, there already$' <<<"$said" || fail "09: no blob was mounted: $said"
digest=$("$occy" digest "$registry/mirror/app:1" --insecure)
expect_equal "09: digest" "$("$occy" digest "$registry/team/app:1" --insecure)" "$digest"
grep -q "^$digest: 1 manifests, 0 retries$" <<<"$said" || fail "09: no last line: $said"

said=$("$examples/10_own_credentials" "registry://$registry/team/app?insecure=true" "$work") || fail "10: exit code $?"
expect_equal "10: tags" 1 "$said"
echo "passed"

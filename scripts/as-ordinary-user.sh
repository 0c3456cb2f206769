#!/usr/bin/env bash
# Runs a vitest project as an ordinary user of this machine: usage PROJECT [FILE|OPTION...]. Needs root.
# What lib/vitest-report.mjs reports there lands where ATOLL_TEST_REPORT says, if it says so.
# The checkout may lie under a folder that only root can enter (mktemp -d), so it is bound to a world-readable
# place in a mount namespace that ends with the run. The user `atoll-test` is made once and kept.
set -euo pipefail
project=$1
shift
user=atoll-test
checkout=$(cd "$(dirname "$0")/.." && pwd)

# The user may not write into the checkout, where the tests would build what is stale; so it is built now, by whoever owns it.
"$checkout/bin/atoll" version >/dev/null

getent passwd "$user" >/dev/null || useradd --create-home --shell /bin/sh "$user"
grep -q "^$user:" /etc/subuid || usermod --add-subuids 1000000-1065535 "$user"
grep -q "^$user:" /etc/subgid || usermod --add-subgids 1000000-1065535 "$user"

stage=$(mktemp -d)
trap 'rm -rf --one-file-system "$stage"' EXIT
chmod 755 "$stage"
mkdir "$stage/checkout" "$stage/node" "$stage/out"
chown "$user:" "$stage/out"
node_home=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")

code=0
unshare --mount --propagation private bash -c '
  set -euo pipefail
  stage=$1 checkout=$2 node_home=$3 user=$4 project=$5; shift 5
  mount --bind "$checkout" "$stage/checkout"
  mount --bind "$node_home" "$stage/node"
  cd "$stage/checkout"
  exec setpriv --reuid "$user" --regid "$user" --init-groups --reset-env \
    env PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$stage/node/bin" \
    HOME="$(getent passwd "$user" | cut -d: -f6)" TMPDIR=/tmp CI="${CI:-}" ATOLL_TEST_CACHE="$stage/out/cache" \
    ATOLL_TEST_REPORT="$stage/out/report.json" \
    "$stage/node/bin/node" node_modules/vitest/vitest.mjs run --configLoader runner --project "$project" "$@"
' as-user "$stage" "$checkout" "$node_home" "$user" "$project" "$@" || code=$?
[ -z "${ATOLL_TEST_REPORT:-}" ] || [ ! -e "$stage/out/report.json" ] || cp "$stage/out/report.json" "$ATOLL_TEST_REPORT"
exit "$code"

#!/usr/bin/env bash
# Runs a vitest project as an ordinary user of this machine: usage PROJECT [FILE|OPTION...]. Needs root.
# What lib/vitest-report.mjs reports there lands where ATOLL_TEST_REPORT says, if it says so.
set -euo pipefail
project=$1
shift
scripts=$(cd "$(dirname "$0")" && pwd)
node=$(command -v node)
as_user() { bash "$scripts/lib/ordinary-user.sh" "$node" "$@"; }

# The user may not write into the checkout, where the tests would build what is stale; so it is built now, by whoever owns it.
"$scripts/../bin/atoll" version >/dev/null

out=$(mktemp -d /tmp/atoll-user-XXXXXX)
trap 'rm -rf "$out"' EXIT
as_user -e 0
chown atoll-test: "$out"

code=0
ATOLL_TEST_CACHE="$out/cache" ATOLL_TEST_REPORT="$out/report.json" \
  as_user node_modules/vitest/vitest.mjs run --configLoader runner --project "$project" "$@" || code=$?
[ -z "${ATOLL_TEST_REPORT:-}" ] || [ ! -e "$out/report.json" ] || cp "$out/report.json" "$ATOLL_TEST_REPORT"
exit "$code"

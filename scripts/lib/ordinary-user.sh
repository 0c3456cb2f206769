#!/usr/bin/env bash
# Becomes node as an ordinary user of this machine, in this checkout: usage NODE [ARG...]. Needs root. CI and ATOLL_* are passed on, nothing
# else of the environment. Checkout and node may lie under a folder that only root can enter (mktemp -d, ~/.nvm): a mount namespace,
# which ends with the command, has them as /mnt/checkout and /mnt/node. The user `atoll-test` is made once and kept.
set -euo pipefail
user=atoll-test
checkout=$(cd "$(dirname "$0")/../.." && pwd)
node_home=$(dirname "$(dirname "$(readlink -f "$1")")")
shift

getent passwd "$user" >/dev/null || useradd --create-home --shell /bin/sh "$user"
grep -q "^$user:" /etc/subuid || usermod --add-subuids 1000000-1065535 "$user"
grep -q "^$user:" /etc/subgid || usermod --add-subgids 1000000-1065535 "$user"

kept=("CI=${CI:-}")
for name in ${!ATOLL_@}; do kept+=("$name=${!name}"); done

exec unshare --mount --propagation private bash -c '
  set -euo pipefail
  checkout=$1 node_home=$2 user=$3; shift 3
  # Put together elsewhere first: checkout or node can be below /mnt.
  stage=$(mktemp -d /tmp/atoll-stage-XXXXXX)
  mount -t tmpfs -o mode=755 tmpfs "$stage"
  mkdir "$stage/checkout" "$stage/node"
  mount --bind "$checkout" "$stage/checkout"
  mount --bind "$node_home" "$stage/node"
  mount --move "$stage" /mnt
  rmdir "$stage"
  cd /mnt/checkout
  exec setpriv --reuid "$user" --regid "$user" --init-groups --reset-env \
    env PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/mnt/node/bin" \
    HOME="$(getent passwd "$user" | cut -d: -f6)" TMPDIR=/tmp "$@"
' as-user "$checkout" "$node_home" "$user" "${kept[@]}" /mnt/node/bin/node "$@"

import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The tool that is missing in a `Gap`: nothing else that is tested needs it. */
const TOOL = '/usr/bin/slirp4netns';

/** Installs nothing but a stand-in for the tool, beside itself; says so as the real one would. */
const APT_GET = `#!/bin/sh
[ "$*" = "install --yes --no-install-recommends slirp4netns" ] || { echo "E: Unable to locate package: $*" >&2; exit 100; }
echo "Reading package lists..."
printf '#!/bin/sh\\necho slirp4netns version 9.8.7\\n' > "$(dirname "$0")/slirp4netns"
chmod +x "$(dirname "$0")/slirp4netns"
echo "Setting up slirp4netns (9.8.7) ..."
`;

/** Why a gap can't be made here; null where it can. */
export const noGap: string | null =
  existsSync(TOOL) && existsSync('/usr/bin/apt-get') ? null : 'needs slirp4netns and apt-get';

/**
 * A computer with a gap: within `under` a tool is missing, and the `apt-get` that comes first in `env`'s PATH is one that
 * would install a stand-in. The mount namespace, and the user namespace around it, are the command's own.
 */
export interface Gap {
  readonly env: Readonly<Record<string, string>>;
  readonly under: readonly string[];
  remove(): void;
}

export function makeGap(): Gap {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-gap-'));
  writeFileSync(join(folder, 'apt-get'), APT_GET);
  chmodSync(join(folder, 'apt-get'), 0o755);
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  // What can't be executed is not there, for `command -v`.
  const hide = 'mount --bind /dev/null "$1" && shift && exec "$@"';
  return {
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    under: ['unshare', ...own, '--mount', '--propagation', 'private', 'sh', '-c', hide, 'sh', TOOL],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Whether a pid namespace of its own can be made, in which no lab of this computer is seen. */
function canUnshare(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * $1: a folder, $2: prerm. A lab of the user 65534 whose home is in the group `shadow` (42), as everything is that is made in a setgid folder
 * of that group; an \`atoll\` that says who it is run as. Nothing outside of these namespaces is touched.
 */
const REMOVE = `
set -e
mount -t tmpfs tmpfs /mnt && mkdir /mnt/up /mnt/work
mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=/mnt/up,workdir=/mnt/work /usr/bin
printf '#!/bin/sh\\necho "$(id -u) $(id -G)" >"%s/said"\\n' "$1" >/usr/bin/atoll && chmod 755 /usr/bin/atoll
lab=$1/home/labs/x
mkdir -p "$lab" && : >"$1/said" && chmod 666 "$1/said" && chmod 755 "$1"
echo 'sleep 60; :' >"$lab/init"
chown -R 65534:42 "$1/home" && chmod 2775 "$1/home"
setpriv --reuid 65534 --regid 65534 --clear-groups bash "$lab/init" "$lab" &
while [ "$(tr '\\0' '\\n' <"/proc/$!/cmdline" | sed -n 3p)" != "$lab" ]; do sleep 0.05; done
sh "$2" remove
cat "$1/said"
`;

describe('what the Debian package installs', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'atoll-prerm-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(!canUnshare())('stops a lab as its own user and group, whatever group its home has (needs root)', () => {
    const argv = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'sh', '-c', REMOVE, 'sh', folder];
    const said = execFileSync('unshare', [...argv, resolve('packaging/deb/prerm')], { encoding: 'utf8' });
    expect(said).toBe('65534 65534\n');
  });

  it('lets the command make user namespaces, and not the interpreter beside it', () => {
    const rules = readFileSync('packaging/deb/apparmor', 'utf8').replaceAll(/#.*$/gm, '');
    expect([...rules.matchAll(/^\s*profile (.*) \{$/gm)].map(([, head]) => head)).toEqual([
      'atoll /usr/bin/atoll flags=(unconfined)',
    ]);
    expect(rules).not.toContain('node');
    const launcher = readFileSync('packaging/deb/launcher', 'utf8');
    expect(launcher).toMatch(/^unset .*\bNODE_OPTIONS\b/m);
    expect(launcher).toMatch(/^exec \/usr\/lib\/atoll\/node \/usr\/lib\/atoll\/dist\/cli\.js "\$@"$/m);
  });
});

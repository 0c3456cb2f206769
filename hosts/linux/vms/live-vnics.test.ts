import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VnicSpec } from '../../../engine/ports/host-driver';
import { LocalShell } from '../../shells/local';
import { LiveVnics } from './live-vnics';
import { loadXml } from './xml';

beforeAll(loadXml);

const VM = '11111111-2222-4333-8444-555555555555';
const STORE = '99999999-2222-4333-8444-555555555555';
const { signal } = new AbortController();
const vnic: VnicSpec = { id: 'n2', mac: '56:6f:00:00:00:02', bridge: 'blue', linked: true, mtu: 1500 };

/**
 * A virsh that keeps the NICs and the mark of one VM in files: it runs its commands one after the other, also after one that failed, and exits
 * like the last. `refuses` has the command that fails, and `gone` is there once libvirt does not answer.
 */
const VIRSH = `#!/bin/sh
cd "\${0%/*}" || exit
echo start >>starts
[ "$1" = -q ] && shift
[ $# -gt 1 ] && set -- "$*"
exit=0
fail() { echo "error: $1" >&2; exit=1; }
run() {
  exit=0
  case $1 in "$(cat refuses)"*) fail "$1 is refused"; return ;; esac
  case $1 in
    attach-device*) cat /dev/stdin >>nics ;;
    metadata*) text=\${1#*--set }; text=\${text% --live*}; printf '%s' "$text" >mark ;;
    domiflist*) sed -n "s/.*mac address=\\"\\([^\\"]*\\)\\".*/ vnet0 bridge blue virtio \\1/p" nics ;;
  esac
}
commands=$1
while [ -n "$commands" ]; do
  one=\${commands%%; *}
  case $commands in *'; '*) commands=\${commands#*; } ;; *) commands= ;; esac
  one=\${one# }
  if [ -e gone ]; then fail 'failed to connect to the hypervisor'; exit 1; fi
  run "$one"
done
exit $exit
`;

describe('a vNIC of a running VM', () => {
  let folder: string;
  const path = process.env['PATH'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-virsh-'));
    writeFileSync(join(folder, 'virsh'), VIRSH);
    chmodSync(join(folder, 'virsh'), 0o755);
    for (const file of ['nics', 'starts', 'mark', 'refuses']) writeFileSync(join(folder, file), '');
    writeFileSync(join(folder, 'refuses'), 'nothing');
    process.env['PATH'] = `${folder}:${path}`;
    return () => rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => {
    process.env['PATH'] = path;
  });

  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const refuse = (command: string) => writeFileSync(join(folder, 'refuses'), command);

  /** What the definition says: a mark with the first NIC, and `nics`. */
  function plug(nics = ''): Promise<void> {
    const mark = `<metadata><a:domain xmlns:a="urn:atoll:domain:1" store="${STORE}" vm="${VM}"><a:vnic id="n1" mac="56:6f:00:00:00:01"/></a:domain></metadata>`;
    const xml = `<domain id='1'><uuid>${VM}</uuid>${mark}<devices>${nics}</devices></domain>`;
    const vnics = new LiveVnics(new LocalShell(), { storeId: STORE, ourXml: () => Promise.resolve(xml) });
    return vnics.plug(VM, vnic, signal);
  }

  it('is plugged in and marked with one start of virsh', async () => {
    await plug();
    expect(read('nics')).toContain(vnic.mac);
    expect(read('mark')).toMatch(/^'<domain .*"n1".*"n2" mac="56:6f:00:00:00:02".*'$/);
    expect(read('starts')).toBe('start\n');
  });

  it('that is there already is only marked', async () => {
    await plug(`<interface type='bridge'><mac address='${vnic.mac.toUpperCase()}'/></interface>`);
    expect(read('nics')).toBe('');
    expect(read('mark')).toContain('"n2"');
    expect(read('starts')).toBe('start\n');
  });

  it("that libvirt refuses is not in the mark, and the message is libvirt's", async () => {
    refuse('attach-device');
    await expect(plug()).rejects.toThrow(/attach-device .* is refused/);
    expect(read('nics')).toBe('');
    expect(read('mark')).toMatch(/^'<domain .*"n1".*'$/);
    expect(read('mark')).not.toContain('n2');
  });

  it('whose mark is refused stays, and is marked by the next attempt', async () => {
    refuse('metadata');
    await expect(plug()).rejects.toThrow(/metadata .* is refused/);
    expect(read('nics')).toContain(vnic.mac);
    refuse('nothing');
    await plug(`<interface type='bridge'><mac address='${vnic.mac}'/></interface>`);
    expect(read('mark')).toContain('"n2"');
  });

  it('is refused with a remedy where libvirt does not answer, and nothing changes', async () => {
    writeFileSync(join(folder, 'gone'), '');
    await expect(plug()).rejects.toMatchObject({ remedy: { action: { procedure: 'hosts.check' } } });
    expect([read('nics'), read('mark')]).toEqual(['', '']);
  });
});

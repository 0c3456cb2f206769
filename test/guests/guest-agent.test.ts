import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTinyGuest } from '../../hosts/tiny-guest/ensure';
import { eventually } from '../support/eventually';
import type { GuestShell } from '../support/guest-shell';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import { blockName } from '../conformance/hosts/kind';

const { vms: missing } = await labHere();

/** A guest agent in shell, which speaks QEMU's protocol on the real line. While /tmp/hangs exists, it answers no question. */
const AGENT = `port=$(grep -l org.qemu.guest_agent.0 /sys/class/virtio-ports/*/name)
port=\${port%/name}
exec 3<>/dev/\${port##*/}
mac=$(cat /sys/class/net/eth0/address)
ip=$(ip -4 -o addr show eth0 | sed 's/.*inet \\([0-9.]*\\).*/\\1/')
while read -r line <&3; do
  answer='{}'
  case $line in
    *guest-sync*) answer=$(echo "$line" | sed 's/.*"id": *\\([0-9]*\\).*/\\1/') ;;
    *) [ -e /tmp/hangs ] && continue ;;
  esac
  case $line in
    *guest-get-host-name*) answer='{"host-name":"the\\u202e-guest"}' ;;
    *guest-get-osinfo*) answer='{"id":"tiny","pretty-name":"Tiny \\u001b[31mLinux"}' ;;
    *guest-network-get-interfaces*) answer="[{\\"name\\":\\"eth0\\",\\"hardware-address\\":\\"$mac\\",\\"ip-addresses\\":[{\\"ip-address-type\\":\\"ipv4\\",\\"ip-address\\":\\"$ip\\",\\"prefix\\":16}]}]" ;;
    *fsfreeze-freeze*) : >/tmp/frozen; echo freeze >>/tmp/asked; answer=1 ;;
    *fsfreeze-thaw*) rm -f /tmp/frozen; echo thaw >>/tmp/asked; answer=1 ;;
    *guest-shutdown*) poweroff -f ;;
  esac
  echo "{\\"return\\":$answer}" >&3
done
`;

/** A real agent's line: libvirt, virtio-serial, and a guest at its end. */
describe.skipIf(missing !== null)(blockName('a guest agent in a lab', missing), () => {
  let app: LabApp;
  let guest: GuestShell;
  beforeAll(async () => {
    app = await LabApp.open(mkdtempSync(join(tmpdir(), 'atoll-agent-')));
    await app.done(app.client.hosts.add({ name: 'here', how: { kind: 'lab' } }));
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    const { kernel, initrd } = await ensureTinyGuest(app.home.path);
    const boot = { kind: 'kernel', kernel, initrd, append: 'console=ttyS0 quiet' } as const;
    await app.done(app.client.vms.add({ name: 'desk', boot, vnics: [{ network: 'blue' }], start: true }));
    guest = await app.console('desk');
    await guest.booted();
  });
  afterAll(async () => {
    guest?.close();
    await app?.dispose();
    if (app) rmSync(app.home.path, { recursive: true, force: true });
  });

  const known = async () => (await app.client.vms.show({ vm: 'desk' })).guest;

  it('is asked once it appears, and what it says is shown with its source, cleaned', async () => {
    expect(await known()).toBeNull();
    for (const line of AGENT.trimEnd().split('\n'))
      await guest.run(
        `printf '%b\\n' '${[...Buffer.from(line)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')}' >>/tmp/agent`,
      );
    await guest.run('(sh /tmp/agent >/dev/null 2>&1 &)');
    const said = await eventually('the agent to be known', 60_000, async () => {
      const found = await known();
      return found?.agent === true && found.addresses.length > 0 ? found : undefined;
    });
    const { vnics } = await app.client.vms.show({ vm: 'desk' });
    expect(said).toMatchObject({
      hostname: 'the-guest',
      os: 'Tiny [31mLinux',
      addresses: [
        { mac: vnics[0]?.mac, address: expect.stringMatching(/^169\.254\..*\/16$/) as string, source: 'agent' },
      ],
    });
  });

  it('that hangs does not answer, and is asked again when it is back', async () => {
    await guest.run(': >/tmp/hangs');
    expect(await app.client.vms.guest({ vm: 'desk' })).toMatchObject({ agent: false });
    await guest.run('rm /tmp/hangs');
    expect(await app.client.vms.guest({ vm: 'desk' })).toMatchObject({ agent: true, hostname: 'the-guest' });
  });

  it('powers its guest off', async () => {
    await app.done(app.client.vms.shutdown({ vm: 'desk' }));
    expect(await app.vmIs('desk', 'down')).toMatchObject({ guest: null });
  });
});

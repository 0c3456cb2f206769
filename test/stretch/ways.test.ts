import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { netHere } from '../support/net-here';
import { type PatchCable, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';
import { Island, WAIT } from './island';

const { networks } = await sshHere();
const missing = networks ?? netHere('wg', 'perl');

/** The way between two hosts that have a cable of their own besides the one to this computer (rule S11). */
describe.skipIf(missing !== null)(blockName('the way between two hosts behind NAT', missing), () => {
  let app: LabApp;
  let net: SshHosts;
  let hosts: SshTestHost[];
  let patch: PatchCable;
  let island: Island;

  beforeAll(async () => {
    [app, net] = await Promise.all([LabApp.open(), SshHosts.open()]);
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    hosts = [await net.add({ behindNat: true }), await net.add({ behindNat: true })];
    for (const [i, host] of hosts.entries())
      await app.done(app.client.hosts.add({ name: `ssh${i + 1}`, how: host.how() }));
    await app.done(app.client.networks.stretch({ network: 'blue' }));
    island = new Island(app, 'blue', ['ssh1', 'ssh2']);
  }, 300_000);
  afterAll(async () => {
    await app?.dispose();
    await net?.remove();
  }, 120_000);

  const is = (wanted: string, timeout = WAIT.timeout): Promise<void> =>
    vi.waitFor(
      async () => {
        const { state, way } = await island.pair('ssh1', 'ssh2');
        expect(`${state} ${way}`).toBe(wanted);
      },
      { ...WAIT, timeout },
    );

  it('is relayed, and direct once they have a cable', async () => {
    await is('connected relay');
    patch = await net.patch(...hosts);
    await is('connected direct');
    // Both have the same address behind their routers: that leads to nobody else.
    const { why } = await island.pair('ssh1', 'ssh2');
    const endpoints = why?.type === 'stretch.direct' ? why.params.endpoints : [];
    expect(endpoints).not.toEqual([]);
    expect(endpoints.filter((endpoint) => !endpoint.startsWith('10.88.0.'))).toEqual([]);
  });

  it('is relayed again when the cable is pulled, and direct when it is back', async () => {
    await patch.plug(false);
    await is('connected relay', 90_000);
    await patch.plug(true);
    await app.done(app.client.networks.tryDirect({ network: 'blue' }));
    await is('connected direct');
  });
});

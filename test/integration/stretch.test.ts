import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { netHere } from '../support/net-here';
import { blockName } from '../conformance/hosts/kind';
import { LabApp } from '../support/lab-app';
import { labHere } from '../support/lab-here';
import type { GuestShell } from '../support/guest-shell';

const { vms } = await labHere();
const missing = vms ?? netHere('wg', 'perl');
const WAIT = { timeout: 60_000, interval: 200 };

/** What only real hosts show; how ways are chosen and repaired is engine/ways/ways.test.ts. */
describe.skipIf(missing !== null)(blockName('a network that is stretched over two labs', missing), () => {
  let app: LabApp;
  const labs = ['one', 'two'] as const;
  beforeAll(async () => {
    app = await LabApp.open();
    await app.done(app.client.networks.add({ name: 'blue', isIsolated: true, clusters: ['Default'] }));
    for (const name of labs) await app.done(app.client.hosts.add({ name, how: { kind: 'lab' } }));
    for (const name of labs)
      await app.done(
        app.client.vms.add({
          ...{ name: `vm-${name}`, host: name, boot: { kind: 'tiny' }, start: true },
          vnics: [{ network: 'blue' }],
        }),
      );
  }, 180_000);
  afterAll(() => app?.dispose(), 120_000);

  const pair = async () => (await app.client.networks.tunnels({ network: 'blue' }))?.pairs[0];
  const addressOf = async (vm: string): Promise<string> =>
    vi.waitFor(async () => {
      const { network } = await app.client.networks.show({ network: 'blue' });
      const guests = (await app.client.vms.show({ vm })).vnics.filter(({ networkId }) => networkId === network.id);
      const address = guests[0]?.assignedAddress;
      if (!address) throw new Error(`${vm} has no address`);
      return address.split('/')[0] ?? '';
    }, WAIT);

  it('lets guests of both reach each other, over the relay, and separates them again', async () => {
    const guest: GuestShell = await app.console('vm-one');
    await guest.booted();
    const other = await addressOf('vm-two');
    expect(await guest.pings(other)).toBe(false);
    await app.done(app.client.networks.stretch({ network: 'blue' }));
    await vi.waitFor(async () => expect(await pair()).toMatchObject({ state: 'connected', way: 'relay' }), WAIT);
    expect((await pair())?.why?.type).toBe('stretch.lab');
    await vi.waitFor(async () => expect(await guest.pings(other)).toBe(true), WAIT);
    await app.done(app.client.networks.unstretch({ network: 'blue' }));
    expect(await guest.pings(other)).toBe(false);
    guest.close();
  });
});

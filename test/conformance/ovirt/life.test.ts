import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../support/ovirt/client';
import { ApiScene, PASSWORD } from '../../support/ovirt/door';
import { life } from '../../support/ovirt/life';

const BLANK = '00000000-0000-0000-0000-000000000000';

describe('the life of a lab over the oVirt API', () => {
  const scene = new ApiScene();
  let api: ApiClient;
  beforeAll(async () => {
    await scene.open();
    api = scene.client;
  });
  afterAll(() => scene.close());

  it('signs in as the SDK does', async () => {
    const answer = await api.signIn(PASSWORD);
    expect(answer).toMatchObject({ scope: 'ovirt-app-api', token_type: 'bearer' });
    expect(Number(answer['exp'])).toBeGreaterThan(scene.now);
    const root = await api.ok(api.get(''));
    expect(root.name).toBe('api');
    expect(root.str('product_info', 'version', 'major')).toBe('4');
    expect(root.link('vms/search')).toContain('{query}');
    expect(root.at('special_objects', 'blank_template').id).toBe(BLANK);
    for (const rel of ['vms', 'clusters', 'hosts', 'datacenters', 'storagedomains', 'vmpools']) root.link(rel);
  });

  it.each(['first', 'second'])('runs whole, the %s time', async () => {
    let added = 0;
    await life(api, {
      addHost: async (cluster) => {
        const [host = ''] = await scene.engine.addHosts(1, { cluster, prefix: `lab-host-${(added += 1)}-` });
        return host;
      },
      nic: 'eth1',
      template: 'Blank',
      hasScreen: true,
    });
  });

  it('says who did it', async () => {
    const { events } = scene.engine.client;
    const all = await events.list({ limit: 1_000 });
    const ours = all.filter(({ type }) => type === 'network.added');
    expect(ours).toHaveLength(4);
    for (const { by } of ours) expect(by).toMatchObject({ user: 'admin@internal', door: 'ovirt' });
  });
});

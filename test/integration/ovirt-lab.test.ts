import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { labHere } from '../support/lab-here';
import { LabApp } from '../support/lab-app';
import { ApiClient } from '../support/ovirt/client';
import { life } from '../support/ovirt/life';

const { vms: missing } = await labHere();

/** The same requests as against simulated hosts (test/conformance/ovirt), with a bridge, libvirt and QEMU behind them. */
describe.skipIf(missing !== null)(blockName('the oVirt API in front of a lab', missing), () => {
  let lab: LabApp;
  let api: ApiClient;
  beforeAll(async () => {
    lab = await LabApp.open();
    const { api: served } = await lab.client.api.enable({ password: 'a long password' });
    api = new ApiClient(served.port ?? 0, readFileSync(served.caFile ?? '', 'utf8'));
    await api.signIn('a long password');
  });
  afterAll(async () => {
    await lab.app.close();
    rmSync(lab.home.path, { recursive: true, force: true });
  });

  it.each([
    ['the tiny guest', 'atoll-tiny-guest', false],
    ['a VM with a screen', 'Blank', true],
  ])('has a whole life with %s', async (_, template, hasScreen) => {
    await life(api, {
      addHost: async (cluster) => {
        const added = await lab.client.hosts.add({ name: `lab of ${template}`, cluster, how: { kind: 'lab' } });
        await lab.done(added);
        return added.host.id;
      },
      nic: null,
      template,
      hasScreen,
    });
    expect((await lab.client.labs.list()).filter(({ running }) => running)).toEqual([]);
  });
});

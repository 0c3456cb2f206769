import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../db/store';
import { plan } from '../../engine/plan/plan';
import { rowsOfHost, wantedFor } from '../../engine/plan/model/wanted';
import { createSimulatedHost } from '../../hosts/simulated/simulated-host';
import { type BigWorldSize, fillBigWorld } from '../support/big-world';

const go = new AbortController().signal;
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('the big world', () => {
  it('has a store and simulated hosts that agree: there is nothing to do on any host', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-big-'));
    folders.push(folder);
    const store = openMemoryStore();
    const size: BigWorldSize = { clusters: 2, hosts: 4, networks: 40, vms: 120 };
    const fileOf = (id: string): string => join(folder, `${id}.json`);
    const hosts = await fillBigWorld(store, fileOf, size);
    expect(hosts).toHaveLength(size.hosts);
    expect([store.networks.list().length, store.vms.list().length]).toEqual([size.networks, size.vms]);
    let vnics = 0;
    for (const { id, how } of hosts) {
      if (how.kind !== 'simulated') throw new Error('a host of another kind');
      const host = createSimulatedHost({ id, storeId: store.storeId, how, stateFile: fileOf(id) });
      await host.connect(go);
      const observed = await host.observe(go);
      const { groups, problems, findings } = plan(wantedFor(store.storeId, rowsOfHost(store, id)!), observed);
      expect({ groups, problems, findings }).toEqual({ groups: [], problems: [], findings: [] });
      expect(observed.capabilities.bootId).toBe(store.hosts.get(id)?.bootId);
      expect(observed.vms?.map((vm) => vm.state)).toEqual(Array.from({ length: size.vms / size.hosts }, () => 'up'));
      vnics += observed.bridges.reduce((sum, bridge) => sum + bridge.ports.length, 0);
      await host.close();
    }
    expect(vnics).toBe(size.vms + size.vms / 5);
    store.close();
  });
});

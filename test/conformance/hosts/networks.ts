import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inverseOf } from '../../../engine/plan/inverse';
import type { Change } from '../../../engine/ports/changes';
import { applied, bridgeIn, creation, go, groupOf, made, newSpec, sealed, seenBridge, snapshot } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

/** Bridges: made, seen, changed, undone and removed exactly as the port says. */
export function networkTests(kind: HostKind): void {
  describe.skipIf(kind.missing !== null)(blockName('networks', kind.missing), () => {
    let bed: Bed;
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
    });
    afterAll(() => bed.dispose());

    it('reconnects safely, and reports what the host supports', async () => {
      await bed.host.connect(go);
      const { capabilities, memoryFreeMiB, orphanSeals, bridges } = await bed.host.observe(go);
      expect(capabilities.cpus).toBeGreaterThan(0);
      expect(capabilities.memoryMiB).toBeGreaterThan(0);
      expect(capabilities.bootId).not.toBe('');
      expect(memoryFreeMiB).toBeGreaterThan(0);
      expect(memoryFreeMiB).toBeLessThanOrEqual(capabilities.memoryMiB);
      expect(orphanSeals).toEqual([]);
      expect(bridges.filter((bridge) => bridge.owner !== null)).toEqual([]);
    });

    it('creates sealed bridges that are observed exactly as specified', async () => {
      const specs = [newSpec(bed), newSpec(bed, 9000), newSpec(bed, 68)];
      await applied(bed.host, ...specs.map(creation));
      const observed = await bed.host.observe(go);
      for (const spec of specs) expect(bridgeIn(observed, spec.bridge)).toEqual({ ...sealed(bed, spec), ports: [] });
    });

    it('makes many in one go', async () => {
      const specs = await made(bed, 60);
      const observed = await bed.host.observe(go);
      expect(specs.map((spec) => bridgeIn(observed, spec.bridge))).toEqual(
        specs.map((spec) => ({ ...sealed(bed, spec), ports: [] })),
      );
    });

    it('is not changed by a second, equal creation', async () => {
      const [spec] = await made(bed);
      const before = await snapshot(bed);
      await bed.host.apply([creation(spec!)], go);
      expect(await snapshot(bed)).toEqual(before);
    });

    it('continues with the other networks when the name of one is taken, and does not change the other bridge', async () => {
      const specs = [newSpec(bed), newSpec(bed), newSpec(bed)];
      const taken = specs[1]!.bridge;
      await bed.outside.addNic(taken);
      const before = (await bed.host.observe(go)).nics.find((nic) => nic.name === taken);
      const outcomes = await bed.host.apply(specs.map(creation), go);
      expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true]);
      const failed = outcomes[1]!;
      expect(failed.ok ? null : { done: failed.done, says: failed.failure.message.length > 0 }).toEqual({
        done: 0,
        says: true,
      });
      const after = await bed.host.observe(go);
      expect(after.nics.find((nic) => nic.name === taken)).toEqual(before);
      expect(specs.map((spec) => bridgeIn(after, spec.bridge)?.owner?.networkId)).toEqual([
        specs[0]!.networkId,
        undefined,
        specs[2]!.networkId,
      ]);
      expect(after.orphanSeals).toEqual([]);
    });

    changeTests(() => bed);
    ownershipTests(() => bed);
    cancelTests(() => bed);
  });
}

/** Each kind of change does what it says, and its inverse restores the previous state. */
function changeTests(bed: () => Bed): void {
  it('changes MTU, MAC, link state and mark', async () => {
    const [spec] = await made(bed());
    const { bridge, alias } = spec!;
    await applied(
      bed().host,
      groupOf(
        spec!,
        { kind: 'bridge.mtu', bridge, mtu: 1400, was: 1500 },
        { kind: 'bridge.mac', bridge, mac: '02:00:5e:00:00:01', was: spec!.mac },
        { kind: 'bridge.up', bridge, up: false },
      ),
    );
    expect(await seenBridge(bed(), bridge)).toMatchObject({ mtu: 1400, mac: '02:00:5e:00:00:01', up: false });
    await bed().outside.setAlias(bridge, 'something else');
    expect(await seenBridge(bed(), bridge)).toMatchObject({ alias: 'something else', owner: null });
    await applied(bed().host, groupOf(spec!, { kind: 'bridge.mark', bridge, alias, was: 'something else' }));
    expect(await seenBridge(bed(), bridge)).toMatchObject({ alias, owner: { networkId: spec!.networkId } });
  });

  it('seals again, disables IPv6 and removes addresses', async () => {
    const [spec] = await made(bed());
    const { bridge } = spec!;
    await bed().outside.addAddress(bridge, '192.0.2.1/24');
    await bed().outside.switchIpv6On(bridge);
    await bed().outside.flushSeal(bridge);
    expect(await seenBridge(bed(), bridge)).toMatchObject({
      ipv6Disabled: false,
      sealIngress: 'missing',
      sealEgress: 'missing',
    });
    await applied(
      bed().host,
      groupOf(spec!, { kind: 'bridge.seal', bridge }, { kind: 'address.remove', bridge, address: '192.0.2.1/24' }),
    );
    expect(await seenBridge(bed(), bridge)).toEqual({ ...sealed(bed(), spec!), ports: [] });
  });

  it('adds a port, silences it, and removes it', async () => {
    const [spec] = await made(bed());
    const { bridge } = spec!;
    const port = `${bridge}p`;
    await bed().outside.addNic(port);
    await applied(bed().host, groupOf(spec!, { kind: 'port.quiet', port }, { kind: 'port.add', bridge, port }));
    expect((await seenBridge(bed(), bridge))?.ports).toMatchObject([{ name: port, ipv6Disabled: true }]);
    await applied(bed().host, groupOf(spec!, { kind: 'port.remove', bridge, port }));
    expect((await seenBridge(bed(), bridge))?.ports).toEqual([]);
  });

  it('sets all options of a bridge, twice as well as once', async () => {
    const [spec] = await made(bed());
    const options = groupOf(
      spec!,
      { kind: 'bridge.options', bridge: spec!.bridge },
      { kind: 'bridge.seal', bridge: spec!.bridge },
      { kind: 'bridge.up', bridge: spec!.bridge, up: true },
    );
    await applied(bed().host, options);
    const once = await snapshot(bed());
    await applied(bed().host, options);
    expect(await snapshot(bed())).toEqual(once);
  });

  it('removes a bridge with its chains; its ports stay on the host', async () => {
    const [spec] = await made(bed());
    const port = `${spec!.bridge}p`;
    await bed().outside.addNic(port);
    await bed().outside.setMaster(port, spec!.bridge);
    await applied(bed().host, groupOf(spec!, { kind: 'bridge.delete', spec: spec!, ports: [port] }));
    const { bridges, nics, orphanSeals } = await bed().host.observe(go);
    expect(bridges.map((bridge) => bridge.name)).not.toContain(spec!.bridge);
    expect(nics.find((nic) => nic.name === port)).toMatchObject({ master: null });
    expect(orphanSeals).not.toContain(spec!.bridge);
  });

  it('sees chains whose bridge is gone, and removes them', async () => {
    const [spec] = await made(bed());
    await bed().outside.deleteBridge(spec!.bridge);
    expect((await bed().host.observe(go)).orphanSeals).toEqual([spec!.bridge]);
    await applied(bed().host, groupOf(spec!, { kind: 'seal.remove', bridge: spec!.bridge }));
    expect((await bed().host.observe(go)).orphanSeals).toEqual([]);
  });

  const pairs: Record<string, (bridge: string) => Change> = {
    mtu: (bridge) => ({ kind: 'bridge.mtu', bridge, mtu: 1300, was: 1500 }),
    up: (bridge) => ({ kind: 'bridge.up', bridge, up: false }),
    rename: (bridge) => ({ kind: 'bridge.rename', from: bridge, to: `${bridge}x` }),
    'port.add': (bridge) => ({ kind: 'port.add', bridge, port: `${bridge}p` }),
  };
  it.each(Object.keys(pairs))('restores the previous state by the inverse of %s', async (name) => {
    const [spec] = await made(bed());
    await bed().outside.addNic(`${spec!.bridge}p`);
    const before = await snapshot(bed());
    const group = groupOf(spec!, pairs[name]!(spec!.bridge));
    await applied(bed().host, group);
    expect(await snapshot(bed())).not.toEqual(before);
    await applied(bed().host, inverseOf(group, 1));
    expect(await snapshot(bed())).toEqual(before);
  });

  it('restores the previous state, ports too, by the inverses of create and delete', async () => {
    const bare = await snapshot(bed());
    const spec = newSpec(bed());
    await applied(bed().host, creation(spec));
    await applied(bed().host, inverseOf(creation(spec), 1));
    expect(await snapshot(bed())).toEqual(bare);

    await applied(bed().host, creation(spec));
    const port = `${spec.bridge}p`;
    await bed().outside.addNic(port);
    await applied(bed().host, groupOf(spec, { kind: 'port.add', bridge: spec.bridge, port }));
    const before = await snapshot(bed());
    const removal = groupOf(spec, { kind: 'bridge.delete', spec, ports: [port] });
    await applied(bed().host, removal);
    await applied(bed().host, inverseOf(removal, 1));
    expect(await snapshot(bed())).toEqual(before);
  });
}

/** What does not carry this store's mark is never changed. */
function ownershipTests(bed: () => Bed): void {
  const marks = {
    'without a mark': () => null,
    'with the mark of another store': (networkId: string) => `atoll:00000000-0000-4000-8000-000000000000:${networkId}`,
    'with something like a mark': (networkId: string) => `atoll:${bed().storeId}:${networkId}:x`,
  };
  it.each(Object.keys(marks) as Array<keyof typeof marks>)('never touches a bridge %s', async (which) => {
    const spec = newSpec(bed());
    const { bridge } = spec;
    await bed().outside.addForeignBridge(bridge, marks[which](spec.networkId));
    const before = await snapshot(bed());
    const changes: Change[] = [
      { kind: 'bridge.create', spec },
      { kind: 'bridge.delete', spec, ports: [] },
      { kind: 'bridge.mtu', bridge, mtu: 1400, was: 1500 },
      { kind: 'bridge.mac', bridge, mac: '02:00:5e:00:00:02', was: spec.mac },
      { kind: 'bridge.up', bridge, up: false },
      { kind: 'bridge.rename', from: bridge, to: `${bridge}x` },
      { kind: 'bridge.options', bridge },
    ];
    for (const change of changes) {
      const [outcome] = await bed().host.apply([groupOf(spec, change)], go);
      expect(outcome, change.kind).toMatchObject({ ok: false, done: 0 });
      expect(await snapshot(bed()), change.kind).toEqual(before);
    }
  });
}

/** Work can be cancelled; what is left is never half sealed. */
function cancelTests(bed: () => Bed): void {
  it('does nothing when it is cancelled before it starts', async () => {
    const before = await snapshot(bed());
    await expect(bed().host.apply([creation(newSpec(bed()))], AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(await snapshot(bed())).toEqual(before);
  });

  it.each([1, 20, 60])('leaves no bridge up and open, or unmarked, when it is cancelled after %d ms', async (ms) => {
    const specs = Array.from({ length: 120 }, () => newSpec(bed()));
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ms);
    const ended = await bed()
      .host.apply(specs.map(creation), stop.signal)
      .then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
    clearTimeout(timer);
    expect(['done', 'CANCELLED']).toContain(ended);
    const { bridges } = await bed().host.observe(go);
    const names = new Set(specs.map((spec) => spec.bridge));
    const there = bridges.filter((bridge) => names.has(bridge.name));
    expect(there.filter((bridge) => bridge.owner === null)).toEqual([]);
    expect(
      there.filter(
        (bridge) => bridge.up && (bridge.sealIngress !== 'ok' || bridge.sealEgress !== 'ok' || !bridge.ipv6Disabled),
      ),
    ).toEqual([]);
    await applied(
      bed().host,
      ...specs
        .filter((spec) => there.some((bridge) => bridge.name === spec.bridge))
        .map((spec) => groupOf(spec, { kind: 'bridge.delete', spec, ports: [] })),
    );
  });
}

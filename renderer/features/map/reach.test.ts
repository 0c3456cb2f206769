import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../test/support/map-scene';
import { causesOf, reachOf, outsideText, externalAccessText } from './reach';
import { modelOf } from './model';

const model = modelOf(
  sceneOf(
    'laptop/blue: web db gw -batch',
    'laptop/green: gw ci far',
    'laptop/red: far deep',
    'laptop/uplink: gw updates',
    'node2/blue: db2 probe',
  ),
);

describe('reachOf', () => {
  it('reaches the VMs on its island, without itself', () => {
    expect(reachOf(model, 'web').direct).toEqual([{ islandId: 'blue@laptop', vmIds: ['db', 'gw'] }]);
  });

  it('finds what is reachable only via other VMs, nearest first, with the path', () => {
    const through = reachOf(model, 'web').through;
    expect(through.map((one) => [one.vmId, one.via.join('>')])).toEqual([
      ['ci', 'gw'],
      ['far', 'gw'],
      ['updates', 'gw'],
      ['deep', 'gw>far'],
    ]);
    expect(through.at(-1)?.islands).toEqual(['blue@laptop', 'green@laptop', 'red@laptop']);
  });

  it('finds external access: via other VMs, direct, or none', () => {
    expect(reachOf(model, 'web').out).toEqual({ via: ['gw'], islands: ['blue@laptop', 'uplink@laptop'] });
    expect(reachOf(model, 'deep').out?.via).toEqual(['far', 'gw']);
    expect(reachOf(model, 'gw').out).toEqual({ via: [], islands: ['uplink@laptop'] });
    expect(reachOf(model, 'batch').out).toBeNull();
    expect(reachOf(model, 'db2').out).toBeNull();
  });

  it('describes external access and the VMs on its path', () => {
    const words = (vm: string): string => externalAccessText(model, vm, reachOf(model, vm));
    expect(words('db2')).toBe('db2 has no external access');
    expect(words('web')).toBe('web has external access via gw, if it forwards');
    expect(words('deep')).toBe('deep has external access via far, then gw, if they forward');
    expect(words('gw')).toBe('gw has direct external access on uplink');
    expect(outsideText(model, { kind: 'vm', id: 'db2' })).toBe('db2 has no external access');
    expect(outsideText(model, { kind: 'network', id: 'blue' })).toBe("reachable only via a host's NIC");
  });

  it('lists VMs that share the network but not the island, and those that are inactive', () => {
    const reach = reachOf(model, 'web');
    expect(reach.elsewhere).toEqual([{ islandId: 'blue@node2', vmIds: ['db2', 'probe'] }]);
    expect(reach.inactive).toEqual([{ islandId: 'blue@laptop', vmIds: ['batch'] }]);
  });

  it('gives a stopped VM no reach and no external access', () => {
    const reach = reachOf(model, 'batch');
    expect(reach.direct).toEqual([]);
    expect(reach.through).toEqual([]);
    expect(reach.inactive).toEqual([{ islandId: 'blue@laptop', vmIds: ['web', 'db', 'gw'] }]);
  });
});

describe('the only gateway', () => {
  it('is the single VM between an isolated island and a regular network', () => {
    expect([...model.onlyGateways]).toEqual(['gw']);
    expect(model.gateways.get('blue@laptop')).toEqual(['gw']);
  });

  it('does not exist if there are two', () => {
    expect([...modelOf(sceneOf('h/blue: gw gw2 web', 'h/uplink: gw gw2')).onlyGateways]).toEqual([]);
  });
});

describe('causesOf', () => {
  const class1 = modelOf(sceneOf('h1/class: -one two three -four'));
  const causes = (vm: string) => causesOf(class1, vm, reachOf(class1, vm));

  it('is one cause for all neighbors of a VM that is down itself', () => {
    expect(causes('one')).toEqual({
      own: [{ islandId: 'class@h1', vmIds: ['two', 'three', 'four'] }],
      others: [],
    });
  });

  it('is a cause for each neighbor that is down', () => {
    expect(causes('two')).toEqual({
      own: [],
      others: [
        { islandId: 'class@h1', vmIds: ['one'] },
        { islandId: 'class@h1', vmIds: ['four'] },
      ],
    });
  });

  it('is one cause for a neighbor that is down, on however many networks they meet', () => {
    const both = modelOf(sceneOf('h1/blue: gw -desk', 'h1/green: gw -desk'));
    expect(causesOf(both, 'gw', reachOf(both, 'gw')).others).toEqual([{ islandId: 'blue@h1', vmIds: ['desk'] }]);
  });
});

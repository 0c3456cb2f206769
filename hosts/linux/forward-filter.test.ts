import { describe, expect, it } from 'vitest';
import { endsOf, filterText, othersOf, serversOf } from './forward-filter';

const STORE = '01a2171e-0928-7594-9883-f6b10116b447';
const bridge = (name: string, storeId: string | null) =>
  ({ name, owner: storeId === null ? null : { storeId, networkId: STORE } }) as never;
const nic = (name: string, master: string | null, kind: string) => ({ name, master, kind }) as never;

describe('the bridge port filter', () => {
  it('allows forwarding on bridges that are not sealed by us, and between taps without listing them', () => {
    const network = {
      bridges: [bridge('blue', STORE), bridge('admins', null)],
      nics: [
        nic('eth9', 'blue', 'veth'),
        nic('eth1', 'admins', 'veth'),
        nic('vnet0', 'admins', 'tap'),
        nic('eth2', null, 'veth'),
      ],
    };
    expect(othersOf(network, STORE)).toEqual(['eth1']);
  });

  it('is one text that starts from scratch each time', () => {
    const text = filterText('atoll_x', ['eth1']);
    expect(text).toContain('flush set bridge atoll_x others\nadd element bridge atoll_x others { "eth1" }');
    expect(text).toContain('policy drop');
    expect(text.endsWith('\n')).toBe(true);
  });

  it("lets a network's own server and taps reach each other, in its own bridge only", () => {
    const port = (name: string, master: string | null, storeId: string, kind = 'veth') =>
      ({ name, master, kind, alias: `atoll-port:${storeId}:${STORE}:services` }) as never;
    const other = STORE.replace('01a2171e', '01a2171f');
    const network = {
      bridges: [bridge('blue', STORE), bridge('admins', null)],
      nics: [
        port('ats1', 'blue', STORE),
        port('ats2', 'admins', STORE),
        port('ats3', null, STORE),
        port('ats4', 'blue', other),
        port('ats5', 'blue', STORE, 'vxlan'),
        nic('eth9', 'blue', 'veth'),
      ],
    };
    expect(serversOf(network, STORE)).toEqual(['ats1']);
    expect(othersOf(network, STORE)).toEqual([]);
    const text = filterText('atoll_x', [], ['ats1']);
    expect(text).toContain('add element bridge atoll_x servers { "ats1" }');
    expect(text).toContain('iifname @servers meta oifkind "tun" accept');
    expect(text).not.toContain('@servers oifname @servers');
  });

  it("lets a network's own tunnel end and taps reach each other, in its own bridge only", () => {
    const port = (name: string, master: string | null, storeId: string, kind = 'vxlan') =>
      ({ name, master, kind, alias: `atoll-tunnel:${storeId}:${STORE}` }) as never;
    const network = {
      bridges: [bridge('blue', STORE), bridge('admins', null)],
      nics: [
        port('att000001', 'blue', STORE),
        port('att000002', 'admins', STORE),
        port('att000003', 'blue', STORE.replace('01a2171e', '01a2171f')),
        port('att000004', 'blue', STORE, 'veth'),
      ],
    };
    expect(endsOf(network, STORE)).toEqual(['att000001']);
    expect(othersOf(network, STORE)).toEqual([]);
    const text = filterText('atoll_x', [], ['ats1'], ['att000001']);
    expect(text).toContain('add element bridge atoll_x ends { "att000001" }');
    expect(text).toContain('iifname @ends meta oifkind "tun" accept');
    expect(text).not.toMatch(/@ends oifname|@servers oifname @ends/);
  });

  it('never lets a name become nft syntax', () => {
    expect(filterText('atoll_x', ['a" }; flush ruleset', 'a*'])).not.toContain('flush ruleset');
    expect(filterText('atoll_x', ['a*'])).not.toContain('a*');
  });
});

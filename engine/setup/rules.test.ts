import { describe, expect, it } from 'vitest';
import { AppError, type HostNic } from '../../contract';
import type { NetworkRow } from '../ports/store';
import { aNic } from '../../test/support/a-nic';
import type { Attached, SetupRequest } from './request';
import { checkSetup } from './rules';

const network = (name: string, over: Partial<NetworkRow> = {}): NetworkRow => ({
  ...{
    id: name,
    dataCenterId: 'd',
    name,
    comment: '',
    isIsolated: false,
    vlan: null,
    mtu: 1500,
    bridge: name,
    label: null,
  },
  ...{ guestSubnet: null, services: null, stretch: null, createdAt: '' },
  ...over,
});
const red = network('red');
const green = network('green');
const blue = network('blue', { isIsolated: true });
const at = (which: NetworkRow, nic: string | null, over: Partial<Attached> = {}): Attached => ({
  ...{ network: which, nic, ipv4: { kind: 'none' }, ipv6: { kind: 'none' } },
  ...over,
});
const seen = (which: Attached, state: 'in_sync' | 'out_of_sync' = 'in_sync') => ({ ...which, state, differences: [] });
const bond = (name: string, nics: string[], mode: 'active-backup' | 'balance-rr' = 'active-backup') => ({
  name,
  nics,
  mode,
});
const CAN = { hostname: 'h', kernel: 'k', bootId: 'b', cpus: 1, memoryMiB: 1, rootless: false, kvm: false, gaps: [] };

const nics: HostNic[] = [
  aNic('h', 'eth0'),
  aNic('h', 'eth1'),
  aNic('h', 'eth2'),
  aNic('h', 'eth8', { bridge: 'br0' }),
  aNic('h', 'eth1.7', { kind: 'vlan', parent: 'eth1', vlan: 7 }),
  aNic('h', 'bond5', { kind: 'bond' }),
];

/** A request on a host with a few NICs; `after` is the result of `now` and `attach`. */
function ask(over: Partial<SetupRequest>): SetupRequest {
  const { attach = [], detach = [], now = [], bonds = [], removeBonds = [], bondsNow = [] } = over;
  const changed = new Set([...attach.map((each) => each.network.id), ...detach.map(({ id }) => id)]);
  const named = new Set([...removeBonds, ...bonds.map(({ name }) => name)]);
  return {
    host: { id: 'h', name: 'node1', labels: ['lab'], capabilities: { ...CAN, tools: {} } },
    override: new Set(),
    nics: new Map(nics.map((nic) => [nic.name, nic])),
    inCluster: new Set(['red', 'green', 'blue', 'tagged', 'other']),
    users: () => [],
    ...{ bonds, removeBonds, attach, detach, now, bondsNow },
    bondsAfter: [
      ...bondsNow.filter(({ name }) => !named.has(name)),
      ...bonds.map((each) => ({ ...each, hostId: 'h' })),
    ],
    after: [...now.filter((each) => !changed.has(each.network.id)), ...attach],
    ...over,
  };
}

const bond0 = { ...bond('bond0', ['eth1', 'eth2']), hostId: 'h' };
const STATIC = (address: string, gateway: string | null = null) =>
  ({ ipv4: { kind: 'static', address, gateway } }) as const;

/** Each rule by its name in oVirt's engine (or our letter), with a request that breaks only this rule. */
const BROKEN: ReadonlyArray<readonly [rule: string, request: Partial<SetupRequest>]> = [
  [
    'ACTION_TYPE_FAILED_NETWORK_ATTACHMENTS_REFERENCES_SAME_NETWORK_DUPLICATELY',
    { attach: [at(red, 'eth1'), at(red, 'eth2')] },
  ],
  ['NETWORK_ATTACHMENT_IN_BOTH_LISTS', { attach: [at(red, 'eth1')], detach: [red] }],
  ['NETWORK_OF_GIVEN_NAME_NOT_EXISTS_IN_CLUSTER', { attach: [at(network('far'), 'eth1')] }],
  ['S3', { attach: [at(blue, 'eth1')] }],
  ['S3', { attach: [at(blue, null, STATIC('192.0.2.3/24'))] }],
  ['S12', { attach: [at(network('other', { guestSubnet: '10.0.2.0/24' }), 'eth1')] }],
  ['HOST_NETWORK_INTERFACE_DOES_NOT_HAVE_NAME_SET', { attach: [at(red, null)] }],
  ['HOST_NETWORK_INTERFACE_HAVING_ID_OR_NAME_DOES_NOT_EXIST', { attach: [at(red, 'eth7')] }],
  ['ATTACHMENT_REFERENCE_VLAN_DEVICE', { attach: [at(red, 'eth1.7')] }],
  ['ACTION_TYPE_FAILED_HOST_NETWORK_ATTACHEMENT_ON_UNMANAGED_NETWORK', { attach: [at(red, 'eth8')] }],
  ['NETWORK_INTERFACE_ALREADY_IN_BOND', { attach: [at(red, 'eth1')], bondsNow: [bond0] }],
  [
    'NETWORK_INTERFACE_ADDED_TO_BOND_AND_NETWORK_IS_ATTACHED_TO_IT_AT_THE_SAME_TIME',
    { attach: [at(red, 'eth1')], bonds: [bond('bond0', ['eth1', 'eth2'])] },
  ],
  ['NETWORK_NOT_IN_SYNC', { attach: [at(red, 'eth2')], now: [seen(at(red, 'eth1'), 'out_of_sync')] }],
  ['NETWORK_ATTACHMENT_INCOMPATIBLE_BOOT_PROTOCOL_AND_HOST', { attach: [at(red, 'eth1', { ipv4: { kind: 'dhcp' } })] }],
  ['NETWORK_ATTACHMENT_GATEWAY_OUT_OF_RANGE', { attach: [at(red, 'eth1', STATIC('192.0.2.3/24', '192.0.3.1'))] }],
  ['S4', { detach: [blue], now: [seen(at(blue, null))] }],
  ['S12', { detach: [network('other', { guestSubnet: '10.0.2.0/24' })] }],
  ['NETWORK_ATTACHMENTS_TO_BE_REMOVED_DOES_NOT_EXISTS', { detach: [red] }],
  [
    'NETWORK_CANNOT_DETACH_NETWORK_USED_BY_VMS',
    { detach: [red], now: [seen(at(red, 'eth1'))], users: () => [{ name: 'gw' }] },
  ],
  ['BONDS_UPDATED_AND_REMOVED_SIMULTANEOUSLY', { bonds: [bond('bond0', ['eth1', 'eth2'])], removeBonds: ['bond0'] }],
  ['NETWORK_BOND_NAME_BAD_FORMAT', { bonds: [bond('team0', ['eth1', 'eth2'])] }],
  ['NETWORK_INTERFACE_IS_NOT_BOND', { bonds: [bond('bond5', ['eth1', 'eth2'])] }],
  ['NETWORK_BONDS_INVALID_SLAVE_COUNT', { bonds: [bond('bond0', ['eth1', 'eth1'])] }],
  ['HOST_NETWORK_INTERFACE_HAVING_NAME_DOES_NOT_EXIST', { bonds: [bond('bond0', ['eth1', 'eth7'])] }],
  ['NETWORK_INTERFACE_BOND_OR_VLAN_CANNOT_BE_SLAVE', { bonds: [bond('bond0', ['eth2', 'eth1.7'])] }],
  ['NETWORK_INTERFACE_WITH_UNMANAGED_NETWORK_CANNOT_BE_SLAVE', { bonds: [bond('bond0', ['eth1', 'eth8'])] }],
  [
    'NETWORK_INTERFACE_ATTACHED_TO_NETWORK_CANNOT_BE_SLAVE',
    { bonds: [bond('bond0', ['eth1', 'eth2'])], now: [seen(at(red, 'eth1'))] },
  ],
  ['NETWORK_INTERFACE_ALREADY_IN_BOND', { bonds: [bond('bond1', ['eth0', 'eth1'])], bondsNow: [bond0] }],
  [
    'NETWORK_INTERFACE_REFERENCED_AS_A_SLAVE_MULTIPLE_TIMES',
    { bonds: [bond('bond0', ['eth1', 'eth2']), bond('bond1', ['eth0', 'eth1'])] },
  ],
  ['NETWORK_BOND_RECORDS_DOES_NOT_EXISTS', { removeBonds: ['bond7'] }],
  ['BOND_USED_BY_NETWORK_ATTACHMENTS', { removeBonds: ['bond0'], bondsNow: [bond0], now: [seen(at(red, 'bond0'))] }],
  ['NETWORK_INTERFACES_NOT_EXCLUSIVELY_USED_BY_UNTAGGED_NETWORK', { attach: [at(red, 'eth1'), at(green, 'eth1')] }],
  [
    'NETWORK_INTERFACES_NOT_EXCLUSIVELY_USED_BY_VLAN',
    { attach: [at(network('tagged', { vlan: 7 }), 'eth1'), at(network('other', { vlan: 7 }), 'eth1')] },
  ],
  ['NETWORK_MTU_DIFFERENCES', { attach: [at(red, 'eth1'), at(network('tagged', { vlan: 7, mtu: 9000 }), 'eth1')] }],
  [
    'ATTACHMENT_VLAN_NAME_TOO_LONG',
    {
      attach: [at(network('tagged', { vlan: 1000 }), 'enx0011223344')],
      nics: new Map([['enx0011223344', aNic('h', 'enx0011223344')]]),
    },
  ],
  [
    'INVALID_BOND_MODE_FOR_BOND_WITH_VM_NETWORK',
    { bonds: [bond('bond0', ['eth1', 'eth2'], 'balance-rr')], attach: [at(red, 'bond0')] },
  ],
  [
    'NETWORK_ATTACHMENT_ADDRESS_TWICE',
    { attach: [at(red, 'eth1', STATIC('192.0.2.3/24')), at(green, 'eth2', STATIC('192.0.2.3/25'))] },
  ],
  [
    'NETWORK_ATTACHMENT_GATEWAY_TWICE',
    {
      attach: [
        at(red, 'eth1', STATIC('192.0.2.3/24', '192.0.2.1')),
        at(green, 'eth2', STATIC('198.51.100.3/24', '198.51.100.1')),
      ],
    },
  ],
];

function ruleBrokenBy(request: SetupRequest): string | undefined {
  try {
    checkSetup(request);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.remedy).not.toBeNull();
    expect(error.field).toBeDefined();
    return error.rule;
  }
}

describe('the rules of Setup networks', () => {
  it.each(BROKEN)('%s', (rule, request) => expect(ruleBrokenBy(ask(request))).toBe(rule));

  it('allow nic-less networks beside NIC-backed ones, and other valid requests', () => {
    const many = Array.from({ length: 3 }, (_, n) => network(`blue${n}`, { isIsolated: true }));
    const good: Partial<SetupRequest> = {
      bonds: [bond('bond0', ['eth1', 'eth2'])],
      attach: [
        ...many.map((each) => at(each, null)),
        at(red, 'bond0', STATIC('192.0.2.3/24', '192.0.2.1')),
        at(network('tagged', { vlan: 7 }), 'bond0'),
      ],
      inCluster: new Set(['red', 'tagged', ...many.map(({ id }) => id)]),
    };
    expect(ruleBrokenBy(ask(good))).toBeUndefined();
    const overridden = {
      attach: [at(red, 'eth2')],
      now: [seen(at(red, 'eth1'), 'out_of_sync')],
      override: new Set(['red']),
    };
    expect(ruleBrokenBy(ask(overridden))).toBeUndefined();
    const moved = {
      attach: [at(red, 'bond0')],
      now: [seen(at(red, 'eth1'))],
      bonds: [bond('bond0', ['eth1', 'eth2'])],
    };
    expect(ruleBrokenBy(ask(moved))).toBeUndefined();
  });
});

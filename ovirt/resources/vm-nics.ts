import type { Vnic } from '../../contract';
import { type Ask, collection } from '../table';
import type { Doc } from '../wire/doc';
import { Fault, OPERATION_FAILED, incomplete, notFound, unsupported } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';
import { derivedId, given, textOfRef, vmRef } from './shared';
import { vmIn } from './vms';

/** Where a request puts a vNIC: on a network by a profile, or by the network's first one. */
interface Place {
  readonly network: string | null;
  readonly profile?: string;
}

/** Undefined: the request says nothing about it. */
async function placeIn(ask: Ask, body: Doc): Promise<Place | undefined> {
  const profile = body.child('vnic_profile');
  if (profile === null) {
    const network = body.ref('network');
    return network === null ? undefined : { network: textOfRef(network) };
  }
  const ref = body.ref('vnic_profile');
  if (ref === null) return { network: null };
  const { all, byId } = await ask.world.profiles();
  const found = ref.id === null ? all.filter(({ name }) => name === ref.name) : [byId.get(ref.id.toLowerCase())];
  const [only, second] = found;
  if (only === undefined) throw notFound('Vnic Profile');
  if (second !== undefined)
    throw new Fault(400, OPERATION_FAILED, '[Several vNIC profiles have this name: give an id.]');
  return { network: only.networkId, profile: only.id };
}

const MODELS: Record<string, string> = { virtio: 'virtio', e1000: 'e1000', e1000e: 'e1000e', rtl8139: 'rtl8139' };

async function assertModel(ask: Ask, body: Doc): Promise<void> {
  const asked = body.str('interface')?.trim().toLowerCase();
  if (!asked) return;
  const { hardware } = await vmIn(ask);
  if (asked !== hardware.nicModel)
    throw unsupported(
      `A vNIC of the type ${asked} (those of this VM are ${hardware.nicModel}; the VM as a whole has a model)`,
    );
}

export const VM_NICS = collection<Vnic>({
  path: 'vms/{vms}/nics',
  tag: 'nic',
  tags: 'nics',
  calls: ['vms.show'],
  items: async (ask) => (await vmIn(ask)).vnics,
  id: ({ id }) => id,
  show: async (ask, row): Promise<Rep> => {
    const { hardware } = await vmIn(ask);
    return {
      name: row.name,
      interface: MODELS[hardware.nicModel] ?? 'virtio',
      linked: row.linked,
      plugged: row.plugged,
      synced: true,
      mac: { address: row.mac },
      vm: vmRef(ask, row.vmId),
      ...(row.profileId === null
        ? {}
        : { vnic_profile: refTo(ask.href('vnicprofiles', row.profileId), row.profileId) }),
      ...(row.networkId === null ? {} : { network: refTo(ask.href('networks', row.networkId), row.networkId) }),
    };
  },
  searched:
    async () =>
    ({ id, name }) => ({ id, name }),
  links: ['reporteddevices', 'statistics'],
  empty: { networkfilterparameters: ['network_filter_parameters', 'network_filter_parameter'] },
  add: {
    calls: ['vnics.add'],
    waits: 'work',
    reads: ['name', 'vnic_profile', 'mac', 'plugged', 'linked'],
    run: async (ask, body) => {
      const vm = await vmIn(ask);
      const name = body.str('name')?.trim();
      if (!name) throw incomplete('Nic', 'add', ['name']);
      await assertModel(ask, body);
      if (vm.vnics.some((each) => each.name === name))
        throw new Fault(409, OPERATION_FAILED, `[The network interface name ${name} is already in use.]`);
      const { vnic, job } = await ask.client.vnics.add({
        vm: vm.id,
        name,
        ...((await placeIn(ask, body)) ?? { network: null }),
        ...given({
          mac: body.str('mac', 'address')?.trim() || undefined,
          plugged: body.bool('plugged'),
          linked: body.bool('linked'),
        }),
      });
      return { id: vnic.id, job };
    },
  },
  update: {
    calls: ['vnics.move', 'vnics.link', 'vnics.plug', 'vnics.unplug'],
    waits: 'work',
    reads: ['vnic_profile', 'linked', 'plugged'],
    note: 'Name and MAC address stay',
    run: (ask, row, body) => updateNic(ask, row, body),
  },
  remove: {
    calls: ['vnics.remove'],
    waits: 'work',
    run: ({ client }, { id, vmId }) => client.vnics.remove({ vm: vmId, vnic: id }),
  },
  actions: {
    activate: {
      calls: ['vnics.plug'],
      waits: 'work',
      run: ({ client }, { id, vmId }) => client.vnics.plug({ vm: vmId, vnic: id }),
    },
    deactivate: {
      calls: ['vnics.unplug'],
      waits: 'work',
      run: ({ client }, { id, vmId }) => client.vnics.unplug({ vm: vmId, vnic: id }),
    },
  },
});

/** One change at a time is one command; what is so already is none. */
async function updateNic(ask: Ask, row: Vnic, body: Doc): Promise<{ job: string | null }> {
  const of = { vm: row.vmId, vnic: row.id };
  const name = body.str('name')?.trim();
  if (name !== undefined && name !== row.name) throw unsupported('Renaming a vNIC');
  const mac = body.str('mac', 'address')?.trim().toLowerCase();
  if (mac && mac !== row.mac) throw unsupported('Changing the MAC address of a vNIC');
  await assertModel(ask, body);
  const place = await placeIn(ask, body);
  const [linked, plugged] = [body.bool('linked'), body.bool('plugged')];
  const changes = [
    ...(place === undefined || (await isAt(ask, row, place)) ? [] : [() => ask.client.vnics.move({ ...of, ...place })]),
    ...(linked === undefined || linked === row.linked ? [] : [() => ask.client.vnics.link({ ...of, up: linked })]),
    ...(plugged === undefined || plugged === row.plugged
      ? []
      : [() => (plugged ? ask.client.vnics.plug(of) : ask.client.vnics.unplug(of))]),
  ];
  let job: string | null = null;
  for (const change of changes) job = (await change()).job ?? job;
  return { job };
}

async function isAt(ask: Ask, { networkId, profileId }: Vnic, { network, profile }: Place): Promise<boolean> {
  const id = network === null ? null : await idOfNetwork(ask, network);
  return id === networkId && (profile === undefined || profile === profileId);
}

async function idOfNetwork(ask: Ask, ref: string): Promise<string> {
  const { all, byId } = await ask.world.networks();
  return byId.get(ref)?.id ?? all.find(({ name }) => name === ref)?.id ?? ref;
}

/** What a guest has of Atoll: the addresses that it was given. */
interface Reported {
  readonly vnic: Vnic;
  readonly address: string;
}

const reported = {
  tag: 'reported_device',
  tags: 'reported_devices',
  calls: ['vms.show'],
  id: ({ vnic }: Reported): string => derivedId('device', vnic.id),
  show: (ask: Ask, { vnic, address }: Reported): Rep => ({
    name: vnic.name,
    type: 'network',
    mac: { address: vnic.mac },
    ips: { ip: [{ address: address.split('/')[0], version: address.includes(':') ? 'v6' : 'v4' }] },
    vm: vmRef(ask, vnic.vmId),
  }),
} as const;

const addressesOf = async (ask: Ask): Promise<Reported[]> =>
  (await vmIn(ask)).vnics.flatMap((vnic) =>
    vnic.assignedAddress === null ? [] : [{ vnic, address: vnic.assignedAddress }],
  );

export const REPORTED_DEVICES = collection<Reported>({
  ...reported,
  path: 'vms/{vms}/reporteddevices',
  items: addressesOf,
});

export const NIC_REPORTED_DEVICES = collection<Reported>({
  ...reported,
  path: 'vms/{vms}/nics/{nics}/reporteddevices',
  items: async (ask) => (await addressesOf(ask)).filter(({ vnic }) => vnic.id === ask.ids['nics']),
});

export const VNIC_STATISTICS = collection<never>({
  path: 'vms/{vms}/nics/{nics}/statistics',
  tag: 'statistic',
  tags: 'statistics',
  calls: ['vms.show'],
  items: async (ask) => {
    const { vnics } = await vmIn(ask);
    if (!vnics.some(({ id }) => id === ask.ids['nics'])) throw notFound('Network Interface');
    return [];
  },
  id: () => '',
  show: () => ({}),
  note: 'Always empty',
});

import type { Network, VnicProfile } from '../../contract';
import { type Added, type Ask, type Changed, type Searched, collection } from '../table';
import type { Doc } from '../wire/doc';
import { Fault, OPERATION_FAILED, incomplete, notFound, unsupported } from '../wire/fault';
import type { Rep } from '../wire/rep';
import { networkIn } from './networks';
import { nameIn, networkRef } from './shared';

const showProfile = (ask: Ask, { name, networkId }: VnicProfile): Rep => ({
  name,
  pass_through: { mode: 'disabled' },
  port_mirroring: false,
  network: networkRef(ask, networkId),
});

const profilesSearched: Searched<VnicProfile> = async ({ world }) => {
  const networks = (await world.networks()).byId;
  const dataCenters = (await world.dataCenters()).byId;
  return ({ id, name, networkId }) => {
    const of = networks.get(networkId);
    const place = of && dataCenters.get(of.dataCenterId)?.name;
    return { id, name, network: of?.name, network_name: of?.name, datacenter: place, 'networks.name': of?.name };
  };
};

/** A profile of Atoll's is a name by which vNICs are on a network. What else oVirt's can do is refused, not forgotten. */
function assertPlain(body: Doc): void {
  if (body.str('pass_through', 'mode')?.trim() === 'enabled') throw unsupported('A vNIC profile with passthrough');
  for (const flag of ['port_mirroring', 'migratable'])
    if (body.bool(flag)) throw unsupported(`${flag} of a vNIC profile`);
  for (const ref of ['qos', 'network_filter', 'failover'])
    if (body.ref(ref) !== null) throw unsupported(`${ref} of a vNIC profile`);
  if ((body.list('custom_properties', 'custom_property') ?? []).length > 0)
    throw unsupported('custom_properties of a vNIC profile');
}

/** oVirt's own words, where its clients look for them. */
const nameTaken = (name: string): Fault =>
  new Fault(
    409,
    OPERATION_FAILED,
    `[The vNIC profile name ${name} is already used for an existing vNIC profile in the network.]`,
  );

async function addProfile(ask: Ask, body: Doc, of: Network): Promise<Added> {
  const name = nameIn(body, 'VnicProfile');
  assertPlain(body);
  const { all } = await ask.world.profiles();
  if (all.some((each) => each.networkId === of.id && each.name === name)) throw nameTaken(name);
  const { profile, job } = await ask.client.networks.addProfile({ network: of.id, name });
  return { id: profile.id, job };
}

const change = {
  update: {
    calls: ['networks.renameProfile'],
    reads: ['name'],
    note: 'Its network stays; QoS, filters, port mirroring and passthrough are refused',
    run: async (ask: Ask, { id, networkId, name: now }: VnicProfile, body: Doc): Promise<Changed> => {
      assertPlain(body);
      const network = body.ref('network');
      if (network?.id && network.id.toLowerCase() !== networkId)
        throw new Fault(400, OPERATION_FAILED, '[The network of a vNIC profile cannot be changed.]');
      const name = body.str('name')?.trim();
      if (!name || name === now) return { job: null };
      const { all } = await ask.world.profiles();
      if (all.some((each) => each.networkId === networkId && each.name === name)) throw nameTaken(name);
      return ask.client.networks.renameProfile({ network: networkId, profile: id, name });
    },
  },
  remove: {
    calls: ['networks.removeProfile'],
    note: 'refused while vNICs have it, and for the only one of a network',
    run: ({ client }: Ask, { id, networkId }: VnicProfile): Promise<Changed> =>
      client.networks.removeProfile({ network: networkId, profile: id }),
  },
} as const;

export const VNIC_PROFILES = collection<VnicProfile>({
  path: 'vnicprofiles',
  tag: 'vnic_profile',
  tags: 'vnic_profiles',
  calls: ['networks.profiles'],
  items: async ({ world }) => (await world.profiles()).all,
  id: ({ id }) => id,
  show: showProfile,
  searched: profilesSearched,
  links: ['permissions'],
  note: 'Each network has at least one; the first is named after it and made with it',
  add: {
    calls: ['networks.addProfile'],
    reads: ['name', 'network'],
    run: async (ask, body) => {
      nameIn(body, 'VnicProfile');
      const ref = body.ref('network');
      if (ref === null) throw incomplete('VnicProfile', 'add', ['network.id']);
      const { all, byId } = await ask.world.networks();
      const of = ref.id === null ? all.find(({ name }) => name === ref.name) : byId.get(ref.id.toLowerCase());
      if (of === undefined) throw notFound('Network');
      return addProfile(ask, body, of);
    },
  },
  ...change,
});

export const NETWORK_PROFILES = collection<VnicProfile>({
  path: 'networks/{networks}/vnicprofiles',
  tag: 'vnic_profile',
  tags: 'vnic_profiles',
  home: 'vnicprofiles',
  calls: ['networks.profiles'],
  items: async (ask) => {
    const { id } = await networkIn(ask);
    return (await ask.world.profiles()).all.filter(({ networkId }) => networkId === id);
  },
  id: ({ id }) => id,
  show: showProfile,
  searched: profilesSearched,
  add: {
    calls: ['networks.addProfile'],
    reads: ['name'],
    run: async (ask, body) => addProfile(ask, body, await networkIn(ask)),
  },
});

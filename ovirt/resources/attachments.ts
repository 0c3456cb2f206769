import ipaddr from 'ipaddr.js';
import type { BondDraft, HostNic, Ipv4, Ipv6, Network, NetworkAttachment } from '../../contract';
import { type Added, type Ask, type Changed, collection } from '../table';
import type { Doc } from '../wire/doc';
import { Fault, OPERATION_FAILED, incomplete, notFound, unsupported } from '../wire/fault';
import type { Rep } from '../wire/rep';
import { derivedId, hostRef, networkRef } from './shared';
import { BOND_MODES } from './bond-modes';
import { type Shown, hostIn, nicId, shownHost } from './shown-host';

/** oVirt's engine keys an attachment by an id of its own; Atoll by network and host. */
const attachmentId = ({ networkId, hostId }: Pick<NetworkAttachment, 'networkId' | 'hostId'>): string =>
  derivedId(networkId, hostId);

interface Draft {
  readonly network: string;
  readonly nic: string | null;
  readonly ipv4: Ipv4;
  readonly ipv6: Ipv6;
}

const fault = (status: number, rule: string, words: string): Fault =>
  new Fault(status, OPERATION_FAILED, `[${rule}: ${words}.]`);

function showAttachment(ask: Ask, row: NetworkAttachment, { nics }: Shown): Rep {
  const nic = nics.find(({ name }) => name === row.nic);
  return {
    in_sync: row.state !== 'out_of_sync' && row.state !== 'failed',
    ip_address_assignments: { ip_address_assignment: assignmentsOf(row) },
    properties: {},
    reported_configurations: {
      reported_configuration: row.differences.map(({ what, wanted, actual }) => ({
        name: what,
        expected_value: wanted,
        actual_value: actual,
        in_sync: false,
      })),
    },
    host: hostRef(ask, row.hostId),
    network: networkRef(ask, row.networkId),
    ...(row.nic === null
      ? {}
      : {
          host_nic: nic
            ? { href: ask.href('hosts', row.hostId, 'nics', nicId(nic)), id: nicId(nic), name: row.nic }
            : { name: row.nic },
        }),
  };
}

function assignmentsOf({ nic, ipv4, ipv6 }: NetworkAttachment): Rep[] {
  if (nic === null) return [];
  const four: Rep =
    ipv4.kind === 'static'
      ? {
          ip: {
            address: ipv4.address.split('/')[0],
            netmask: netmaskOf(ipv4.address),
            gateway: ipv4.gateway ?? undefined,
            version: 'v4',
          },
        }
      : { ip: { version: 'v4' } };
  const six: Rep[] =
    ipv6.kind === 'static'
      ? [
          {
            assignment_method: 'static',
            ip: {
              ...{ address: ipv6.address.split('/')[0], netmask: ipv6.address.split('/')[1] },
              ...{ gateway: ipv6.gateway ?? undefined, version: 'v6' },
            },
          },
        ]
      : [];
  return [{ assignment_method: ipv4.kind, ...four }, ...six];
}

const netmaskOf = (cidr: string): string =>
  ipaddr.IPv4.subnetMaskFromPrefixLength(Number(cidr.split('/')[1])).toString();

/** Attachments of a host; below a NIC, those on it. */
const common = {
  tag: 'network_attachment',
  tags: 'network_attachments',
  calls: ['hosts.show'],
  id: attachmentId,
  show: async (ask: Ask, row: NetworkAttachment): Promise<Rep> => showAttachment(ask, row, await hostIn(ask)),
  update: {
    calls: ['hosts.setupNetworks'],
    waits: 'work',
    reads: ['host_nic', 'ip_address_assignments'],
    run: async (ask: Ask, row: NetworkAttachment, body: Doc): Promise<Changed> => {
      const host = await hostIn(ask);
      const draft = await draftOf(ask, host, body, { now: row });
      return changeNetworks(ask, host, { attach: [draft] });
    },
  },
  remove: {
    calls: ['hosts.setupNetworks'],
    waits: 'work',
    note: 'refused for an isolated network, which every host of its cluster has: detach it from the cluster',
    run: async (ask: Ask, { networkId, hostId }: NetworkAttachment): Promise<Changed> =>
      ask.client.hosts.setupNetworks({ host: hostId, detach: [networkId] }),
  },
} as const;

export const NETWORK_ATTACHMENTS = collection<NetworkAttachment>({
  ...common,
  path: 'hosts/{hosts}/networkattachments',
  items: async (ask) => (await hostIn(ask)).attachments,
  note: 'Without `host_nic` (or with an empty one) the network must be isolated',
  add: {
    calls: ['hosts.setupNetworks'],
    waits: 'work',
    reads: ['network', 'host_nic', 'ip_address_assignments'],
    note: 'One of an isolated network that the cluster has already deployed is answered as it is',
    run: async (ask, body) => addAttachment(ask, body, null),
  },
});

export const NIC_ATTACHMENTS = collection<NetworkAttachment>({
  ...common,
  path: 'hosts/{hosts}/nics/{nics}/networkattachments',
  items: async (ask) => {
    const nic = await nicIn(ask);
    return (await hostIn(ask)).attachments.filter((each) => each.nic === nic.name);
  },
  add: {
    calls: ['hosts.setupNetworks'],
    waits: 'work',
    reads: ['network', 'ip_address_assignments'],
    run: async (ask, body) => addAttachment(ask, body, await nicIn(ask)),
  },
});

async function nicIn(ask: Ask): Promise<HostNic> {
  const nic = (await hostIn(ask)).nics.find((each) => nicId(each) === ask.ids['nics']);
  if (nic === undefined) throw notFound('Network Interface');
  return nic;
}

async function addAttachment(ask: Ask, body: Doc, on: HostNic | null): Promise<Added> {
  const host = await hostIn(ask);
  const draft = await draftOf(ask, host, body, { on });
  const hostId = host.host.id;
  const id = attachmentId({ networkId: draft.network, hostId });
  const now = host.attachments.find(({ networkId }) => networkId === draft.network);
  // The cluster deploys an isolated network on its own: what a client asks for here is then so already.
  if (now !== undefined && now.nic === null && draft.nic === null) return { id, job: null };
  if (now !== undefined && now.nic !== null && draft.nic !== null)
    throw fault(409, 'NETWORK_ALREADY_ATTACHED_TO_HOST', `The network is attached to ${host.host.name} on ${now.nic}`);
  const { job } = await ask.client.hosts.setupNetworks({ host: hostId, attach: [draft] });
  return { id, job };
}

/** What an attachment asks for. `now`: it changes this one, and keeps what is not given. */
async function draftOf(
  ask: Ask,
  host: Shown,
  body: Doc,
  { now, on = null, bonds = [] }: { now?: NetworkAttachment; on?: HostNic | null; bonds?: readonly string[] } = {},
): Promise<Draft> {
  const network = await networkOf(ask, host, body, now);
  const named = nicOf(host, body, bonds);
  if (on !== null && named !== undefined && named !== on.name)
    throw fault(
      400,
      'NETWORK_ATTACHMENT_REFERENCES_NICS_INCOHERENTLY',
      `The NIC ${named} is not the one of the address`,
    );
  const ips = addressesIn(body);
  return {
    network: network.id,
    nic: on?.name ?? named ?? now?.nic ?? null,
    ipv4: ips?.ipv4 ?? now?.ipv4 ?? { kind: 'none' },
    ipv6: ips?.ipv6 ?? now?.ipv6 ?? { kind: 'none' },
  };
}

async function networkOf(ask: Ask, { host }: Shown, body: Doc, now?: NetworkAttachment): Promise<Network> {
  const { all, byId } = await ask.world.networks();
  const ref = body.ref('network');
  if (ref === null) {
    const same = now && byId.get(now.networkId);
    if (same === undefined) throw incomplete('NetworkAttachment', 'add', ['network.id|name']);
    return same;
  }
  const place = (await ask.world.clusters()).byId.get(host.clusterId)?.dataCenterId;
  const found =
    ref.id === null
      ? all.find(({ name, dataCenterId }) => name === ref.name && dataCenterId === place)
      : byId.get(ref.id.toLowerCase());
  if (found === undefined)
    throw ref.id === null
      ? fault(400, 'NETWORK_HAVING_NAME_NOT_EXISTS', `There is no network ${ref.name ?? ''}`)
      : fault(400, 'NETWORK_HAVING_ID_NOT_EXISTS', `There is no network ${ref.id}`);
  if (ref.id !== null && ref.name !== null && found.name !== ref.name)
    throw fault(400, 'NETWORK_ATTACHMENT_REFERENCES_NETWORK_INCOHERENTLY', 'Id and name are of different networks');
  if (now !== undefined && now.networkId !== found.id)
    throw fault(400, 'CANNOT_CHANGE_ATTACHED_NETWORK', 'An attachment keeps its network');
  return found;
}

/** The NIC that is named; undefined: none, or an empty element. `bonds`: names that the same request makes. */
function nicOf({ nics, bonds: made }: Shown, body: Doc, bonds: readonly string[]): string | undefined {
  const ref = body.ref('host_nic');
  if (ref === null) return undefined;
  const found = nics.find((each) => (ref.id === null ? each.name === ref.name : nicId(each) === ref.id));
  if (found !== undefined && ref.id !== null && ref.name !== null && found.name !== ref.name)
    throw fault(400, 'NETWORK_ATTACHMENT_REFERENCES_NICS_INCOHERENTLY', 'Id and name are of different NICs');
  if (found !== undefined) return found.name;
  if (ref.name !== null && (bonds.includes(ref.name) || made.some(({ name }) => name === ref.name))) return ref.name;
  throw fault(
    400,
    'HOST_NETWORK_INTERFACE_HAVING_ID_OR_NAME_DOES_NOT_EXIST',
    `The host has no NIC ${ref.name ?? ref.id ?? ''}`,
  );
}

function addressesIn(body: Doc): { ipv4: Ipv4; ipv6: Ipv6 } | null {
  const given = body.list('ip_address_assignments', 'ip_address_assignment');
  if (given === null || given.length === 0) return null;
  let [ipv4, ipv6]: [Ipv4, Ipv6] = [{ kind: 'none' }, { kind: 'none' }];
  for (const each of given) {
    const method = each.str('assignment_method')?.trim() ?? '';
    const isSix = each.str('ip', 'version')?.trim() === 'v6';
    if (method === 'none') continue;
    if (method === '')
      throw fault(
        400,
        'NETWORK_ATTACHMENT_IP_CONFIGURATION_MISSING_BOOT_PROTOCOL',
        'An address has no assignment method',
      );
    if (method === 'static') {
      const cidr = cidrOf(each, isSix);
      const gateway = each.str('ip', 'gateway')?.trim() || null;
      if (isSix) ipv6 = { kind: 'static', address: cidr, gateway };
      else ipv4 = { kind: 'static', address: cidr, gateway };
    } else if (method === 'dhcp' && !isSix) ipv4 = { kind: 'dhcp' };
    else throw unsupported(`The assignment method ${method}${isSix ? ' of IPv6' : ''}`);
  }
  return { ipv4, ipv6 };
}

function cidrOf(assignment: Doc, isSix: boolean): string {
  const address = assignment.str('ip', 'address')?.trim() ?? '';
  const mask = assignment.str('ip', 'netmask')?.trim() ?? '';
  if (address === '' || mask === '')
    throw fault(
      400,
      'NETWORK_ATTACHMENT_STATIC_BOOT_PROTOCOL_MISSING_IP_ADDRESS_DETAILS',
      'A static address needs an address and a netmask',
    );
  if (/^\d{1,3}$/.test(mask)) return `${address}/${mask}`;
  const prefix = !isSix && ipaddr.IPv4.isValid(mask) ? ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() : null;
  if (prefix === null) throw new Fault(400, OPERATION_FAILED, `[${mask.slice(0, 50)} is no netmask.]`);
  return `${address}/${prefix}`;
}

/** The action setupnetworks. */
export async function setupFrom(ask: Ask, host: Shown, body: Doc): Promise<Changed> {
  for (const labels of ['modified_labels', 'removed_labels'])
    if ((body.child(labels)?.children.length ?? 0) > 0)
      throw unsupported('A label of a NIC (hosts have labels as a whole)');
  const bonds = bondsIn(host, body);
  const names = bonds.map(({ name }) => name);
  const attach: Draft[] = [];
  for (const each of body.list('modified_network_attachments', 'network_attachment') ?? []) {
    const now = each.id === undefined ? undefined : attachmentAt(host, each.id);
    attach.push(await draftOf(ask, host, each, { bonds: names, ...(now ? { now } : {}) }));
  }
  const synced = (body.list('synchronized_network_attachments', 'network_attachment') ?? []).map((each) =>
    attachmentAt(host, each.id ?? ''),
  );
  const detach = (body.list('removed_network_attachments', 'network_attachment') ?? []).map((each) => {
    if (each.id !== undefined) return removedAt(host, each.id).networkId;
    const name = each.ref('network');
    if (name === null) throw incomplete('NetworkAttachment', 'remove', ['id']);
    return name.id ?? name.name ?? '';
  });
  const named = new Set(attach.map(({ network }) => network));
  return changeNetworks(ask, host, {
    bonds,
    attach: [...attach, ...synced.filter(({ networkId }) => !named.has(networkId)).map(asDraft)],
    detach,
    override: synced.map(({ networkId }) => networkId),
    removeBonds: (body.list('removed_bonds', 'host_nic') ?? []).map((each) => bondNamed(host, each)),
    timeout: body.int('connectivity_timeout'),
  });
}

const asDraft = ({ networkId, nic, ipv4, ipv6 }: NetworkAttachment): Draft => ({ network: networkId, nic, ipv4, ipv6 });

const attachmentAt = ({ attachments }: Shown, id: string): NetworkAttachment => {
  const found = attachments.find((each) => attachmentId(each) === id.toLowerCase());
  if (found === undefined)
    throw fault(400, 'MODIFIED_NETWORK_ATTACHMENT_DOES_NOT_EXISTS', `The host has no attachment ${id}`);
  return found;
};

const removedAt = ({ attachments }: Shown, id: string): NetworkAttachment => {
  const found = attachments.find((each) => attachmentId(each) === id.toLowerCase());
  if (found === undefined)
    throw fault(400, 'NETWORK_ATTACHMENTS_TO_BE_REMOVED_DOES_NOT_EXISTS', `The host has no attachment ${id}`);
  return found;
};

function bondsIn(host: Shown, body: Doc): BondDraft[] {
  return (body.list('modified_bonds', 'host_nic') ?? []).map((each) => {
    const name = bondNamed(host, each);
    const now = host.bonds.find((bond) => bond.name === name);
    const slaves = each.child('bonding')?.list('slaves', 'host_nic') ?? null;
    const option = each
      .child('bonding')
      ?.list('options', 'option')
      ?.find((given) => given.str('name')?.trim() === 'mode');
    const value = option?.str('value')?.trim() ?? '';
    const mode = BOND_MODES.find((mode, at) => value === String(at) || value === mode);
    if (value !== '' && mode === undefined) throw new Fault(400, OPERATION_FAILED, `[${value} is no mode of a bond.]`);
    return {
      name,
      nics: slaves === null ? [...(now?.nics ?? [])] : slaves.map((slave) => slaveNamed(host, slave)),
      mode: mode ?? now?.mode ?? 'active-backup',
    };
  });
}

const slaveNamed = (host: Shown, slave: Doc): string => {
  const [id, name] = [slave.id, slave.str('name')?.trim()];
  const found = host.nics.find((each) => (id === undefined ? each.name === name : nicId(each) === id));
  if (found === undefined)
    throw fault(400, 'HOST_NETWORK_INTERFACE_HAVING_NAME_DOES_NOT_EXIST', `The host has no NIC ${name ?? id ?? ''}`);
  return found.name;
};

function bondNamed({ nics }: Shown, each: Doc): string {
  const name = each.str('name')?.trim() || nics.find((nic) => nicId(nic) === each.id)?.name;
  if (name === undefined)
    throw fault(400, 'BOND_DOES_NOT_HAVE_NEITHER_ID_NOR_NAME_SPECIFIED', 'A bond has neither a name nor a known id');
  return name;
}

/** The action copyhostnetworks: what is on NICs of the source, on the same NICs here. */
export async function copyNetworks(ask: Ask, id: string, body: Doc): Promise<Changed> {
  const from = body.ref('source_host');
  if (from === null) throw incomplete('Action', 'copyHostNetworks', ['sourceHost.id']);
  const { all } = await ask.world.hosts();
  const source = all.find((each) => (from.id === null ? each.name === from.name : each.id === from.id));
  if (source === undefined) throw notFound('Host');
  const [there, here] = [await shownHost(ask, source.id), await shownHost(ask, id)];
  const attach = there.attachments
    .filter(({ nic }) => nic !== null)
    .map((each) => ({ ...asDraft(each), ...(each.ipv4.kind === 'static' ? { ipv4: { kind: 'none' as const } } : {}) }))
    .map((each) => ({ ...each, ipv6: { kind: 'none' as const } }));
  const bonds = there.bonds.map(({ name, nics, mode }) => ({ name, nics, mode }));
  return changeNetworks(ask, here, { bonds, attach });
}

interface Change {
  readonly bonds?: readonly BondDraft[];
  readonly removeBonds?: readonly string[];
  readonly attach?: readonly Draft[];
  readonly detach?: readonly string[];
  readonly override?: readonly string[];
  readonly timeout?: number | undefined;
}

/** Sends what differs from what the host has; nothing, if it has all of it (as oVirt's engine). */
async function changeNetworks(
  { client }: Ask,
  { host, attachments, bonds: now }: Shown,
  { bonds = [], removeBonds = [], attach = [], detach = [], override = [], timeout }: Change,
): Promise<Changed> {
  const isSo = (draft: Draft): boolean =>
    !override.includes(draft.network) &&
    attachments.some(
      (each) =>
        each.state !== 'out_of_sync' &&
        each.networkId === draft.network &&
        JSON.stringify(asDraft(each)) === JSON.stringify(draft),
    );
  const isBond = ({ name, nics, mode }: BondDraft): boolean =>
    now.some(
      (each) => each.name === name && each.mode === mode && [...each.nics].sort().join() === [...nics].sort().join(),
    );
  const changed = {
    bonds: bonds.filter((bond) => !isBond(bond)),
    attach: attach.filter((draft) => !isSo(draft)),
    removeBonds: [...removeBonds],
    detach: [...detach],
  };
  // A network that is named twice is refused as a whole, though each alone may change nothing.
  const twice = new Set(attach.map(({ network }) => network)).size < attach.length;
  const sent = twice ? { ...changed, attach: [...attach] } : changed;
  if (Object.values(sent).every((list) => list.length === 0)) return { job: null };
  return client.hosts.setupNetworks({
    host: host.id,
    ...sent,
    override: [...override],
    ...(timeout === undefined ? {} : { commitTimeout: Math.min(600, Math.max(5, timeout)) }),
  });
}

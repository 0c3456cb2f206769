import type { BondMode, HostBond, HostNic, Ipv4, Network, NetworkAttachment } from '../../../contract';
import type { client } from '../../api/client';
import { text } from './text';

/** Where a regular network is assigned in the draft. IPv6 is kept unchanged: the CLI sets it. */
export interface Placed {
  readonly nic: string;
  readonly ipv4: Ipv4;
  readonly ipv6: NetworkAttachment['ipv6'];
}

/** The setup being edited, before it is sent. */
export interface SetupDraft {
  readonly bonds: ReadonlyMap<string, { readonly mode: BondMode; readonly nics: readonly string[] }>;
  /** By network id; a network that is missing here is on no NIC. */
  readonly placed: ReadonlyMap<string, Placed>;
}

type Input = Parameters<typeof client.hosts.setupNetworks>[0];

/** A draft of the host's current setup. */
export function draftOf(attachments: readonly NetworkAttachment[], bonds: readonly HostBond[]): SetupDraft {
  return {
    bonds: new Map(bonds.map(({ name, mode, nics }) => [name, { mode, nics }])),
    placed: new Map(
      attachments.flatMap(({ networkId, nic, ipv4, ipv6 }) => (nic === null ? [] : [[networkId, { nic, ipv4, ipv6 }]])),
    ),
  };
}

/** The NICs and bonds of the draft that can carry a network. */
export function targetsOf(nics: readonly HostNic[], { bonds }: SetupDraft): string[] {
  const bonded = new Set([...bonds.values()].flatMap((bond) => bond.nics));
  const plain = nics.filter(({ kind, name }) => kind === 'nic' && !bonded.has(name));
  return [...plain.map(({ name }) => name), ...bonds.keys()].sort();
}

/** Assigns a network to a NIC, or (null) to none. Its address is kept. */
export function place(draft: SetupDraft, networkId: string, nic: string | null): SetupDraft {
  const placed = new Map(draft.placed);
  const bare: Omit<Placed, 'nic'> = { ipv4: { kind: 'none' }, ipv6: { kind: 'none' } };
  if (nic === null) placed.delete(networkId);
  else placed.set(networkId, { ...(placed.get(networkId) ?? bare), nic });
  return { ...draft, placed };
}

export function setIpv4(draft: SetupDraft, networkId: string, ipv4: Ipv4): SetupDraft {
  const there = draft.placed.get(networkId);
  if (!there) return draft;
  return { ...draft, placed: new Map(draft.placed).set(networkId, { ...there, ipv4 }) };
}

/** Bonds two NICs, or adds one to a bond. Their networks move to the bond. */
export function bond(draft: SetupDraft, nic: string, onto: string): SetupDraft {
  if (nic === onto || draft.bonds.has(nic)) return draft;
  const bonds = new Map(draft.bonds);
  const known = bonds.get(onto);
  const name = known ? onto : freeName(bonds);
  bonds.set(name, known ? { ...known, nics: [...known.nics, nic] } : { mode: 'active-backup', nics: [onto, nic] });
  return moveAll({ ...draft, bonds }, [nic, onto], name);
}

/** Breaks a bond; its networks move to its first NIC. */
export function unbond(draft: SetupDraft, name: string): SetupDraft {
  const bonds = new Map(draft.bonds);
  const [first = ''] = bonds.get(name)?.nics ?? [];
  bonds.delete(name);
  return moveAll({ ...draft, bonds }, [name], first);
}

export function setMode(draft: SetupDraft, name: string, mode: BondMode): SetupDraft {
  const there = draft.bonds.get(name);
  return there ? { ...draft, bonds: new Map(draft.bonds).set(name, { ...there, mode }) } : draft;
}

function freeName(bonds: SetupDraft['bonds']): string {
  for (let n = 0; ; n += 1) if (!bonds.has(`bond${n}`)) return `bond${n}`;
}

function moveAll(draft: SetupDraft, from: readonly string[], to: string): SetupDraft {
  const placed = [...draft.placed].map(([id, at]) => [id, from.includes(at.nic) ? { ...at, nic: to } : at] as const);
  return { ...draft, placed: new Map(placed) };
}

/** The difference from the current setup, as the one command that applies it, and as text. */
export function changesOf(
  was: SetupDraft,
  is: SetupDraft,
  nameOf: (networkId: string) => string,
): { readonly input: Omit<Input, 'host'>; readonly words: string[] } {
  const bonds = [...is.bonds].filter(([name, each]) => !same(was.bonds.get(name), each));
  const removeBonds = [...was.bonds.keys()].filter((name) => !is.bonds.has(name));
  const attach = [...is.placed].filter(([id, each]) => !same(was.placed.get(id), each));
  const detach = [...was.placed.keys()].filter((id) => !is.placed.has(id));
  return {
    input: {
      bonds: bonds.map(([name, { mode, nics }]) => ({ name, mode, nics: [...nics] })),
      removeBonds,
      attach: attach.map(([network, at]) => ({ network, ...at })),
      detach,
    },
    words: [
      ...bonds.map(([name, { mode, nics }]) => text.becomeBond(nics, name, mode)),
      ...removeBonds.map((name) => text.bondApart(name)),
      ...attach.map(([id, at]) => text.goesOn(nameOf(id), at.nic, addressWords(at.ipv4))),
      ...detach.map((id) => text.takenOff(nameOf(id), was.placed.get(id)?.nic ?? '')),
    ],
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The host's address on a network, as text. */
export function addressWords(ipv4: Ipv4): string {
  switch (ipv4.kind) {
    case 'none':
      return text.noAddress;
    case 'dhcp':
      return text.byDhcpAddress;
    case 'static':
      if (ipv4.address === '') return text.addressMissing;
      return ipv4.gateway === null ? ipv4.address : text.via(ipv4.address, ipv4.gateway);
  }
}

/** The regular networks of a cluster, without a lab's uplink (recognized by its guest subnet). */
export const isRegular = ({ isIsolated, guestSubnet }: Network): boolean => !isIsolated && guestSubnet === null;

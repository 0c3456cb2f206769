import { v5 } from 'uuid';
import type { Network } from '../../contract';
import type { Ask } from '../table';
import type { Doc, DocRef } from '../wire/doc';
import { incomplete } from '../wire/fault';
import { type Rep, refTo } from '../wire/rep';

/** For ids of what Atoll knows by two names together: an attachment, a NIC of a host. */
const NAMESPACE = '5f0b5e0c-6a7e-5d1c-9b61-9f3d0a3c2f11';
export const derivedId = (...names: readonly string[]): string => v5(names.join('/'), NAMESPACE);

/** The pool that every cluster uses; the id is that of oVirt's own. */
export const MAC_POOL = '58ca604b-017d-0374-0220-00000000014e';
/** By this provider a client that knows nothing of Atoll adds an isolated network. */
export const ISOLATED_PROVIDER = { id: '6a7e5d1c-0000-4000-8000-0a7011150001', name: 'atoll-isolated' } as const;
export const BLANK = '00000000-0000-0000-0000-000000000000';
export const TINY = '6a7e5d1c-0000-4000-8000-0a7011150002';
export const SCHEDULING_POLICY = '6a7e5d1c-0000-4000-8000-0a7011150003';
export const ADMIN = '6a7e5d1c-0000-4000-8000-0a7011150004';
export const SUPER_USER = '00000000-0000-0000-0000-000000000001';
export const ADMIN_PERMISSION = '6a7e5d1c-0000-4000-8000-0a7011150005';
export const ROOT_TAG = '00000000-0000-0000-0000-000000000000';

/** The version of oVirt whose API this is. */
export const API_VERSION = { major: 4, minor: 5, build: 7, revision: 0 } as const;
export const LEVEL: Rep = { major: 4, minor: 7 };

const MIB = 1024 * 1024;
export const toBytes = (mib: number): number => mib * MIB;
/** Rounded up to whole MiB. */
export const toMiB = (bytes: number): number => Math.ceil(bytes / MIB);

/** oVirt has a description and a comment, Atoll one text: shown as both. */
export const textsOf = ({ comment }: { readonly comment: string }): Rep => ({
  // libgovirt takes an empty description for a fault.
  ...(comment === '' ? {} : { description: comment }),
  comment,
});

/** The text in a request: its description, or else its comment; undefined: neither is given. */
export function commentIn(body: Doc): string | undefined {
  const [description, comment] = [body.str('description'), body.str('comment')];
  return description || (comment ?? description);
}

/** Leaves out what is undefined. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

export function nameIn(body: Doc, type: string): string {
  const name = body.str('name')?.trim();
  if (!name) throw incomplete(type, 'add', ['name']);
  return name;
}

/** A reference as the contract takes it: its id, or else its name. */
export const textOfRef = (ref: DocRef): string => ref.id ?? ref.name ?? '';

export function neededRef(body: Doc, element: string, type: string, verb = 'add'): string {
  const ref = body.ref(element);
  if (ref === null) throw incomplete(type, verb, [`${element}.id|name`]);
  return textOfRef(ref);
}

export const clusterRef = (ask: Ask, id: string): Rep => refTo(ask.href('clusters', id), id);
export const hostRef = (ask: Ask, id: string): Rep => refTo(ask.href('hosts', id), id);
export const networkRef = (ask: Ask, id: string): Rep => refTo(ask.href('networks', id), id);
export const dataCenterRef = (ask: Ask, id: string): Rep => refTo(ask.href('datacenters', id), id);
export const vmRef = (ask: Ask, id: string): Rep => refTo(ask.href('vms', id), id);

export const macPoolRef = (ask: Ask): Rep => refTo(ask.href('macpools', MAC_POOL), MAC_POOL);

/** A network, wherever it is shown. */
export function showNetwork(ask: Ask, network: Network): Rep {
  const provider = ISOLATED_PROVIDER.id;
  return {
    name: network.name,
    ...textsOf(network),
    data_center: dataCenterRef(ask, network.dataCenterId),
    mtu: network.mtu,
    stp: false,
    port_isolation: false,
    usages: { usage: ['vm'] },
    vdsm_name: network.bridge,
    ...(network.vlan === null ? {} : { vlan: { id: String(network.vlan) } }),
    is_isolated: network.isIsolated,
    ...(network.isIsolated
      ? { external_provider: refTo(ask.href('openstacknetworkproviders', provider), provider) }
      : {}),
  };
}

/** One number, as oVirt's statistics are. */
export interface Figure {
  readonly name: string;
  readonly description: string;
  readonly unit: 'bytes' | 'none' | 'percent';
  readonly value: number;
}

export const showFigure = ({ name, description, unit, value }: Figure): Rep => ({
  name,
  description,
  kind: 'gauge',
  type: Number.isInteger(value) ? 'integer' : 'decimal',
  unit,
  values: { value: [{ datum: value }] },
});

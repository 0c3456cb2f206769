import type { Difference } from '../../../contract';
import type { Change } from '../../ports/changes';

/** In which way a host differs from what is wanted. */
export type DriftKind =
  | 'bridge_missing'
  | 'renamed'
  | 'mark_missing'
  | 'seal_missing'
  | 'ipv6_on'
  | 'port_ipv6_on'
  | 'port_options'
  | 'address_added'
  | 'foreign_port'
  | 'tap_missing'
  | 'bridge_down'
  | 'options'
  | 'mac'
  | 'mtu'
  | 'not_wanted'
  | 'orphan_seal'
  | 'outside'
  | 'setup'
  | 'forward';

/** One thing that differs, with words for an event. `networkId` null: it belongs to no network that is known. */
export interface Finding {
  readonly kind: DriftKind;
  readonly networkId: string | null;
  readonly bridge: string;
  readonly message: string;
  readonly difference: Difference;
}

/** Something that a person has to decide; nothing is changed for it. */
export interface Problem {
  readonly kind: 'foreign_interface' | 'foreign_port' | 'other_store' | 'still_used' | 'nic_missing';
  readonly networkId: string;
  readonly bridge: string;
  readonly message: string;
  readonly hint: string;
}

/** Makes the findings about one bridge. `name` is the interface as it is called on the host now. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(
    private readonly networkId: string | null,
    private readonly bridge: string,
  ) {}

  add(kind: DriftKind, message: string, what: string, wanted: string, actual: string): void {
    const { networkId, bridge } = this;
    this.list.push({ kind, networkId, bridge, message, difference: { what, wanted, actual } });
  }
}

/** What planning says of one bridge, or of one thing that has no bridge. */
export interface Part {
  readonly networkId: string | null;
  readonly bridge: string;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly problem: Problem | null;
  readonly again: boolean;
}

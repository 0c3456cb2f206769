import type { Difference, DriftKind, Remedy } from '../../../contract';
import type { Change } from '../../ports/changes';

/**
 * One thing that differs. `networkId` null: it belongs to no network that is known. `port`: the port of the bridge that it is about, and
 * the VM of that.
 */
export interface Finding {
  readonly kind: DriftKind;
  readonly networkId: string | null;
  readonly bridge: string;
  readonly difference: Difference;
  readonly port?: string | undefined;
  readonly vm?: string | undefined;
}

/** Something that a person has to decide; nothing is changed for it. */
export interface Problem {
  readonly kind: 'foreign_interface' | 'foreign_port' | 'other_store' | 'still_used' | 'nic_missing';
  readonly networkId: string;
  readonly bridge: string;
  readonly message: string;
  readonly remedy: Remedy;
}

/** Makes the findings about one bridge. `name` is the interface as it is called on the host now. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(
    private readonly networkId: string | null,
    private readonly bridge: string,
  ) {}

  add(
    kind: DriftKind,
    what: string,
    wanted: string,
    actual: string,
    about: { readonly port?: string; readonly vm?: string } = {},
  ): void {
    const { networkId, bridge } = this;
    this.list.push({ kind, networkId, bridge, difference: { what, wanted, actual }, ...about });
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

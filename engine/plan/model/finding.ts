import type { Difference, DriftKind, Remedy } from '../../../contract';
import type { Change } from '../../ports/changes';

/**
 * One difference. `networkId` null: it belongs to no known network. `port`: the port of the bridge that it concerns, and that
 * port's VM.
 */
export interface Finding {
  readonly kind: DriftKind;
  readonly networkId: string | null;
  readonly bridge: string;
  readonly difference: Difference;
  readonly port?: string | undefined;
  readonly vm?: string | undefined;
  /** The bridge that the port is on instead. */
  readonly on?: string | undefined;
  /** It follows from a changed desired state, so it is no drift. */
  readonly expected?: true;
}

/** A problem that a user has to resolve; nothing is changed for it. */
export interface Problem {
  readonly kind: 'foreign_interface' | 'foreign_port' | 'other_store' | 'still_used' | 'nic_missing';
  readonly networkId: string;
  readonly bridge: string;
  readonly message: string;
  readonly remedy: Remedy;
}

/** Creates the findings of one bridge. `name` is the current name of the interface on the host. */
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
    about: { readonly port?: string; readonly vm?: string; readonly on?: string; readonly expected?: true } = {},
  ): void {
    const { networkId, bridge } = this;
    this.list.push({ kind, networkId, bridge, difference: { what, wanted, actual }, ...about });
  }
}

/** The result of planning one bridge, or one object without a bridge. */
export interface Part {
  readonly networkId: string | null;
  readonly bridge: string;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly problem: Problem | null;
  readonly again: boolean;
}

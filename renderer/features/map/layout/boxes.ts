import type { Island } from '../../../../contract';
import type { MapHost, MapNetwork } from '../model';
import type { Rect } from './geometry';

/** By what the map is divided into panels. */
export const GROUPINGS = ['host', 'network', 'island'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** How the layers of islands that VMs tie together follow each other: beneath, or beside. */
export type Flow = 'down' | 'across';

/** What a panel is of: a host (null: VMs that have none yet), a network with all its islands, or simply all islands. */
export type PanelOf =
  | { readonly kind: 'host'; readonly host: MapHost | null }
  | { readonly kind: 'network'; readonly network: MapNetwork }
  | { readonly kind: 'islands' };

/** What stands on a panel, before anything has a place. */
export interface Group {
  readonly key: string;
  readonly of: PanelOf;
  readonly islands: readonly Island[];
  /** VMs on no network, in their order. */
  readonly alone: readonly string[];
}

export interface ChipBox extends Rect {
  readonly vmId: string;
}

export interface IsleBox extends Rect {
  readonly island: Island;
  readonly chips: readonly ChipBox[];
  /** VMs that folding hides, and where the words about them stand; null when none. */
  readonly more: (Rect & { readonly vmIds: readonly string[] }) | null;
  readonly foldable: boolean;
  /** Where its note stands; null when it has none. */
  readonly note: Rect | null;
}

/** A passage: from a VM in a strait to one of its islands. */
export interface Wire {
  readonly key: string;
  readonly vmId: string;
  readonly islandId: string;
  readonly networkId: string;
  readonly path: string;
}

/** Everything inside is relative to the panel. */
export interface PanelBox extends Rect {
  readonly key: string;
  readonly of: PanelOf;
  readonly isles: readonly IsleBox[];
  readonly straits: readonly ChipBox[];
  readonly wires: readonly Wire[];
  readonly alone: readonly ChipBox[];
  readonly aloneY: number | null;
}

/** "Same network, not connected": from one island of a network to another one; the words stand at `x`, `y`. */
export interface Gap {
  readonly key: string;
  readonly networkId: string;
  readonly path: string;
  readonly x: number;
  readonly y: number;
}

/** The passage from the mainland to an island whose network has a NIC. */
export interface Landing {
  readonly islandId: string;
  readonly networkId: string;
  readonly path: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly outside: Rect;
  readonly panels: readonly PanelBox[];
  readonly gaps: readonly Gap[];
  readonly landings: readonly Landing[];
  /** Networks without VMs, beneath the panels. */
  readonly empty: readonly (Rect & { readonly networkId: string })[];
  readonly emptyY: number | null;
}

export interface LayoutOptions {
  readonly grouping: Grouping;
  /** The place of each network, host and VM among its kin; smaller comes first. */
  readonly rank: (id: string) => number;
  /** Islands that a person has opened. */
  readonly opened: ReadonlySet<string>;
}

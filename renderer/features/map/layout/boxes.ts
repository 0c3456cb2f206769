import type { Island } from '../../../../contract';
import type { MapHost, MapNetwork } from '../model';
import type { Rect } from './geometry';

/** What the map's panels represent. */
export const GROUPINGS = ['host', 'network', 'island'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The direction of the layers of connected islands: down or across. */
export type Flow = 'down' | 'across';

/** The subject of a panel: a host (null: VMs without a host), a network with all its islands, or all islands. */
export type PanelOf =
  | { readonly kind: 'host'; readonly host: MapHost | null }
  | { readonly kind: 'network'; readonly network: MapNetwork }
  | { readonly kind: 'islands' };

/** The content of a panel before layout. */
export interface Group {
  readonly key: string;
  readonly of: PanelOf;
  readonly islands: readonly Island[];
  /** VMs without a network, in order. */
  readonly alone: readonly string[];
}

export interface ChipBox extends Rect {
  readonly vmId: string;
}

export interface IslandBox extends Rect {
  readonly island: Island;
  readonly chips: readonly ChipBox[];
  /** VMs that collapsing hides, and the position of their summary; null: none. */
  readonly more: (Rect & { readonly vmIds: readonly string[] }) | null;
  readonly foldable: boolean;
  /** The position of its note; null: it has none. */
  readonly note: Rect | null;
}

/** An edge from a VM in a lane to one of its islands. */
export interface Edge {
  readonly key: string;
  readonly vmId: string;
  readonly islandId: string;
  readonly networkId: string;
  readonly path: string;
}

/** Connected islands and the VMs between them: what moves as one when the map changes. */
export interface BlockPlace extends Rect {
  readonly islandIds: readonly string[];
  readonly flow: Flow;
}

/** All positions inside are relative to the panel. */
export interface PanelBox extends Rect {
  readonly key: string;
  readonly of: PanelOf;
  readonly islandBoxes: readonly IslandBox[];
  readonly lanes: readonly ChipBox[];
  readonly edges: readonly Edge[];
  readonly blocks: readonly BlockPlace[];
  readonly alone: readonly ChipBox[];
  readonly aloneY: number | null;
}

/** "Same network, not connected": from one island of a network to another. */
export interface SplitLine {
  readonly key: string;
  readonly networkId: string;
  readonly path: string;
  /** The position of its label, in two lines if it is narrow; null: there is no room for it. */
  readonly label: (Rect & { readonly inTwoLines: boolean }) | null;
}

/** The edge from the outside strip to an island whose network has a NIC. */
export interface UplinkEdge {
  readonly islandId: string;
  readonly networkId: string;
  readonly path: string;
}

export interface Layout {
  /** Changes when everything was laid out again, so that the view no longer fits. */
  readonly round: number;
  readonly width: number;
  readonly height: number;
  readonly outside: Rect;
  readonly panels: readonly PanelBox[];
  readonly gaps: readonly SplitLine[];
  readonly uplinkEdges: readonly UplinkEdge[];
  /** Networks without VMs, below the panels. */
  readonly empty: readonly (Rect & { readonly networkId: string })[];
  readonly emptyY: number | null;
}

/** An island before its width is known: its visible VMs and its preferred width. */
export interface IslandNeed {
  readonly island: Island;
  readonly name: string;
  /** The chips and finally the summary of the collapsed VMs. */
  readonly chips: readonly { readonly vmId: string; readonly w: number }[];
  readonly hidden: readonly string[];
  readonly foldable: boolean;
  readonly hasNote: boolean;
  readonly w: number;
  /** The width below which VMs would not fit; its title is shortened before. */
  readonly least: number;
}

export interface LayoutOptions {
  readonly grouping: Grouping;
  /** The sort position of each network, host and VM; smaller comes first. */
  readonly rank: (id: string) => number;
  /** Islands that the user has expanded. */
  readonly opened: ReadonlySet<string>;
  /** Islands that blocks started from: they stay on top while they can. */
  readonly roots?: ReadonlySet<string>;
  /** What islands needed before the last change. */
  readonly before?: ReadonlyMap<string, IslandNeed>;
}

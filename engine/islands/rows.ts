import { type NetworkStretch, isRunning } from '../../contract';
import type {
  HostRow,
  IslandNoteRow,
  NetworkAttachmentRow,
  NetworkRow,
  TunnelPairRow,
  VmRow,
  VnicRow,
} from '../ports/store';

export type MapHostRow = Pick<HostRow, 'id' | 'name' | 'kind' | 'state' | 'labels'>;
/** `stretch` null, or omitted: it is not stretched. */
export type MapNetworkRow = Pick<NetworkRow, 'id' | 'name' | 'isIsolated' | 'label'> & {
  readonly stretch?: NetworkStretch | null;
};
export type MapPairRow = Pick<TunnelPairRow, 'lowId' | 'highId' | 'way' | 'state' | 'since'>;
export type MapVmRow = Pick<VmRow, 'id' | 'name' | 'state' | 'hostId'>;
export type MapVnicRow = Pick<VnicRow, 'id' | 'vmId' | 'name' | 'networkId' | 'plugged' | 'linked'>;
export type MapAttachmentRow = Pick<
  NetworkAttachmentRow,
  'networkId' | 'hostId' | 'nic' | 'verdict' | 'verdictAt' | 'points' | 'unchecked' | 'failed'
>;

/** The input of islands and reach. Order is kept. */
export interface IslandRows {
  readonly hosts: readonly MapHostRow[];
  readonly networks: readonly MapNetworkRow[];
  readonly vms: readonly MapVmRow[];
  readonly vnics: readonly MapVnicRow[];
  readonly attachments: readonly MapAttachmentRow[];
  readonly notes: readonly IslandNoteRow[];
  /** The tunnels between hosts. Omitted: there are none. */
  readonly pairs?: readonly MapPairRow[];
}

/** Whether a vNIC is active on its island: its VM runs on a host, it is plugged in, its link is up. */
export const isActive = (vm: MapVmRow, vnic: Pick<MapVnicRow, 'plugged' | 'linked'>): boolean =>
  vnic.plugged && vnic.linked && vm.hostId !== null && isRunning(vm.state);

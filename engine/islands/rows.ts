import { isRunning } from '../../contract';
import type { HostRow, IslandNoteRow, NetworkAttachmentRow, NetworkRow, VmRow, VnicRow } from '../ports/store';

export type MapHostRow = Pick<HostRow, 'id' | 'name' | 'kind' | 'state' | 'labels'>;
export type MapNetworkRow = Pick<NetworkRow, 'id' | 'name' | 'isIsolated' | 'label'>;
export type MapVmRow = Pick<VmRow, 'id' | 'name' | 'state' | 'hostId'>;
export type MapVnicRow = Pick<VnicRow, 'id' | 'vmId' | 'name' | 'networkId' | 'plugged' | 'linked'>;
export type MapAttachmentRow = Pick<NetworkAttachmentRow, 'networkId' | 'hostId' | 'nic' | 'verdict' | 'verdictAt'>;

/** The input of islands and reach. Order is kept. */
export interface IslandRows {
  readonly hosts: readonly MapHostRow[];
  readonly networks: readonly MapNetworkRow[];
  readonly vms: readonly MapVmRow[];
  readonly vnics: readonly MapVnicRow[];
  readonly attachments: readonly MapAttachmentRow[];
  readonly notes: readonly IslandNoteRow[];
}

/** Whether a vNIC is active on its island: its VM runs on a host, it is plugged in, its link is up. */
export const isActive = (vm: MapVmRow, vnic: Pick<MapVnicRow, 'plugged' | 'linked'>): boolean =>
  vnic.plugged && vnic.linked && vm.hostId !== null && isRunning(vm.state);

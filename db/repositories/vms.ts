import type { Repositories, VnicRow } from '../../engine/ports/store';
import { type Context, only, Query, RowTable, selection } from '../row-table';
import { images, vms, vnics } from '../tables';
import { byId } from './by-id';
import { ids } from './places';

export function imageRepository(context: Context): Repositories['images'] {
  const table = new RowTable(context, images, {
    subject: 'image',
    key: ['id'],
    touches: ({ id }) => [{ kind: 'image', id }],
  });
  const byName = table.select('WHERE name = ?');
  return {
    ...byId(table),
    byName: (name) => byName.get(name),
  };
}

export function vmRepository(context: Context): Repositories['vms'] {
  const table = new RowTable(context, vms, { subject: 'VM', key: ['id'], touches: ({ id }) => [{ kind: 'vm', id }] });
  const forwardsOf = ids(context, 'id', 'FROM forwards WHERE vm_id = ?');
  const snapshotsOf = ids(context, 'snapshot_id', 'FROM snapshot_vms WHERE vm_id = ?');
  // Names are unique in a data center, and so is the index: asked for each data center, it serves a name anywhere.
  const byName = table.select('WHERE data_center_id IN (SELECT id FROM data_centers) AND name = ? ORDER BY vms.rowid');
  const byDisk = table.select("WHERE boot ->> '$.kind' = 'disk' AND boot ->> '$.path' = ? ORDER BY rowid");
  const withSeveralAddresses = table.select("WHERE json_array_length(boot, '$.seed.addresses') > 1");
  const ofCluster = table.select('WHERE cluster_id = ? ORDER BY rowid');
  const ofHost = table.select('WHERE host_id = ? ORDER BY rowid');
  return {
    ...byId(table),
    columns: (fields) => table.pick(fields, 'ORDER BY rowid'),
    byName: (name) => byName.all(name),
    byDisk: (path) => byDisk.all(path),
    withSeveralAddresses: () => withSeveralAddresses.all(),
    ofCluster: (id) => ofCluster.all(id),
    ofHost: (hostId) => ofHost.all(hostId),
    remove: (id) => {
      // Foreign keys remove the VM's forwards and its part in snapshots: they are touched too.
      context.unit.write(() => {
        const forwards = forwardsOf(id);
        const snapshots = snapshotsOf(id);
        if (!table.remove(id)) return;
        for (const forward of forwards) context.unit.touch({ kind: 'forward', id: forward });
        for (const snapshot of snapshots) context.unit.touch({ kind: 'snapshot', id: snapshot });
      });
    },
  };
}

const VNIC = [...selection(vnics), { field: 'networkId', sql: 'vnic_profiles.network_id', decode: null }];

export function vnicRepository(context: Context): Repositories['vnics'] {
  const table = new RowTable(context, vnics, {
    subject: 'vNIC',
    key: ['id'],
    touches: ({ vmId }) => [{ kind: 'vm', id: vmId }],
  });
  const query = (tail: string) => new Query<VnicRow>(context.sqlite, VNIC, tail);
  const joined = 'FROM vnics LEFT JOIN vnic_profiles ON vnic_profiles.id = vnics.profile_id';
  // CROSS JOIN fixes the order of the loops (lang_select.html): VMs by rowid, then each one's vNICs by index, so no sort.
  const inOrder = `FROM vms CROSS JOIN vnics ON vnics.vm_id = vms.id
    LEFT JOIN vnic_profiles ON vnic_profiles.id = vnics.profile_id`;
  const allInOrder = `${inOrder} ORDER BY vms.rowid, vnics.position`;
  const all = query(allInOrder);
  const ofHost = query(`${inOrder} WHERE vms.host_id = ? ORDER BY vms.rowid, vnics.position`);
  const ofNetwork = query(`FROM vnic_profiles JOIN vnics ON vnics.profile_id = vnic_profiles.id
    JOIN vms ON vms.id = vnics.vm_id WHERE vnic_profiles.network_id = ? ORDER BY vms.rowid, vnics.position`);
  const byId = query(`${joined} WHERE vnics.id = ?`);
  const ofVm = query(`${joined} WHERE vnics.vm_id = ? ORDER BY vnics.position`);
  const byMac = query(`${joined} WHERE vnics.mac = ?`);
  return {
    get: (id) => byId.get(id),
    list: () => all.all(),
    columns: (fields) => new Query<VnicRow>(context.sqlite, only(VNIC, fields), allInOrder).all(),
    ofVm: (vmId) => ofVm.all(vmId),
    ofNetwork: (networkId) => ofNetwork.all(networkId),
    ofHost: (hostId) => ofHost.all(hostId),
    byMac: (mac) => byMac.get(mac.toLowerCase()),
    insert: (row) => table.insert(row),
    update: (id, patch) => table.update([id], patch),
    remove: (id) => void table.remove(id),
  };
}

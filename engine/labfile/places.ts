import { say } from '../../contract';
import { newId } from '../core/ids';
import type { Applying } from './applying';

/** The cluster of VMs and hosts that name none, and of networks of a file without clusters. */
export const DEFAULT_CLUSTER = 'Default';

/** Creates the data center and its clusters as far as they are missing. */
export function applyPlaces(applying: Applying): void {
  const { scope, parsed } = applying;
  const { dataCenter: name, comment, clusters } = parsed.file;
  const { tx, now, emit } = scope;
  const found = tx.dataCenters.byName(name);
  applying.dataCenterId = found?.id ?? newId();
  if (!found) {
    tx.dataCenters.insert({ id: applying.dataCenterId, name, comment: comment ?? '', createdAt: now });
    emit('data_center.added', 'normal', say('data_center.added', { dataCenter: name, isSimulated: false }), {
      dataCenterId: applying.dataCenterId,
    });
    applying.add(say('preview.data_center.add', { dataCenter: name }));
  } else if (comment !== undefined && comment !== found.comment) {
    tx.dataCenters.update(found.id, { comment });
    emit('data_center.updated', 'normal', say('data_center.updated', { dataCenter: name }), { dataCenterId: found.id });
    applying.add(say('preview.data_center.comment', { dataCenter: name }));
  }
  const wanted = clusters.length > 0 || !usesDefault(applying) ? clusters : [{ name: DEFAULT_CLUSTER }];
  for (const cluster of wanted) ensureCluster(applying, cluster);
}

/** Whether an object of the file is in the default cluster. */
function usesDefault({ parsed: { file } }: Applying): boolean {
  const networks = file.networks.some(({ clusters }) => clusters === undefined || clusters.includes(DEFAULT_CLUSTER));
  return networks || [...file.hosts, ...file.vms].some(({ cluster = DEFAULT_CLUSTER }) => cluster === DEFAULT_CLUSTER);
}

function ensureCluster(
  applying: Applying,
  entry: { readonly name: string; readonly comment?: string | undefined },
): void {
  const { tx, now, emit } = applying.scope;
  const { dataCenterId } = applying;
  const found = tx.clusters.ofDataCenter(dataCenterId).find(({ name }) => name === entry.name);
  if (!found) {
    const id = newId();
    tx.clusters.insert({ id, dataCenterId, name: entry.name, comment: entry.comment ?? '', createdAt: now });
    emit('cluster.added', 'normal', say('cluster.added', { cluster: entry.name }), { clusterId: id, dataCenterId });
    applying.add(say('preview.cluster.add', { cluster: entry.name }));
  } else if (entry.comment !== undefined && entry.comment !== found.comment) {
    tx.clusters.update(found.id, { comment: entry.comment });
    emit('cluster.updated', 'normal', say('cluster.updated', { cluster: entry.name }), { clusterId: found.id });
    applying.add(say('preview.cluster.comment', { cluster: entry.name }));
  }
}

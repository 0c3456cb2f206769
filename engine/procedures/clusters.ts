import { SyncPayload } from '../setup/setup-job';
import { AppError, type Cluster, hostAllows, note, say } from '../../contract';
import type { Core } from '../context';
import { newId } from '../core/ids';
import { listed } from '../core/listed';
import { runSyncJob, syncJob } from '../setup/setup-job';
import type { Repositories } from '../ports/store';

/** Bad: a second cluster "Default" in one data center. */
function ruleO5ClusterNameIsUnique(tx: Repositories, name: string, dataCenterId: string, self?: string): void {
  const other = tx.clusters.ofDataCenter(dataCenterId).find((cluster) => cluster.name === name);
  if (!other || other.id === self) return;
  throw new AppError('CONFLICT', `The data center already has a cluster "${name}"`, {
    rule: 'O5',
    field: 'name',
    remedy: note('Choose another name.'),
  });
}

/** Bad: removing a cluster that has a host or a VM. */
function assertClusterEmpty(tx: Repositories, cluster: Cluster): void {
  const held = [...tx.hosts.ofCluster(cluster.id), ...tx.vms.ofCluster(cluster.id)];
  if (held.length === 0) return;
  throw new AppError('RULE_BROKEN', `The cluster "${cluster.name}" still has ${listed(held)}`, {
    rule: 'O3',
    field: 'cluster',
    remedy: note('Remove its hosts and VMs first.'),
  });
}

export function clusterHandlers(core: Core) {
  const { os, store, refs, command } = core;
  core.kinds.define('clusters.sync', SyncPayload, (job) => runSyncJob(core, job));
  core.live.present('cluster', (id) => store.clusters.get(id));
  return {
    list: os.clusters.list.handler(({ input }) =>
      input.dataCenter === undefined
        ? store.clusters.list()
        : store.clusters.ofDataCenter(refs.dataCenter(input.dataCenter).id),
    ),
    show: os.clusters.show.handler(({ input }) => refs.cluster(input.cluster)),
    add: os.clusters.add.handler(
      command((scope, { name, comment, dataCenter: ref }) => {
        const { tx, now, emit } = scope;
        const dataCenterId = scope.refs.dataCenter(ref).id;
        ruleO5ClusterNameIsUnique(tx, name, dataCenterId);
        const cluster: Cluster = { id: newId(), dataCenterId, name, comment, createdAt: now };
        tx.clusters.insert(cluster);
        emit('cluster.added', 'normal', say('cluster.added', { cluster: name }), {
          clusterId: cluster.id,
          dataCenterId,
        });
        return { output: { cluster }, lines: [say('preview.cluster.add', { cluster: name })] };
      }),
    ),
    update: os.clusters.update.handler(
      command((scope, { cluster: ref, name, comment }) => {
        const old = scope.refs.cluster(ref);
        const cluster = { ...old, name: name ?? old.name, comment: comment ?? old.comment };
        ruleO5ClusterNameIsUnique(scope.tx, cluster.name, old.dataCenterId, old.id);
        scope.tx.clusters.update(old.id, { name: cluster.name, comment: cluster.comment });
        scope.emit('cluster.updated', 'normal', say('cluster.updated', { cluster: cluster.name }), {
          clusterId: old.id,
        });
        return { output: { cluster }, lines: [say('preview.cluster.update', { cluster: old.name })] };
      }),
    ),
    sync: os.clusters.sync.handler(
      command((scope, { cluster: ref }) => {
        const cluster = scope.refs.cluster(ref);
        const hosts = scope.tx.hosts.ofCluster(cluster.id).filter((host) => hostAllows(host.state, 'sync'));
        const job = syncJob('clusters.sync', say('clusters.sync', { cluster: cluster.name }), hosts, null, {
          clusterId: cluster.id,
        });
        const lines = [say('preview.cluster.sync', { cluster: cluster.name, hosts: hosts.length })];
        return { output: { cluster }, lines, hosts: hosts.map(({ id }) => id), setup: 'all', ...(job ? { job } : {}) };
      }),
    ),
    remove: os.clusters.remove.handler(
      command((scope, { cluster: ref }) => {
        const { tx } = scope;
        const cluster = scope.refs.cluster(ref);
        assertClusterEmpty(tx, cluster);
        for (const { networkId } of tx.networkClusters.ofCluster(cluster.id))
          tx.networkClusters.remove(networkId, cluster.id);
        tx.clusters.remove(cluster.id);
        scope.emit('cluster.removed', 'normal', say('cluster.removed', { cluster: cluster.name }), {
          clusterId: cluster.id,
        });
        return { output: {}, lines: [say('preview.cluster.remove', { cluster: cluster.name })] };
      }),
    ),
  };
}

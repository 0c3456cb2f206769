import { type Status, isRunning } from '../../contract';
import type { Core } from '../context';
import { instant } from '../core/ids';

export function status({ store, info, startedAt, sessions }: Core): Status {
  const browsers = sessions.list();
  const hosts = store.hosts.list();
  const networks = store.networks.list();
  // Only what is counted: ten thousand whole rows are 14 MB, most of which stays until V8 collects.
  const vms = store.vms.columns(['state']);
  return {
    version: info.version,
    pid: info.pid,
    home: info.home,
    storeId: store.storeId,
    startedAt: instant(startedAt),
    memoryBytes: info.memoryBytes(),
    counts: {
      dataCenters: store.dataCenters.list().length,
      clusters: store.clusters.list().length,
      hosts: hosts.length,
      hostsUp: hosts.filter((host) => host.state === 'up').length,
      networks: networks.length,
      isolatedNetworks: networks.filter((network) => network.isIsolated).length,
      vms: vms.length,
      vmsUp: vms.filter((vm) => isRunning(vm.state)).length,
      jobsRunning: store.jobs.inState(['queued', 'running']).length,
      sessions: browsers.length,
      windows: browsers.reduce((sum, { windows }) => sum + windows, 0),
    },
  };
}

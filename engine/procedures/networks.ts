import { TogetherPayload } from '../vms/place-together';
import { SyncPayload } from '../setup/setup-job';
import { ConvergePayload } from '../reconcile/converge-job';
import { say } from '../../contract';
import { certificateOf } from '../certificates/certificate';
import type { Core } from '../context';
import { waysOut } from '../islands/ways-out';
import { convergeJob, runConvergeJob } from '../reconcile/converge-job';
import { runSyncJob } from '../setup/setup-job';
import { listingParts, movedTogether } from '../vms/part-lines';
import { TOGETHER_JOB, placeTogetherHandler, runPlaceTogether } from '../vms/place-together';
import { NetworkAdder } from '../networks/adding';
import { attachHandler, detachHandler } from '../networks/attach';
import { checkNetworks } from '../networks/check-networks';
import { presentAttachment, presentNetwork, presentNetworks } from '../networks/present';
import { addProfile, removeProfile, renameProfile } from '../networks/profiles';
import { removeNetworks } from '../networks/removing';
import { syncHandler } from '../setup/syncing';
import { updateNetwork } from '../networks/updating';
import { leasesOf } from '../services/leases';
import { updateServices } from '../services/updating';
import { pairsOf } from '../networks/stretches';
import { addNetwork, addNetworks } from '../stretch/adding';
import { presentPair, statusOf } from '../stretch/status';
import {
  STRETCH_JOB,
  TRY_DIRECT_JOB,
  TryDirectPayload,
  runTryDirectJob,
  StretchPayload,
  UNSTRETCH_JOB,
  runStretchJob,
  stretchNetwork,
  tryDirect,
  unstretchNetwork,
} from '../stretch/updating';

/** Job kinds of this area; each converges hosts and nothing else. */
const CONVERGING = ['add', 'addMany', 'update', 'updateServices', 'attach', 'detach', 'remove', 'removeMany'] as const;

export function networkHandlers(core: Core) {
  const { os, store, refs, command } = core;
  for (const verb of CONVERGING)
    core.kinds.define(`networks.${verb}`, ConvergePayload, (job) => runConvergeJob(core, job), { standing: true });
  core.kinds.define('networks.sync', SyncPayload, (job) => runSyncJob(core, job));
  core.kinds.define(TOGETHER_JOB, TogetherPayload, (job) => runPlaceTogether(core, job));
  core.kinds.define(STRETCH_JOB, StretchPayload, (job) => runStretchJob(core, job), { standing: true });
  core.kinds.define(UNSTRETCH_JOB, StretchPayload, (job) => runConvergeJob(core, job), { standing: true });
  core.kinds.define(TRY_DIRECT_JOB, TryDirectPayload, (job) => runTryDirectJob(core, job));
  presentLive(core);
  return {
    list: os.networks.list.handler(({ input }) => {
      const { dataCenter, cluster } = input;
      const rows =
        dataCenter === undefined ? store.networks.list() : store.networks.ofDataCenter(refs.dataCenter(dataCenter).id);
      if (cluster === undefined) return presentNetworks(store, rows);
      const members = new Set(store.networkClusters.ofCluster(refs.cluster(cluster).id).map((row) => row.networkId));
      return presentNetworks(
        store,
        rows.filter((row) => members.has(row.id)),
      );
    }),
    profiles: os.networks.profiles.handler(({ input: { network } }) =>
      network === undefined ? store.vnicProfiles.list() : store.vnicProfiles.ofNetwork(refs.network(network).id),
    ),
    addProfile: os.networks.addProfile.handler(command((scope, input) => addProfile(scope, input))),
    renameProfile: os.networks.renameProfile.handler(command((scope, input) => renameProfile(scope, input))),
    removeProfile: os.networks.removeProfile.handler(command((scope, input) => removeProfile(scope, input))),
    show: os.networks.show.handler(({ input }) => show(core, input.network)),
    add: os.networks.add.handler(
      command((scope, draft) => {
        const { row, hosts, lines } = addNetwork(scope, new NetworkAdder(scope), draft);
        const title = say('networks.add', { network: row.name });
        const job = convergeJob('networks.add', title, hosts, [row.id], { networkId: row.id });
        return {
          output: { network: presentNetwork(scope.tx, row) },
          lines,
          hosts: hosts.map((host) => host.id),
          ...(job ? { job } : {}),
        };
      }),
    ),
    addMany: os.networks.addMany.handler(
      command((scope, input) => {
        const adder = new NetworkAdder(scope);
        const added = addNetworks(scope, adder, input.networks);
        const rows = added.map(({ row }) => row);
        const hosts = added.flatMap((each) => each.hosts);
        const ids = rows.map((row) => row.id);
        const job = convergeJob('networks.addMany', say('networks.add_many', { count: rows.length }), hosts, ids, {});
        return {
          output: { networks: presentNetworks(scope.tx, rows) },
          lines: added.flatMap(({ lines }) => lines),
          hosts: hosts.map((host) => host.id),
          ...(job ? { job } : {}),
        };
      }),
    ),
    update: os.networks.update.handler(command((scope, input) => updateNetwork(scope, input))),
    updateServices: os.networks.updateServices.handler(command((scope, input) => updateServices(scope, input))),
    leases: os.networks.leases.handler(({ input }) => leasesOf(core, refs.network(input.network))),
    stretch: os.networks.stretch.handler(command((scope, input) => stretchNetwork(scope, input))),
    unstretch: os.networks.unstretch.handler(command((scope, input) => unstretchNetwork(scope, input))),
    tryDirect: os.networks.tryDirect.handler(command((scope, input) => tryDirect(scope, input))),
    tunnels: os.networks.tunnels.handler(async ({ input }) => {
      const network = refs.network(input.network);
      if (input.measure) await core.ways.measure(pairsOf(network.stretch?.hosts ?? []));
      return statusOf(core, network);
    }),
    attach: os.networks.attach.handler(command((scope, input) => attachHandler(scope, input))),
    detach: os.networks.detach.handler(command((scope, input) => detachHandler(scope, input))),
    sync: os.networks.sync.handler(command((scope, input) => syncHandler(scope, input))),
    placeTogether: os.networks.placeTogether.handler(
      listingParts(
        core,
        command((scope, input) => placeTogetherHandler(scope, input)),
        (input) => movedTogether(core, input),
      ),
    ),
    remove: os.networks.remove.handler(
      command((scope, input) => removeNetworks(scope, 'networks.remove', [scope.refs.network(input.network)])),
    ),
    removeMany: os.networks.removeMany.handler(
      command((scope, input) => {
        return removeNetworks(scope, 'networks.removeMany', scope.refs.networks(input.networks));
      }),
    ),
    check: os.networks.check.handler(({ input, context, signal }) => checkNetworks(core, input, context.actor, signal)),
    checks: os.networks.checks.handler(({ input }) =>
      store.checks.ofNetwork(refs.network(input.network).id, input.limit),
    ),
    certificate: os.networks.certificate.handler(({ input, context }) => {
      return { certificate: certificateOf(core, refs.network(input.network), input.history, context.actor.user) };
    }),
  };
}

function presentLive({ live, store, actors, ways }: Core): void {
  live.present('network', (id) => {
    const row = store.networks.get(id);
    return row ? presentNetwork(store, row) : undefined;
  });
  live.present('tunnel', (id) => {
    const [lowId = '', highId = ''] = id.split('/');
    const row = store.tunnelPairs.get({ lowId, highId });
    return row ? presentPair(row, { ways }) : undefined;
  });
  live.present('attachment', (id) => {
    const [networkId = '', hostId = ''] = id.split('/');
    const row = store.attachments.get({ networkId, hostId });
    return row ? presentAttachment(row, actors) : undefined;
  });
  // Its verdict comes with its attachment; whoever shows the evidence requests it when notified of a new one.
  live.present('check', (id) => ({ id }));
}

function show(core: Core, ref: string) {
  const { store } = core;
  const row = core.refs.network(ref);
  const vmIds = new Set(store.vnics.ofNetwork(row.id).map((vnic) => vnic.vmId));
  return {
    network: presentNetwork(store, row),
    attachments: store.attachments.ofNetwork(row.id).map((each) => presentAttachment(each, core.actors)),
    profiles: store.vnicProfiles.ofNetwork(row.id),
    vms: [...vmIds].flatMap((id) => {
      const vm = store.vms.get(id);
      return vm ? [{ id: vm.id, name: vm.name, state: vm.state, hostId: vm.hostId }] : [];
    }),
    checks: store.checks.ofNetwork(row.id, 20),
    waysOut: waysOut(store, row),
    events: store.events.recent({ limit: 50, networkId: row.id }),
  };
}

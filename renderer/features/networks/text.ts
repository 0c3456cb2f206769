import { catalogue, counted } from '../../ui/language';

const networks = (n: number): string => counted(n, { one: 'network', other: 'networks' });

/** What the networks screens say. */
export const text = catalogue({
  en: {
    count: networks,
    bulk: {
      check: 'Check isolation',
      sync: 'Sync',
      attach: 'Attach to a cluster',
      detach: 'Detach from a cluster',
      remove: 'Remove',
    },
    bulkTitle: (act: string, n: number) => `${act}: ${networks(n)}`,
    all: 'All networks',
    waysOut: 'Ways out',
    noWayOut: 'none',
    name: 'Name',
    kind: 'Kind',
    regular: 'Regular',
    clusters: 'Clusters',
    cluster: 'Cluster',
    notAttached: 'not attached',
    operational: 'Operational',
    nonOperational: 'Non-operational',
    vms: 'VMs',
    bridge: 'Bridge',
    vlan: 'VLAN',
    none: 'none',
    mtu: 'MTU',
    guestAddresses: 'Guest addresses',
    made: 'Made',
    comment: 'Comment',
    detachMeans: 'Its bridges are taken off the hosts of this cluster.',

    title: 'Networks',
    sub: 'An isolated network is a bridge without a NIC on every host: its VMs hear each other, and nothing else does.',
    create: 'New network',
    emptyTitle: 'No network yet',
    empty: 'Make an isolated network, attach it to a cluster, and it is on every host seconds later.',
    noMatch: 'No network fits the filter.',
    isolated: 'Isolated',
    isolatedMeans:
      'Its bridges get no NIC, no address and a seal towards the host: only the VMs plugged into it can talk, and only to each other. This can not be changed later.',
    regularNote:
      'A regular network leads off the host. On which NIC is chosen on each host, with Setup networks on its page, under Networks.',
    notMeantIsolated: 'This network is regular: it has a NIC on its hosts, and is not meant to be isolated.',
    onNoHost: 'On no host: attach the network to a cluster with active hosts.',
    wasThere: 'its bridge was there before, and stays when the network goes',
    leadsBy: 'leads outside by',
    labelMeans: 'Only hosts with the same label have it. Left empty: all hosts of its clusters.',
    savePage: 'Save page',
    saveJson: 'Save JSON',
    limits: 'What this does not say',
    incidents: 'Incidents',
    noIncidents: 'Nothing was changed from outside, as far as is known.',
    earlier: 'Earlier checks',
    check: 'Check now',
    probe: 'Check with live probe',
    probeMeans: 'Plugs throw-away guests into the network, lets them try to reach the host in every way, and listens.',
    removeWords:
      'Its bridges are taken off every host, and its history ends. VMs that use it keep it from being removed.',
  },
});

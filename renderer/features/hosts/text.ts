import { catalogue, counted, number } from '../../ui/language';

const hosts = (n: number): string => counted(n, { one: 'host', other: 'hosts' });

/** What the hosts screens say. */
export const text = catalogue({
  en: {
    count: hosts,
    bulk: { activate: 'Activate', sync: 'Sync', maintenance: 'Maintenance', remove: 'Remove' },
    bulkTitle: (act: string, n: number) => `${act}: ${hosts(n)}`,
    all: 'All hosts',
    name: 'Name',
    status: 'Status',
    kind: 'Kind',
    cluster: 'Cluster',
    vms: 'VMs',
    upOf: (up: number, all: number) => `${number(up)} up of ${number(all)}`,
    memoryFree: 'Free memory',
    partOf: (part: string, all: string) => `${part} of ${all}`,
    cpus: 'CPUs',
    kernel: 'Kernel',
    lastSeen: 'Last seen',
    comment: 'Comment',
    labels: 'Labels',

    title: 'Hosts',
    sub: 'Where bridges and VMs are. Every active host of a cluster bears its isolated networks, but those that a label keeps off it.',
    add: 'Add a host',
    emptyTitle: 'No host yet',
    empty:
      'A lab makes a corner of this computer a host, without root; with root it can be one itself. Linux hosts are reached over SSH. A simulated host needs nothing at all.',
    noMatch: 'No host fits the filter.',
    kinds: { lab: 'Lab on this computer', simulated: 'Simulated', local: 'This computer', ssh: 'Over SSH' },
    labMeans:
      'A corner of this computer with its own bridges, libvirt and VMs. Needs no root, touches nothing else. There can be several.',
    localMeans:
      'The computer itself, as root. Bridges and VMs stand beside what is there already, which is shown and never touched.',
    notLinux: 'Only a Linux computer can be one.',
    localRoot: 'Become root by',
    localSudoMeans: 'Not used where Atoll runs as root already.',
    pkexecMeans: 'A window of the desktop will ask. It asks again after Atoll has ended.',
    simulatedMeans: 'A host in memory, for demos and for trying things out. Always labelled as simulated.',
    sshMeans: 'A Linux host with iproute2 and nftables; libvirt and QEMU for VMs. Nothing is installed on it.',
    addressMeans: '[user@]host[:port], or a name of ~/.ssh/config.',
    secretMeans:
      'Never kept in the open: the system’s keychain keeps it in the desktop app, else it is asked for again after Atoll has ended.',
    keyNew: 'Nobody has confirmed the key of this host yet.',
    keyChanged: 'THE KEY OF THIS HOST HAS CHANGED. It was installed anew, or someone is in between.',
    keyCompare: 'Compare it with what the host itself prints, on its own console:',
    hostFit: 'The host was looked at, and can be added.',
    hostLacks: 'The host was looked at. It can be added, and will not bear networks before what is missing is there.',
    noWayOut: 'Nothing in this lab reaches any real network.',
    wayOut:
      'Only VMs with a vNIC on it reach what this computer reaches; what listens on its loopback stays closed to them.',
    closeWayOut: 'Its forwards close with it. Isolated networks are not touched.',
    unmanagedTitle: 'Not managed by Atoll',
    unmanagedMeans: 'What Atoll did not make. It is shown, and not touched unless you import it.',
    unmanaged: 'unmanaged',
    bridge: 'Bridge',
    vm: 'VM',
    noPorts: 'no ports',
    becomes: { isolated: 'would be an isolated network', regular: 'would be a regular network' },
    pick: (name: string) => `Pick ${name}`,
    nicOn: (mac: string, on: string) => `${mac} on ${on}`,
    cantImport: (why: string) => `Can’t be imported: ${why}`,
    pickFirst: 'Pick VMs or bridges first.',
    import: 'Import',
    importTitle: (n: number, name: string) => (n === 1 ? `Import ${name}?` : `Import ${number(n)} things?`),
    importMeans:
      'VMs go on as they are and stay as they are. A bridge without a NIC is sealed against the host; one with a NIC is not changed. Undo gives them back, but puts no address of the host on a bridge again.',
    importName: 'Name in Atoll',
    withVms: 'The VMs on it too',
    withVmsMeans: 'Only VMs that Atoll knows may be on an isolated network.',
    labelsMean: 'A network with a label is only on hosts that have it. Up to 50 letters, digits, "-" and "_".',
    setup: 'Setup networks…',
    setupMeans:
      'Drag a network onto a NIC, or a NIC onto another to bond them. Nothing changes until it is set up, and then all of it or nothing.',
    nothingYet: 'Nothing is changed yet.',
    noRegular: 'The cluster has no regular network. Make one and attach it to the cluster; it then stands here.',
    isolatedNeedNone: 'They need no NIC: every host of the cluster has them.',
    carriesMeans:
      'Atoll reaches the host over this NIC. A change here is undone by the host itself unless it can be reached again within 30 s.',
  },
});

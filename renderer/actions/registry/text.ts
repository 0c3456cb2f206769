import { keyed } from '../../../contract/keyed';
import { VM_VERBS } from '../../../contract/state/vm-verbs';
import { VM_VERB_WORDS } from '../../../english/vm-verbs';
import { capital } from '../../../english/wording';
import { catalogue } from '../../ui/language';

type Label = (name: string | null) => string;

/** "Start" on a button, "Start web" where the object's name is not next to it. */
const verb =
  (words: string): Label =>
  (name) =>
    name === null ? words : `${words} ${name}`;
/** "Console" on a button, "Console of web" elsewhere. */
const of =
  (words: string): Label =>
  (name) =>
    name === null ? words : `${words} of ${name}`;
const either =
  (alone: string, named: (name: string) => string): Label =>
  (name) =>
    name === null ? alone : named(name);

/** The label of every action. */
export const text = catalogue({
  en: {
    vm: {
      show: verb('Show'),
      console: of('Console'),
      screen: of('Screen'),
      start: verb('Start'),
      ...keyed(VM_VERBS, (key) => verb(capital(VM_VERB_WORDS[key]))),
      addVnic: either('Add vNIC', (vm) => `Add a vNIC to ${vm}`),
      startOn: either('Start on host', (vm) => `Start ${vm} on a host`),
      move: either('Move to host', (vm) => `Move ${vm} to another host`),
      clone: verb('Clone'),
      export: verb('Export'),
      makeImage: either('Make image', (vm) => `Make an image of ${vm}`),
      stop: verb('Force stop'),
      remove: verb('Remove'),
      forget: verb('Forget'),
      update: verb('Edit'),
      editHardware: either('Edit hardware', (vm) => `Edit the hardware of ${vm}`),
      guest: of('Guest'),
      placement: either('Possible hosts', (vm) => `Hosts that can run ${vm}`),
    },
    cdroms: {
      list: of('CD drives'),
      add: either('Add CD drive', (vm) => `Add a CD drive to ${vm}`),
      insert: either('Insert CD', (vm) => `Insert a CD into ${vm}`),
      eject: either('Eject CD', (vm) => `Eject the CD of ${vm}`),
      remove: either('Remove CD drive', (vm) => `Remove a CD drive of ${vm}`),
    },
    disks: {
      list: of('Disks'),
      usage: of('Disk usage'),
      add: either('Add disk', (vm) => `Add a disk to ${vm}`),
      import: either('Import disk', (vm) => `Import a disk of ${vm} from a file`),
      resize: either('Grow disk', (vm) => `Grow a disk of ${vm}`),
      move: either('Move disk', (vm) => `Move a disk of ${vm} to another VM`),
      remove: either('Remove disk', (vm) => `Remove a disk of ${vm}`),
    },
    vnics: {
      list: of('vNICs'),
      plug: either('Plug vNIC', (vm) => `Plug a vNIC of ${vm}`),
      unplug: either('Unplug vNIC', (vm) => `Unplug a vNIC of ${vm}`),
      link: of('Link state'),
      move: either('Move vNIC', (vm) => `Move a vNIC of ${vm}`),
      remove: either('Remove vNIC', (vm) => `Remove a vNIC of ${vm}`),
    },
    plugVnic: (vm: string, vnic: string) => `Plug in ${vnic} of ${vm}`,
    unplugVnic: (vm: string, vnic: string) => `Unplug ${vnic} of ${vm}`,
    connectLink: (vm: string, vnic: string) => `Connect link of ${vnic} of ${vm}`,
    snapshots: {
      list: of('Snapshots'),
      show: either('Show snapshot', (vm) => `Show a snapshot of ${vm}`),
      add: either('Take snapshot', (vm) => `Take a snapshot of ${vm}`),
      revert: either('Revert to snapshot', (vm) => `Revert ${vm} to a snapshot`),
      remove: either('Delete snapshot', (vm) => `Delete a snapshot of ${vm}`),
    },
    forwards: {
      list: either('Forwards', (vm) => `Forwards to ${vm}`),
      add: either('Add forward', (vm) => `Forward a port to ${vm}`),
      remove: either('Remove forward', (vm) => `Remove a forward to ${vm}`),
    },
    network: {
      show: verb('Show'),
      update: verb('Edit'),
      services: either('Addresses and names', (network) => `Addresses and names in ${network}`),
      stretch: either('Stretch', (network) => `Stretch ${network} over several hosts`),
      unstretch: either('Unstretch', (network) => `Separate ${network} on each host again`),
      tryDirect: either('Try direct', (network) => `Try direct tunnels between the hosts of ${network}`),
      tunnels: either('Tunnels', (network) => `Tunnels of ${network}`),
      leases: either('Leases', (network) => `Leases in ${network}`),
      check: of('Check isolation'),
      certificate: of('Certificate'),
      attach: either('Attach to cluster', (network) => `Attach ${network} to a cluster`),
      detach: either('Detach from cluster', (network) => `Detach ${network} from a cluster`),
      sync: verb('Sync'),
      placeTogether: either('Place together', (network) => `Place VMs of ${network} together`),
      remove: verb('Remove'),
    },
    removeNetworkMeans:
      "Its bridges are removed from every host and its history ends. A network that VMs use can't be removed.",
    detachMeans: 'Its bridges are removed from the hosts of this cluster.',
    onlyIsolatedServe: 'Only isolated networks can have addresses and names inside.',
    onlyIsolatedStretch: 'Only isolated networks can be stretched.',
    notStretched: 'It is not stretched.',
    unstretchMeans: 'Its VMs reach each other on the same host only. Its tunnels are removed, nothing else changes.',
    onlyIsolated: 'Only isolated networks can be checked.',
    onNoHost: 'Not on any host. Attach the network to a cluster with active hosts.',
    host: {
      show: verb('Show'),
      activate: verb('Activate'),
      sync: verb('Sync'),
      rotateKey: either('Replace tunnel key', (host) => `Replace the tunnel key of ${host}`),
      maintenance: either('Maintenance', (host) => `Put ${host} into maintenance`),
      unlock: verb('Unlock'),
      remove: verb('Remove'),
      setupNetworks: either('Set up networks', (host) => `Set up networks of ${host}`),
      import: either('Import', (host) => `Import VMs and bridges of ${host}`),
      takeOver: either('Take over', (host) => `Take over from a lost database on ${host}`),
      nics: of('NICs'),
      update: verb('Edit'),
      label: of('Labels'),
      check: of('Checks'),
      snapshots: of('Snapshots'),
    },
    rotateKeyMeans:
      'The host makes a new key for its tunnels, the other hosts learn it, and then all use it. VMs notice nothing.',
    forgetHost: (host: string) => `Forget ${host} and its VMs`,
    lab: { clone: verb('Clone lab'), reset: verb('Reset lab') },
    outside: { enable: of('Enable uplink'), disable: of('Disable uplink') },
    disableOutsideMeans: 'Its forwards close too. Isolated networks do not change.',
    onlyLabs: 'Only a lab can have an uplink.',
    cluster: { sync: verb('Sync cluster') },
    app: {
      map: 'Map',
      networks: 'Networks',
      hosts: 'Hosts',
      vms: 'Virtual machines',
      activity: 'Activity',
      doctor: 'Doctor',
      images: 'Images',
      addImage: 'Add image',
      promises: 'Promises',
      addPromise: 'Add promise',
      backups: 'Backups',
      newNetwork: 'Create network',
      newVm: 'Create VM',
      importVm: 'Import VM',
      addHost: 'Add host',
      undo: 'Undo last action',
      theme: 'Switch theme',
      themeSynonyms: 'dark light mode color night',
      shortcuts: 'Keyboard shortcuts',
      shortcutsSynonyms: 'help keys keybindings',
      labs: 'Labs',
      jobs: 'Jobs',
      job: { show: 'Show job', cancel: 'Cancel job', retry: 'Retry job' },
      events: 'Events',
      reach: 'Reachability',
      demo: 'Create demo',
      backUp: 'Back up now',
      trash: 'Trash',
      emptyTrash: 'Empty trash',
    },
    emptyTrashMeans: 'The disks of removed VMs are permanently deleted.',
    undoInStatusBar: 'Undo, in the status bar',
    /** The UI's name for a CLI option, inside a sentence. */
  },
});

import { VM_VERBS, type VmVerb } from '../../contract/state/vm-verbs';
import { VM_EXPORT_FORMATS } from './export-formats';
import { AUTOSTART, BOOT_ORDER, HARDWARE_OPTIONS } from './hardware';
import { VM_ADD } from './vm-add';
import type { CommandSpec } from '../spec';
import type { ArgSpec, OptionSpec } from '../option-spec';

const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };
/** One or several. */
const VMS: ArgSpec = { ...VM, optional: true, many: true };
const ALL: OptionSpec = { name: 'all', type: 'flag', about: 'all VMs for which this is possible now' };
const VM_CHANGE = '{ vm: Vm, job: string | null, preview: Preview | null }';
const VMS_CHANGE = `${VM_CHANGE}; with several VMs or --all { name: string, output: (as for one) | null, error: Error | null }[]`;
const GONE = '{ job: string | null, preview: Preview | null }';

const GONE_EACH = `${GONE}; with several VMs or --all { name: string, output: (as for one) | null, error: Error | null }[]`;

/** What they do, and the question before one that can harm the guest. */
const VERBS: Record<VmVerb, readonly [about: string, question?: (vms: string) => string]> = {
  shutdown: ['ask the guests of VMs to power off'],
  stop: [
    'stop VMs immediately, as if their power were cut',
    (vms) => `Stop ${vms} immediately, as if the power were cut?`,
  ],
  reboot: ['ask the guests of VMs to restart'],
  reset: ['restart VMs immediately, as if their reset buttons were pressed', (vms) => `Reset ${vms} immediately?`],
  suspend: ['save the memory of VMs to disk and stop them'],
  resume: ['resume suspended or paused VMs'],
};

const SHUTDOWN: NonNullable<CommandSpec['options']> = [
  { name: 'timeout', type: 'number', value: 'S', about: 'seconds that the guest has to power off (default: 60)' },
  { name: 'then-stop', type: 'flag', about: 'stop it afterwards if it still runs, as if its power were cut' },
];

export const VM_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['vm', 'list'],
    about: 'list the virtual machines',
    options: [
      { name: 'cluster', type: 'text', value: 'C', about: 'filter by cluster', complete: 'cluster' },
      { name: 'network', type: 'text', value: 'N', about: 'filter by network', complete: 'network' },
      { name: 'host', type: 'text', value: 'H', about: 'filter by host', complete: 'host' },
    ],
    json: 'Vm[]',
    run: () => import('../run/vms').then((m) => m.vmList),
  },
  {
    path: ['vm', 'show'],
    about: 'show a VM',
    args: [VM],
    json: 'Vm',
    run: () => import('../run/vms').then((m) => m.vmShow),
  },
  VM_ADD,
  {
    path: ['vm', 'presets'],
    about: 'show the values of vm add --preset',
    json: '{ preset: string, diskBus: string, diskGib: number, memoryMiB: number, cpus: number, hardware: Hardware }[]',
    run: () => import('../run/vm-presets').then((m) => m.vmPresets),
  },
  {
    path: ['vm', 'seed'],
    about: 'show the first-boot data that a VM gets from Atoll (cloud-init)',
    args: [VM],
    json: 'SeedFiles | null',
    run: () => import('../run/vm-seed').then((m) => m.vmSeed),
  },
  {
    path: ['vm', 'update'],
    about: 'change a VM; only the comment can change while it runs',
    args: [VM],
    options: [
      { name: 'name', type: 'text', value: 'NAME', about: 'new name' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'comment' },
      { name: 'memory', type: 'number', value: 'MiB', about: 'memory' },
      { name: 'cpus', type: 'number', value: 'N', about: 'number of CPUs' },
      AUTOSTART,
      ...HARDWARE_OPTIONS,
      BOOT_ORDER,
    ],
    changes: true,
    json: VM_CHANGE,
    run: () => import('../run/vms').then((m) => m.vmUpdate),
  },
  {
    path: ['vm', 'start'],
    about: 'start VMs; networks that their hosts lack are created first',
    args: [VMS],
    options: [ALL, { name: 'host', type: 'text', value: 'H', about: 'host to start them on', complete: 'host' }],
    changes: true,
    json: VMS_CHANGE,
    examples: ['atoll vm start web db gw', 'atoll vm start --all'],
    run: () => import('../run/vms').then((m) => m.vmStart),
  },
  {
    path: ['vm', 'placement'],
    about: 'show which hosts of its cluster a VM can run on, and why not on the others',
    args: [VM],
    options: [
      { name: 'move', type: 'flag', about: 'show which hosts it can be moved to, regardless of where its disks are' },
    ],
    json: 'HostFit[]',
    examples: ['atoll vm placement db', 'atoll vm placement db --move'],
    run: () => import('../run/vm-move').then((m) => m.vmPlacement),
  },
  {
    path: ['vm', 'move'],
    about: 'move a VM that is down to another host of its cluster, with its disks; MAC addresses and ids do not change',
    args: [VM],
    options: [
      { name: 'host', type: 'text', value: 'H', about: 'target host', complete: 'host' },
      {
        name: 'carry',
        type: 'list',
        value: 'ID',
        about: 'part of its definition to keep, now and in later moves (see vm additions); can be repeated',
      },
      { name: 'leave', type: 'list', value: 'ID', about: 'part of its definition to drop; can be repeated' },
    ],
    changes: true,
    json: VM_CHANGE,
    examples: [
      'atoll vm move db --host node2 --dry-run',
      'atoll vm move db --host node2',
      'atoll vm move db --host node2 --leave channel-0a1b2c3d4e5f',
    ],
    run: () => import('../run/vm-move').then((m) => m.vmMove),
  },
  {
    path: ['vm', 'clone'],
    about: 'copy a VM that is down with its disks, on its host; the copy has its own id and MAC addresses',
    args: [VM],
    options: [
      { name: 'name', type: 'text', value: 'NAME', about: 'name of the copy' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'comment (default: that of the original)' },
    ],
    changes: true,
    json: VM_CHANGE,
    examples: ['atoll vm clone db --name db-test'],
    run: () => import('../run/vm-clone').then((m) => m.vmClone),
  },
  {
    path: ['vm', 'export'],
    about: 'write a VM that is down with its disks to a new OVA file, or to a new folder with qcow2 disks',
    args: [VM, { name: 'FILE', about: 'a file or folder that does not exist yet', complete: 'file' }],
    options: [
      {
        name: 'format',
        type: 'text',
        value: 'FORMAT',
        about:
          'ova (default): for VMware, VirtualBox and Atoll; qcow2: a folder with its OVF description and qcow2 disks',
        complete: [...VM_EXPORT_FORMATS],
      },
    ],
    changes: true,
    json: '{ job: string | null, preview: Preview | null }',
    examples: ['atoll vm export db db.ova', 'atoll vm export db db-files --format qcow2'],
    run: () => import('../run/vm-files').then((m) => m.vmExport),
  },
  {
    path: ['vm', 'import'],
    about: 'create a VM from an OVA file, or an OVF file with its disks beside it; lists what is left out',
    args: [{ name: 'FILE', about: 'OVA or OVF file, as VMware, VirtualBox and Atoll export it', complete: 'file' }],
    options: [
      { name: 'name', type: 'text', value: 'NAME', about: 'name of the VM (default: that in the file)' },
      { name: 'cluster', type: 'text', value: 'CLUSTER', about: 'cluster (default: Default)', complete: 'cluster' },
      {
        name: 'host',
        type: 'text',
        value: 'HOST',
        about: 'host for its disks (default: chosen automatically)',
        complete: 'host',
      },
      {
        name: 'network',
        type: 'text',
        value: 'NETWORK',
        about: 'network of all its vNICs, or none (default: the networks with the names in the file)',
        complete: 'network',
      },
      { name: 'sha256', type: 'text', value: 'SUM', about: 'the SHA-256 that the file must have' },
    ],
    changes: true,
    json: '{ vm: Vm, leftOut: string[], job: string | null, preview: Preview | null }',
    examples: ['atoll vm import old-server.ova --network blue', 'atoll vm import old-server.ovf --dry-run'],
    run: () => import('../run/vm-files').then((m) => m.vmImport),
  },
  {
    path: ['vm', 'definition'],
    about:
      'show the hardware in the definition of a VM on its host, and the devices in it that Atoll keeps as they are',
    args: [VM],
    json: 'VmDefinition | null',
    examples: ['atoll vm definition old-server'],
    run: () => import('../run/vm-definition').then((m) => m.vmDefinition),
  },
  {
    path: ['vm', 'additions'],
    about: 'list what other tools added to the definition of a VM that is down; a move asks whether to keep it',
    args: [VM],
    json: 'Addition[]',
    examples: ['atoll vm additions db'],
    run: () => import('../run/vm-move').then((m) => m.vmAdditions),
  },
  ...VM_VERBS.map((verb): CommandSpec => {
    const [about, question] = VERBS[verb];
    return {
      path: ['vm', verb],
      about,
      args: [VMS],
      options: [ALL, ...(verb === 'shutdown' ? SHUTDOWN : [])],
      ...(verb === 'shutdown' ? { examples: ['atoll vm shutdown web db --timeout 120 --then-stop'] } : {}),
      changes: true,
      destructive: question !== undefined,
      json: VMS_CHANGE,
      run: () => import('../run/vms').then((m) => (verb === 'shutdown' ? m.vmShutdown : m.vmLife(verb, question))),
    };
  }),
  {
    path: ['vm', 'guest'],
    about: 'show what the guest of a running VM reports through the QEMU guest agent: host name, system, addresses',
    args: [VM],
    json: 'Guest',
    examples: ['atoll vm guest web'],
    run: () => import('../run/vm-guest').then((m) => m.vmGuest),
  },
  {
    path: ['vm', 'stats'],
    about: 'show what running VMs use: CPU, memory, disks and network',
    args: [{ ...VM, optional: true }],
    options: [{ name: 'host', type: 'text', value: 'H', about: 'only those on this host', complete: 'host' }],
    json: 'HostStatistics[]',
    examples: ['atoll vm stats', 'atoll vm stats web --json'],
    run: () => import('../run/statistics').then((m) => m.vmStats),
  },
  {
    path: ['vm', 'remove'],
    about:
      'remove VMs that are down; the disks that Atoll created for them go to the trash (see atoll undo); an imported VM stays on its host',
    args: [VMS],
    options: [ALL, { name: 'keep-disks', type: 'flag', about: 'keep their disks' }],
    changes: true,
    destructive: true,
    json: GONE_EACH,
    run: () => import('../run/vms').then((m) => m.vmRemove),
  },
  {
    path: ['vm', 'forget'],
    about: 'stop managing imported VMs; they stay on their hosts unchanged, running or not',
    args: [VMS],
    options: [ALL],
    changes: true,
    destructive: true,
    json: GONE_EACH,
    run: () => import('../run/vms').then((m) => m.vmForget),
  },
  {
    path: ['vm', 'console'],
    about:
      'open the serial console; leave it with Ctrl-], or with piped input when the input has ended and the guest is silent',
    args: [VM],
    options: [
      {
        name: 'silence',
        type: 'number',
        value: 'SECONDS',
        about: 'with piped input: how long the guest must be silent (default: 3)',
      },
      {
        name: 'raw',
        type: 'flag',
        about: 'on a terminal: also pass the escape sequences of the guest for clipboard, title, palette and reports',
      },
    ],
    json: '{ data: string (base64), replay: boolean } per line',
    examples: ['atoll vm console web', "printf 'ip addr\\n' | atoll vm console web"],
    run: () => import('../run/vm-console').then((m) => m.vmConsole),
  },
  {
    path: ['vm', 'screen'],
    about: 'serve the screen to VNC viewers on a unix socket (no TCP port) until Ctrl-C',
    args: [VM],
    json: '{ socket: string }, then keeps running',
    examples: ['atoll vm screen desk'],
    run: () => import('../run/vm-screen').then((m) => m.vmScreen),
  },
  {
    path: ['image', 'list'],
    about: 'list the base images',
    json: 'Image[]',
    run: () => import('../run/images').then((m) => m.imageList),
  },
  {
    path: ['image', 'add'],
    about:
      'add a base image: copies a file, or the boot disk of a VM, into the home; VMDK, VDI, VHDX and VHD files are converted to qcow2',
    args: [
      { name: 'NAME', about: 'name' },
      { name: 'FILE', about: 'qcow2, raw, VMDK, VDI, VHDX or VHD file', optional: true, complete: 'file' },
    ],
    options: [
      { name: 'sha256', type: 'text', value: 'SUM', about: 'refuse a file with another SHA-256' },
      {
        name: 'from-vm',
        type: 'text',
        value: 'VM',
        about: 'instead of FILE: a VM that is down',
        complete: 'vm',
      },
    ],
    examples: ['atoll image add debian debian-13.qcow2', 'atoll image add web-template --from-vm web'],
    changes: true,
    json: '{ image: Image | null, job: string | null, preview: Preview | null }',
    run: () => import('../run/images').then((m) => m.imageAdd),
  },
  {
    path: ['image', 'rename'],
    about: 'rename a base image',
    args: [
      { name: 'IMAGE', about: 'id or name', complete: 'image' },
      { name: 'NAME', about: 'new name' },
    ],
    changes: true,
    json: '{ image: Image, job: string | null, preview: Preview | null }',
    run: () => import('../run/images').then((m) => m.imageRename),
  },
  {
    path: ['image', 'remove'],
    about: 'remove a base image that no VM uses, not even one in the trash',
    args: [{ name: 'IMAGE', about: 'id or name', complete: 'image' }],
    changes: true,
    destructive: true,
    json: GONE,
    run: () => import('../run/images').then((m) => m.imageRemove),
  },
];

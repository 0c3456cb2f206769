import type { LifeVerb } from '../run/vms';
import type { ArgSpec, CommandSpec } from '../spec';

const VM: ArgSpec = { name: 'VM', about: 'id, name, or data center/name', complete: 'vm' };
const VM_CHANGE = '{ vm: Vm, job: string | null, preview: Preview | null }';
const GONE = '{ job: string | null, preview: Preview | null }';

/** The verbs of a VM's life that differ in nothing but their words. */
const LIFE: ReadonlyArray<readonly [verb: LifeVerb, about: string, destructive: boolean]> = [
  ['shutdown', 'ask the guest to power off', false],
  ['stop', 'end a VM at once, as if its power were cut', true],
  ['reboot', 'ask the guest to restart', false],
  ['reset', 'restart a VM at once, as by its reset button', true],
  ['suspend', 'save a VM to disk', false],
  ['resume', 'take a suspended or paused VM up again', false],
];

export const VM_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['vm', 'list'],
    about: 'list the virtual machines',
    options: [
      { name: 'cluster', type: 'text', value: 'C', about: 'only of this cluster', complete: 'cluster' },
      { name: 'network', type: 'text', value: 'N', about: 'only with a vNIC on this network', complete: 'network' },
      { name: 'host', type: 'text', value: 'H', about: 'only on this host', complete: 'host' },
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
  {
    path: ['vm', 'add'],
    about: 'add a VM; without a boot option it is a tiny guest',
    args: [{ name: 'NAME', about: 'its name' }],
    options: [
      {
        name: 'network',
        type: 'list',
        value: 'N[,mac=MAC]',
        about: 'a vNIC on this network; may be given several times',
        complete: 'network',
      },
      {
        name: 'host',
        type: 'text',
        value: 'H',
        about: 'put it on this host (default: chosen at its first start)',
        complete: 'host',
      },
      { name: 'cluster', type: 'text', value: 'C', about: 'its cluster (default: Default)', complete: 'cluster' },
      { name: 'tiny', type: 'flag', about: 'boot the tiny guest: a few MB, a shell on the serial console' },
      { name: 'image', type: 'text', value: 'IMAGE', about: 'boot an overlay of this base image', complete: 'image' },
      { name: 'disk', type: 'text', value: 'FILE', about: 'boot this disk, writing to it', complete: 'file' },
      { name: 'iso', type: 'text', value: 'FILE', about: 'boot this CD image', complete: 'file' },
      { name: 'kernel', type: 'text', value: 'FILE', about: 'boot this kernel', complete: 'file' },
      {
        name: 'initrd',
        type: 'text',
        value: 'FILE',
        about: 'with --kernel: its initial file system',
        complete: 'file',
      },
      { name: 'append', type: 'text', value: 'TEXT', about: 'with --kernel: its command line' },
      { name: 'user', type: 'text', value: 'NAME', about: 'with --image: a user to make in the guest' },
      { name: 'ssh-key', type: 'text', value: 'FILE', about: "with --image: that user's public key", complete: 'file' },
      { name: 'address', type: 'text', value: 'ADDRESS/LENGTH', about: 'with --image: address of the first vNIC' },
      { name: 'memory', type: 'number', value: 'MiB', about: 'its memory' },
      { name: 'cpus', type: 'number', value: 'N', about: 'its processors (default: 1)' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'a comment' },
      { name: 'start', type: 'flag', about: 'start it at once' },
    ],
    changes: true,
    json: VM_CHANGE,
    examples: [
      'atoll vm add web --network blue --start',
      'atoll vm add gw --network blue --network green,mac=56:6f:00:00:00:10',
      'atoll vm add db --image debian13 --user me --ssh-key ~/.ssh/id_ed25519.pub --address 10.0.0.2/24 --network blue',
    ],
    run: () => import('../run/vm-add').then((m) => m.vmAdd),
  },
  {
    path: ['vm', 'update'],
    about: 'change a VM; all but its comment only while it is down',
    args: [VM],
    options: [
      { name: 'name', type: 'text', value: 'NAME', about: 'a new name' },
      { name: 'comment', type: 'text', value: 'TEXT', about: 'a comment' },
      { name: 'memory', type: 'number', value: 'MiB', about: 'its memory' },
      { name: 'cpus', type: 'number', value: 'N', about: 'its processors' },
    ],
    changes: true,
    json: VM_CHANGE,
    run: () => import('../run/vms').then((m) => m.vmUpdate),
  },
  {
    path: ['vm', 'start'],
    about: 'start a VM; what its networks lack on its host is created first',
    args: [VM],
    options: [{ name: 'host', type: 'text', value: 'H', about: 'on this host', complete: 'host' }],
    changes: true,
    json: VM_CHANGE,
    run: () => import('../run/vms').then((m) => m.vmStart),
  },
  ...LIFE.map(([verb, about, destructive]): CommandSpec => ({
    path: ['vm', verb],
    about,
    args: [VM],
    changes: true,
    destructive,
    json: VM_CHANGE,
    run: () => import('../run/vms').then((m) => m.vmLife(verb)),
  })),
  {
    path: ['vm', 'remove'],
    about: 'remove a VM that is down; the disks that Atoll made for it go to the trash, see atoll undo',
    args: [VM],
    options: [{ name: 'keep-disks', type: 'flag', about: 'keep its disks' }],
    changes: true,
    destructive: true,
    json: GONE,
    run: () => import('../run/vms').then((m) => m.vmRemove),
  },
  {
    path: ['vm', 'console'],
    about: 'the serial console; Ctrl-] leaves it, or the end of what is piped in, once the guest is silent',
    args: [VM],
    options: [
      {
        name: 'silence',
        type: 'number',
        value: 'SECONDS',
        about: 'what is piped in is answered when the guest says nothing for so long (default: 3)',
      },
    ],
    json: '{ data: string (base64), replay: boolean } a line',
    examples: ['atoll vm console web', "printf 'ip addr\\n' | atoll vm console web"],
    run: () => import('../run/vm-console').then((m) => m.vmConsole),
  },
  {
    path: ['vm', 'screen'],
    about: 'offer the screen to VNC viewers on a unix socket, no port; stays until Ctrl-C',
    args: [VM],
    json: '{ socket: string }, then it stays',
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
    about: 'copy a qcow2 or raw file into the home as a base image',
    args: [
      { name: 'NAME', about: 'its name' },
      { name: 'FILE', about: 'the file', complete: 'file' },
    ],
    changes: true,
    json: '{ image: Image | null, job: string | null, preview: Preview | null }',
    run: () => import('../run/images').then((m) => m.imageAdd),
  },
  {
    path: ['image', 'remove'],
    about: 'remove a base image that no VM uses',
    args: [{ name: 'IMAGE', about: 'id or name', complete: 'image' }],
    changes: true,
    destructive: true,
    json: GONE,
    run: () => import('../run/images').then((m) => m.imageRemove),
  },
];

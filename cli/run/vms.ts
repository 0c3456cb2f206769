import { textOf } from '../../english/text-of';
import { hintOf } from '../../english/remedies';
import type { AtollClient } from '../../app/client';
import type { Image, Network, Vm, VmVerb } from '../../contract';
import { addressesOf, mainAddressesOf } from '../../contract/state/addresses';
import { bootDeviceName, otherHardware } from '../../contract/state/hardware';
import { HARDWARE_NAMES } from '../../english/hardware';
import { changing } from '../change';
import type { Run } from '../spec';
import { localTime, mebibytes, words } from '../text/units';
import { addressColumns } from './address-columns';
import { sayApart } from './split-warning';
import { DISK_COLUMNS } from './disk-columns';
import { onVms } from './each-vm';
import { autostartOf, hardwareDraft } from './hardware';
import { given, namesOf } from './shared';

type NameOf = (id: string | null | undefined) => string | null;

/** `blue 10.0.0.1`, for each plugged vNIC. */
const places = (vm: Vm, networkName: NameOf): string =>
  vm.vnics
    .filter((vnic) => vnic.plugged && vnic.networkId !== null)
    .map((vnic) =>
      [
        networkName(vnic.networkId),
        ...mainAddressesOf(vm).flatMap(({ mac, address }) => (mac === vnic.mac ? address.replace(/\/.*/, '') : [])),
        vnic.linked ? undefined : '(link down)',
      ]
        .filter(Boolean)
        .join(' '),
    )
    .join(', ');

export const vmList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const filter = given({ cluster: input.text('cluster'), network: input.text('network'), host: input.text('host') });
  const [rows, hosts, networks] = await Promise.all([
    client.vms.list(filter),
    client.hosts.list({}),
    client.networks.list({}),
  ]);
  const [hostName, networkName] = [namesOf(hosts), namesOf(networks)];
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'state', of: (row) => words(row.state) },
        { title: 'host', of: (row) => hostName(row.hostId) },
        { title: 'memory', of: (row) => mebibytes(row.memoryMiB) },
        { title: 'cpus', of: (row) => row.cpus },
        { title: 'networks', of: (row) => places(row, networkName) },
        { title: 'reason', of: (row) => row.reason && textOf(row.reason) },
      ],
      'No VMs yet. Create one with: atoll vm add NAME --network NETWORK --start',
    ),
  );
};

function bootWords(boot: Vm['boot'], images: readonly Image[]): string {
  switch (boot.kind) {
    case 'imported':
      return 'what its definition on the host says (it was imported)';
    case 'tiny':
      return 'the tiny guest';
    case 'image':
      if (boot.imageId === null) return `a full copy of the image ${boot.copiedFrom ?? ''}`;
      return `image ${images.find(({ id }) => id === boot.imageId)?.name ?? boot.imageId}`;
    case 'disk':
      return `disk ${boot.path}`;
    case 'devices':
      return 'its disks and CD drives';
    case 'kernel':
      return `kernel ${boot.kernel}`;
  }
}

export const vmShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [vm, hosts, networks, splits, images] = await Promise.all([
    client.vms.show({ vm: input.arg('VM') }),
    client.hosts.list({}),
    client.networks.list({}),
    client.map.apart({ vm: input.arg('VM') }),
    client.images.list({}),
  ]);
  out.answer(vm, () => {
    out.fields([
      ['name', vm.name],
      ['state', words(vm.state)],
      ['reason', vm.reason ? textOf(vm.reason) : undefined],
      ['comment', vm.comment || undefined],
      ['host', namesOf(hosts)(vm.hostId)],
      ['memory', mebibytes(vm.memoryMiB)],
      ['cpus', vm.cpus],
      ['autostart', vm.autostart ? 'on' : undefined],
      ['boots', bootWords(vm.boot, images)],
      ['user', vm.boot.kind === 'image' ? (vm.boot.seed?.user ?? undefined) : undefined],
      ...(vm.boot.kind === 'imported' ? [] : hardwareFields(vm)),
      ['host name', vm.guest?.hostname ?? undefined],
      ['system', vm.guest?.os ?? undefined],
      ['started', vm.startedAt && localTime(vm.startedAt)],
      ['id', vm.id],
    ]);
    out.line();
    out.table(vm.vnics, vnicColumns(networks), 'It has no vNIC.');
    const addresses = addressesOf(vm);
    if (addresses.length > 0) {
      out.line();
      out.table(addresses, addressColumns(vm.vnics), '');
    }
    if (vm.disks.length > 0) {
      out.line();
      out.table(vm.disks, DISK_COLUMNS, '');
    }
    if (vm.boot.kind === 'imported')
      for (const { mac, on } of vm.boot.nics) out.line(`NIC ${mac} on ${on}: not Atoll's`);
    for (const apart of splits)
      for (const line of [`warning: ${textOf(apart.message)}`, hintOf(apart.remedy)]) out.line(line);
  });
};

/** Its CD drives, and the hardware that differs from the defaults. */
function hardwareFields({ cdroms, hardware }: Vm): Array<[string, string]> {
  const drives = cdroms.map(({ name, path }): [string, string] => [name, path ?? 'empty']);
  return [
    ...drives,
    ...Object.entries(otherHardware(hardware)).map(([key, value]): [string, string] => [
      HARDWARE_NAMES[key as keyof typeof hardware],
      typeof value === 'string' ? value : value.map(bootDeviceName).join(', '),
    ]),
  ];
}

/** The columns of vNICs. */
export const vnicColumns = (networks: readonly Network[]) => {
  const networkName = namesOf(networks);
  return [
    { title: 'vnic', of: (row: Vm['vnics'][number]) => row.name },
    { title: 'network', of: (row: Vm['vnics'][number]) => networkName(row.networkId) },
    { title: 'mac', of: (row: Vm['vnics'][number]) => row.mac },
    { title: 'plugged', of: (row: Vm['vnics'][number]) => row.plugged },
    { title: 'link', of: (row: Vm['vnics'][number]) => (row.linked ? 'up' : 'down') },
  ];
};

/** Shared by all commands that print a VM. */
export const refreshVm = async (client: AtollClient, { vm }: { vm: Vm }) => ({
  vm: await client.vms.show({ vm: vm.id }),
});
export const vmSaid = ({ vm }: { vm: Vm }): string => `VM ${vm.name} is ${words(vm.state)}.`;

export const vmUpdate: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.vms.update({
      vm: input.arg('VM'),
      ...given({
        name: input.text('name'),
        comment: input.text('comment'),
        memoryMiB: input.number('memory'),
        cpus: input.number('cpus'),
        autostart: autostartOf(input),
        hardware: hardwareDraft(input),
      }),
      dryRun,
    }),
  ).run(context, {
    refresh: refreshVm,
    done: ({ vm }) => `VM ${vm.name} was changed.`,
  });
};

export const vmStart: Run = (context) =>
  onVms('start', (client, vm, dryRun) =>
    client.vms.start({ vm, ...given({ host: context.input.text('host') }), dryRun }),
  ).run(context, {
    refresh: refreshVm,
    done: vmSaid,
    more: (client, { vm }) => sayApart(context, client, vm.id),
  });

/** One command on the VM's host. `question`: the confirmation of one that can harm its guest. */
export const vmLife =
  (verb: VmVerb, question?: (vms: string) => string): Run =>
  (context) =>
    onVms(verb, ({ vms }, vm, dryRun) => vms[verb]({ vm, dryRun })).run(context, {
      ...(question && { question }),
      refresh: refreshVm,
      done: vmSaid,
    });

export const vmShutdown: Run = (context) => {
  const { input } = context;
  const how = { thenStop: input.flag('then-stop'), ...given({ timeoutS: input.number('timeout') }) };
  return onVms('shutdown', ({ vms }, vm, dryRun) => vms.shutdown({ vm, ...how, dryRun })).run(context, {
    refresh: refreshVm,
    done: vmSaid,
  });
};

const forgotten = (vm: string): string => `VM ${vm} is forgotten; it stays on its host.`;

export const vmRemove: Run = (context) => {
  const keepDisks = context.input.flag('keep-disks');
  const imported = new Set<string>();
  return onVms('remove', async ({ vms }, vm, dryRun) => {
    if ((await vms.show({ vm })).boot.kind === 'imported') imported.add(vm);
    return vms.remove({ vm, keepDisks, dryRun });
  }).run(context, {
    question: (vms) => `Remove ${vms}${keepDisks ? ', keeping the disks' : ' and the disks that Atoll created'}?`,
    done: (_, { ref, name }) => (imported.has(ref) ? forgotten(name) : `VM ${name} was removed.`),
  });
};

export const vmForget: Run = (context) =>
  onVms('forget', ({ vms }, vm, dryRun) => vms.forget({ vm, dryRun })).run(context, {
    question: (vms) => `Forget ${vms}? The host keeps the definition and the disks unchanged.`,
    done: (_, { name }) => forgotten(name),
  });

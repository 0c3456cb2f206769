import type { Snapshot, Vm } from '../../contract';
import { collection } from '../table';
import { Fault, OPERATION_FAILED, incomplete } from '../wire/fault';
import { derivedId, vmRef } from './shared';
import { vmIn } from './vms';

/** A snapshot, as far as it is of this VM; `of` null: the present state, which oVirt lists as one too. */
interface VmSnapshot {
  readonly vm: Vm;
  readonly of: Snapshot | null;
}

export const SNAPSHOTS = collection<VmSnapshot>({
  path: 'vms/{vms}/snapshots',
  tag: 'snapshot',
  tags: 'snapshots',
  calls: ['snapshots.list'],
  items: async (ask) => {
    const vm = await vmIn(ask);
    const all = await ask.client.snapshots.list({ vm: vm.id });
    return [{ vm, of: null }, ...all.map((of) => ({ vm, of }))];
  },
  id: ({ vm, of }) => of?.id ?? derivedId(vm.id, 'active'),
  show: (ask, { vm, of }) => ({
    description: of?.name ?? 'Active VM',
    snapshot_type: of === null ? 'active' : 'regular',
    snapshot_status: of?.state === 'locked' ? 'locked' : 'ok',
    persist_memorystate: of?.vms.find(({ vmId }) => vmId === vm.id)?.withMemory ?? false,
    date: of?.createdAt ?? vm.createdAt,
    // Clients tell a kept snapshot from the present state by the name.
    vm: { ...vmRef(ask, vm.id), ...(of === null ? {} : { name: vm.name }) },
  }),
  empty: { nics: ['nics', 'nic'], disks: ['disks', 'disk'], cdroms: ['cdroms', 'cdrom'] },
  note: 'A snapshot of several VMs is shown at each, and reverted for all of them',
  add: {
    calls: ['snapshots.add'],
    waits: 'work',
    reads: ['description'],
    run: async (ask, body) => {
      const vm = await vmIn(ask);
      const name = body.str('description')?.trim();
      if (!name) throw incomplete('Snapshot', 'add', ['description']);
      const { snapshot, job } = await ask.client.snapshots.add({ name, vms: [vm.id] });
      return { id: snapshot.id, job };
    },
  },
  remove: {
    calls: ['snapshots.remove'],
    waits: 'work',
    run: async ({ client }, { of }) => client.snapshots.remove({ snapshot: kept(of).id }),
  },
  actions: {
    restore: {
      calls: ['snapshots.revert'],
      waits: 'work',
      run: async ({ client }, { of }) => client.snapshots.revert({ snapshot: kept(of).id }),
    },
  },
});

function kept(of: Snapshot | null): Snapshot {
  if (of === null) throw new Fault(409, OPERATION_FAILED, '[The present state is no snapshot.]');
  return of;
}

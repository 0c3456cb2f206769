import { AppError, someNames, note, run, spaced } from '../../contract';
import type { HostRow, Repositories, VmRow } from '../ports/store';
import type { MoveChoice, VmPart } from '../ports/host-driver';
import { candidates, seekerOf } from './choose-host';
import { clauseOf } from './placement-errors';
import { whyNever } from './placement';

/** Bad: moving the disks of a VM from a simulated host, where they do not exist, to a real one. */
export function assertSameKindOfHost(vm: Pick<VmRow, 'name'>, from: HostRow, to: HostRow): void {
  if ((from.kind === 'simulated') === (to.kind === 'simulated')) return;
  const [made, real] = from.kind === 'simulated' ? [from, to] : [to, from];
  throw new AppError(
    'RULE_BROKEN',
    `The VM "${vm.name}" can't be moved: "${made.name}" is simulated and "${real.name}" is not`,
    {
      rule: 'O2',
      field: 'host',
      remedy: note('A VM of a simulated host has no disks to copy. Create it again on the other host.'),
    },
  );
}

/** Bad: a VM on a host that does not answer, or is in maintenance: its disks can't be read. */
export function assertSourceReadable(vm: Pick<VmRow, 'name'>, from: HostRow): void {
  const { state, name } = from;
  if (state === 'up' || state === 'connecting' || state === 'non_operational') return;
  throw new AppError(
    'STATE_ILLEGAL',
    `The disks of the VM "${vm.name}" are on the host "${name}", which is ${spaced(state)}`,
    {
      rule: 'O2',
      field: 'vm',
      remedy: state === 'maintenance' ? run('hosts.activate', { host: name }) : note('Wait until it answers again.'),
    },
  );
}

/** Bad: a VM with memory and disks in the snapshot "before upgrade", on the host where that was taken. */
export function assertNoSnapshots(vm: Pick<VmRow, 'name'>, snapshots: readonly { readonly name: string }[]): void {
  if (snapshots.length === 0) return;
  const names = someNames(snapshots.map(({ name }) => `"${name}"`));
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" can't be moved: ${names} keeps its state on its host`, {
    rule: 'MOVE',
    field: 'vm',
    remedy: run('snapshots.remove', snapshots.length === 1 ? { snapshot: snapshots[0]?.name } : {}),
  });
}

/**
 * Bad: a host that lacks a regular network of the VM, is not up, or has too little memory in total. Memory in use does not matter:
 * the VM is not started.
 */
export function ruleO2HostCanKeep(tx: Repositories, vm: VmRow, to: HostRow): void {
  const seeker = seekerOf(tx, vm);
  const why = candidates(tx, seeker, [to]).map((candidate) => whyNever(seeker, candidate))[0];
  if (why === null || why === undefined) return;
  throw new AppError('RULE_BROKEN', `The VM "${vm.name}" can't be moved to "${to.name}": ${clauseOf(why)}`, {
    rule: 'O2',
    field: 'host',
    remedy: run('vms.placement', { vm: vm.name, move: true }),
  });
}

/** Bad: 4 GiB of disks for a host with 3 GiB of free space. The margin keeps the host's own file system usable. */
export const ROOM_MARGIN = 64 * 1_048_576;
export function assertEnoughSpace(host: string, needed: number, room: number): void {
  if (needed + ROOM_MARGIN <= room) return;
  const mib = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MiB`;
  throw new AppError(
    'NO_CAPACITY',
    `There is not enough space on "${host}": ${mib(needed)} are needed and ${mib(room)} are free`,
    {
      rule: 'MOVE_ROOM',
      field: 'host',
      remedy: run(
        'trash.empty',
        {},
        `Atoll keeps ${mib(ROOM_MARGIN)} free. Free space on the host, for example by deleting removed VMs, or choose another host.`,
      ),
    },
  );
}

/** Bad: a serial line into a file of the host, without a user's choice whether it moves with the VM. */
export function assertEveryPartDecided(name: string, parts: readonly VmPart[], { carry, leave }: MoveChoice): void {
  const open = parts.filter(({ id }) => !carry.includes(id) && !leave.includes(id));
  const [first] = open;
  if (!first) return;
  const list = open.map(({ id, what, canCarry }) => `${what} (${id}${canCarry ? '' : ', which can only be left'})`);
  throw new AppError(
    'RULE_BROKEN',
    `The definition of the VM "${name}" has parts that are moved only with your consent: ${list.join('; ')}`,
    {
      rule: 'MOVE_PARTS',
      field: 'carry',
      remedy: run(
        'vms.move',
        { vm: name, ...(first.canCarry ? { carry: [first.id] } : { leave: [first.id] }) },
        'Review these parts, then choose to carry or leave each of them.',
      ),
    },
  );
}

/** Bad: accepting a part that does not exist, or has changed since it was reviewed, or can't be moved. */
export function assertChoicesMatchParts(parts: readonly VmPart[], choice: MoveChoice | undefined): void {
  const { carry = [], leave = [] } = choice ?? {};
  const byId = new Map(parts.map((part) => [part.id, part]));
  for (const [field, ids] of [
    ['carry', carry],
    ['leave', leave],
  ] as const)
    for (const id of ids) {
      const part = byId.get(id);
      if (part && (field === 'leave' || part.canCarry)) continue;
      throw new AppError(
        'BAD_INPUT',
        part
          ? `The part ${id} (${part.what}) can't be carried to another host`
          : `The definition of the VM has no part ${id}, or it has changed`,
        { rule: 'MOVE_PARTS', field, remedy: run('vms.additions', {}) },
      );
    }
}

import { type Reach, isRunning, note, run, say, vmAllows } from '../../contract';
import type { End, Leg } from './paths';
import type { IslandRows, MapVmRow } from './rows';

export type Reason = Reach['reasons'][number];

const named = (rows: readonly { readonly id: string; readonly name: string }[], id: string | null): string =>
  rows.find((row) => row.id === id)?.name ?? 'unknown';

/** Why an end does not reach its island; empty when it does. Of a VM that does not run, its vNIC's faults are listed as well. */
export function inactiveReasons(rows: IslandRows, { vm, vnic }: End): Reason[] {
  const reasons: Reason[] = [];
  const network = named(rows.networks, vnic.networkId);
  if (!isRunning(vm.state) || vm.hostId === null) reasons.push(notRunning(vm));
  if (!vnic.plugged) {
    reasons.push({
      message: say('reach.unplugged', { vnic: vnic.name, vm: vm.name, network }),
      remedy: run('vnics.plug', { vm: vm.name, vnic: vnic.name }),
    });
  }
  if (!vnic.linked) {
    reasons.push({
      message: say('reach.link_down', { vnic: vnic.name, vm: vm.name, network }),
      remedy: run('vnics.link', { vm: vm.name, vnic: vnic.name, up: true }),
    });
  }
  return reasons;
}

function notRunning(vm: MapVmRow): Reason {
  const message = say('reach.state', { vm: vm.name, state: vm.state });
  if (vm.state === 'suspended') return { message, remedy: run('vms.resume', { vm: vm.name }) };
  if (vmAllows(vm.state, 'start')) return { message, remedy: run('vms.start', { vm: vm.name }) };
  return { message, remedy: note('Wait until its state is known again, or show its host.') };
}

/** Two VMs of one network on two hosts: their islands are separate (rule S10), or the tunnel between them is down (S11). */
export function notSameHost(rows: IslandRows, { from, to }: Leg): Reason {
  const network = named(rows.networks, from.vnic.networkId);
  const [a, b] = [named(rows.hosts, from.vm.hostId), named(rows.hosts, to.vm.hostId)];
  const { stretch } = rows.networks.find(({ id }) => id === from.vnic.networkId) ?? {};
  const isMember = (hostId: string | null): boolean => hostId !== null && stretch?.hosts.includes(hostId) === true;
  if (isMember(from.vm.hostId) && isMember(to.vm.hostId)) {
    const ends = { from: { vm: from.vm.name, host: a }, to: { vm: to.vm.name, host: b } };
    return {
      message: say('reach.tunnel_down', { network, ...ends }),
      remedy: run('networks.show', { network }, 'The network shows why; Atoll retries automatically.'),
    };
  }
  return {
    message: say('reach.other_host', {
      network,
      from: { vm: from.vm.name, host: a },
      to: { vm: to.vm.name, host: b },
    }),
    remedy: run(
      'networks.placeTogether',
      { network },
      `You can move ${to.vm.name} to ${a} while it is down, or place all VMs of ${network} together.`,
    ),
  };
}

export function withoutNetwork(vm: MapVmRow): Reason {
  return {
    message: say('reach.no_network', { vm: vm.name }),
    remedy: run('vnics.add', { vm: vm.name }),
  };
}

export function unrelated(vms: readonly string[]): Reason {
  return {
    message: say('reach.unrelated', { vms: [...vms] }),
    remedy: run('vnics.add', {}, 'Put one of them, or a VM between them, on both networks.'),
  };
}

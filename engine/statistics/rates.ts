import type { HostStatistics, VmStatistics } from '../../contract';
import type { HostCounters, VmCounters } from '../ports/statistics';

/** What is known of a host besides its counters. */
export interface HostFacts {
  readonly hostId: string;
  readonly at: string;
  readonly simulated: boolean;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** MAC addresses of vNICs, by the host's end of the cable. */
  readonly macs: ReadonlyMap<string, string>;
  /** The VMs of Atoll. */
  readonly isOurs: (vmId: string) => boolean;
}

/** What was used between two readings. A VM that is in one of them only, or was restarted in between, is left out. */
export function ratesOf(before: HostCounters, now: HostCounters, facts: HostFacts): HostStatistics {
  const { macs, isOurs, ...host } = facts;
  const seconds = (now.atMs - before.atMs) / 1000;
  const earlier = new Map(before.vms.map((vm) => [vm.id, vm]));
  const busy = now.cpu && before.cpu ? share(now.cpu, before.cpu) : null;
  return {
    ...host,
    cpu: busy === null ? null : round(busy * host.cpus),
    memoryUsedMiB: now.memoryKiB === null ? null : mib(now.memoryKiB.used),
    vms: now.vms.flatMap((vm) => {
      const was = earlier.get(vm.id);
      if (!was || !isOurs(vm.id) || seconds <= 0 || vm.cpuNs < was.cpuNs) return [];
      return [vmRates(was, vm, seconds, macs)];
    }),
  };
}

function vmRates(was: VmCounters, now: VmCounters, seconds: number, macs: ReadonlyMap<string, string>): VmStatistics {
  /** A device that was unplugged in between takes its counters along. */
  const rate = (a: number, b: number): number => round(Math.max(0, b - a) / seconds);
  const taps = new Map(was.nics.map((nic) => [nic.tap, nic]));
  return {
    vmId: now.id,
    cpu: rate(was.cpuNs / 1e9, now.cpuNs / 1e9),
    memory: {
      hostMiB: mib(now.hostKiB),
      guestMiB: now.guestKiB === null ? null : mib(now.guestKiB),
      usedMiB: now.usedKiB === null ? null : mib(now.usedKiB),
    },
    disk: { read: rate(was.diskRead, now.diskRead), write: rate(was.diskWrite, now.diskWrite) },
    nics: now.nics.flatMap((nic) => {
      const [mac, earlier] = [macs.get(nic.tap), taps.get(nic.tap)];
      if (mac === undefined || earlier === undefined) return [];
      return [{ mac, received: rate(earlier.received, nic.received), sent: rate(earlier.sent, nic.sent) }];
    }),
  };
}

type Cpu = NonNullable<HostCounters['cpu']>;

function share(now: Cpu, before: Cpu): number | null {
  const total = now.total - before.total;
  return total <= 0 ? null : Math.min(1, Math.max(0, (now.busy - before.busy) / total));
}

const mib = (kib: number): number => Math.round(kib / 1024);
/** Three digits are more than a chart shows. */
const round = (value: number): number => Math.round(value * 1000) / 1000;

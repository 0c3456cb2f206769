import { randomBytes } from 'node:crypto';
import type { HostCounters, VmCounters } from '../../engine/ports/statistics';
import type { Shell } from '../shell';

/**
 * One virsh for all VMs of the host. `--nowait`: what needs a VM that is busy (its migration, its snapshot) is left out. $1: a number
 * that nothing on the host can know.
 */
const READ = `
head -n 1 /proc/stat; cat /proc/uptime; grep -E '^Mem(Total|Available):' /proc/meminfo
echo "$1"
virsh -q 'list --uuid --name' 2>/dev/null
echo "$1"
virsh -q domstats --list-running --raw --nowait --cpu-total --balloon --interface --block 2>/dev/null
:
`;

const ANSWER_MS = 12_000;
/** 5,000 VMs of 3 KB. */
const ALL_BYTES = 16 * 1024 * 1024;
/** More than a host runs, and a VM has. */
const MOST_VMS = 5_000;
const MOST_DEVICES = 64;

/** Reads what a host and its running VMs have used so far. A host whose libvirt does not answer has no VMs in it. */
export async function readStatistics(shell: Shell, signal: AbortSignal): Promise<HostCounters> {
  const number = randomBytes(12).toString('hex');
  const options = { signal, timeoutMs: ANSWER_MS, maxBytes: ALL_BYTES } as const;
  const { stdout } = await shell.script(READ, [number], options);
  return parseStatistics(stdout, number);
}

/** Parses the output of READ. */
export function parseStatistics(output: string, number: string): HostCounters {
  const [machine = '', list = '', stats = ''] = output.split(`${number}\n`);
  const ids = new Map<string, string>();
  for (const line of list.split('\n')) {
    const [, id, name] = /^([0-9a-f]{8}-[0-9a-f-]{27})\s+(.*?)\s*$/.exec(line) ?? [];
    if (id !== undefined && name !== undefined && ids.size < MOST_VMS) ids.set(name, id);
  }
  return { ...readMachine(machine), vms: readVms(stats, ids) };
}

/** Columns of /proc/stat (proc_stat(5)): user nice system idle iowait irq softirq steal; guest time is in user. */
function readMachine(text: string): Omit<HostCounters, 'vms'> {
  const times = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number);
  const total = times?.reduce((sum, each) => sum + each, 0) ?? Number.NaN;
  const idle = (times?.[3] ?? Number.NaN) + (times?.[4] ?? 0);
  const kib = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [memory, free] = [kib('MemTotal'), kib('MemAvailable')];
  return {
    atMs: Math.round(Number(/^(\d+\.\d+) \d+\.\d+$/m.exec(text)?.[1] ?? 0) * 1000),
    cpu: Number.isFinite(total - idle) ? { busy: total - idle, total } : null,
    memoryKiB: Number.isFinite(memory - free) ? { total: memory, used: memory - free } : null,
  };
}

function readVms(stats: string, ids: ReadonlyMap<string, string>): VmCounters[] {
  const found = new Map<string, VmCounters>();
  for (const part of stats.split(/^Domain: '/m).slice(1)) {
    const end = part.indexOf("'\n");
    const id = ids.get(part.slice(0, end));
    if (end < 0 || id === undefined || found.has(id)) continue;
    const values = new Map<string, string>();
    for (const line of part.slice(end + 2).split('\n')) {
      const [, key, value] = /^ +([a-z][a-z0-9._-]*)=(.*)$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value);
    }
    found.set(id, vmCounters(id, values));
  }
  return [...found.values()];
}

function vmCounters(id: string, values: ReadonlyMap<string, string>): VmCounters {
  const optional = (key: string): number | null => {
    const value = values.get(key);
    return value !== undefined && /^\d{1,20}$/.test(value) ? Number(value) : null;
  };
  const count = (key: string): number => optional(key) ?? 0;
  const places = (kind: string): number[] => [...Array(Math.min(count(`${kind}.count`), MOST_DEVICES)).keys()];
  const sum = (key: string): number => places('block').reduce((all, n) => all + count(`block.${n}.${key}`), 0);
  const guestKiB = optional('balloon.available');
  const free = optional('balloon.usable') ?? optional('balloon.unused');
  return {
    id,
    cpuNs: count('cpu.time'),
    hostKiB: optional('balloon.rss') ?? count('balloon.current'),
    guestKiB,
    usedKiB: guestKiB === null || free === null ? null : Math.max(0, guestKiB - free),
    diskRead: sum('rd.bytes'),
    diskWrite: sum('wr.bytes'),
    nics: places('net').flatMap((n) => {
      const tap = values.get(`net.${n}.name`);
      if (tap === undefined) return [];
      return [{ tap, received: count(`net.${n}.rx.bytes`), sent: count(`net.${n}.tx.bytes`) }];
    }),
  };
}

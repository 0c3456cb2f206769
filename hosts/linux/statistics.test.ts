import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Shell } from '../shell';
import { parseStatistics, readStatistics } from './statistics';

const A = '11111111-2222-4333-8444-555555555555';
const B = '22222222-2222-4333-8444-555555555555';
const N = 'f00dcafe';
const MACHINE = `cpu  100 5 45 800 50 0 0 0 7 0
1234.56 4321.00
MemTotal:       24000000 kB
MemAvailable:   16000000 kB
`;
const domain = (name: string, ...lines: string[]): string =>
  [`Domain: '${name}'`, ...lines.map((line) => `  ${line}`), '', ''].join('\n');
const output = (list: string[], ...domains: string[]): string =>
  `${MACHINE}${N}\n${list.join('\n')}\n\n${N}\n${domains.join('')}`;

describe('statistics of a host', () => {
  it('are read for the machine and each running VM', () => {
    const web = domain(
      'web',
      ...['cpu.time=2500000000', 'cpu.user=1', 'balloon.current=2097152', 'balloon.available=2000000'],
      ...['balloon.unused=900000', 'balloon.usable=1200000', 'balloon.rss=1500000'],
      ...['net.count=2', 'net.0.name=vnet0', 'net.0.rx.bytes=1000', 'net.0.tx.bytes=2000', 'net.1.name=vnet1'],
      ...['block.count=2', 'block.0.name=vda', 'block.0.rd.bytes=10', 'block.0.wr.bytes=20', 'block.1.rd.bytes=5'],
    );
    const read = parseStatistics(output([`${A} web`, `${B} "it's"`], web, domain('"it\'s"', 'cpu.time=7')), N);
    expect(read).toMatchObject({
      atMs: 1_234_560,
      cpu: { busy: 150, total: 1000 },
      memoryKiB: { total: 24_000_000, used: 8_000_000 },
    });
    expect(read.vms).toEqual([
      {
        id: A,
        cpuNs: 2_500_000_000,
        ...{ hostKiB: 1_500_000, guestKiB: 2_000_000, usedKiB: 800_000, diskRead: 15, diskWrite: 20 },
        nics: [
          { tap: 'vnet0', received: 1000, sent: 2000 },
          { tap: 'vnet1', received: 0, sent: 0 },
        ],
      },
      { id: B, cpuNs: 7, hostKiB: 0, guestKiB: null, usedKiB: null, diskRead: 0, diskWrite: 0, nics: [] },
    ]);
  });

  it('belong to VMs that the host lists, once each, with the first value of each and no more devices than a VM has', () => {
    const twice = domain('web', 'cpu.time=1', 'cpu.time=999', 'net.count=4000000000', 'block.count=x');
    const forged = domain('web', 'cpu.time=5') + domain('unknown', 'cpu.time=5') + "Domain: 'open";
    expect(parseStatistics(output([`${A} web`, 'no id'], twice, forged), N).vms).toMatchObject([{ id: A, cpuNs: 1 }]);
    expect(parseStatistics('', N)).toEqual({ atMs: 0, cpu: null, memoryKiB: null, vms: [] });
  });

  it('are those of the machine alone if its libvirt does not answer', async () => {
    const script = (text: string, args: readonly string[]) =>
      Promise.resolve({
        exit: 0,
        stderr: '',
        stdout: execFileSync('sh', ['-c', text.replaceAll('virsh', 'false'), 'sh', ...args], { encoding: 'utf8' }),
      });
    const read = await readStatistics({ script } as unknown as Shell, new AbortController().signal);
    expect(read.vms).toEqual([]);
    expect(read.atMs).toBeGreaterThan(0);
    expect(read.cpu?.total).toBeGreaterThan(0);
  });
});

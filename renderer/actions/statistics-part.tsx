import type { HostStatistics, VmStatistics } from '../../contract';
import { useStatistics } from '../api/statistics';
import { sizeOf } from '../ui/bytes';
import { Chart } from '../ui/chart';
import { number } from '../ui/language';
import { Section, Waiting } from '../ui/page';
import { SimulatedTag } from '../ui/tags';
import { text } from './text';

const words = text.statistics;
const percent = (share: number): string => `${number(Math.round(share * 100))} %`;
const rate = (bytes: number): string => words.perSecond(sizeOf(bytes));
const mib = (value: number): string => sizeOf(value * 1024 * 1024);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What the VMs of a reading used together. */
const disks = (vms: readonly VmStatistics[], which: 'read' | 'write'): number =>
  sum(vms.map(({ disk }) => disk[which]));
const nics = (vms: readonly VmStatistics[], which: 'received' | 'sent'): number =>
  sum(vms.flatMap((vm) => vm.nics.map((nic) => nic[which])));

/** Charts of a running VM, while they are shown. `nicNames`: of its vNICs, by MAC address. */
export function VmStatisticsPart({
  vmId,
  cpus,
  memoryMiB,
  isRunning,
  nicNames,
}: {
  vmId: string;
  cpus: number;
  memoryMiB: number;
  isRunning: boolean;
  nicNames: ReadonlyMap<string, string>;
}) {
  const readings = useStatistics('vm', vmId, isRunning);
  if (!isRunning) return null;
  const vms = readings.map((reading) => reading.vms[0]);
  const of = (value: (vm: VmStatistics) => number | null): Array<number | null> =>
    vms.map((vm) => (vm === undefined ? null : value(vm)));
  const last = vms.at(-1);
  const guestMiB = last?.memory.guestMiB ?? null;
  return (
    <Charts readings={readings}>
      {(times) => (
        <>
          <Chart
            title={words.cpu}
            times={times}
            series={[{ name: '', values: of(({ cpu }) => cpu / Math.max(1, cpus)) }]}
            max={1}
            format={percent}
          />
          <Chart
            title={words.memory}
            times={times}
            series={[
              ...(guestMiB === null ? [] : [{ name: words.inGuest, values: of(({ memory }) => memory.usedMiB) }]),
              { name: words.onHost, values: of(({ memory }) => memory.hostMiB) },
            ]}
            // QEMU itself can take more than the guest has.
            max={Math.max(memoryMiB, ...vms.map((vm) => vm?.memory.hostMiB ?? 0))}
            format={mib}
          />
          <Chart
            title={words.disk}
            times={times}
            series={[
              { name: words.read, values: of(({ disk }) => disk.read) },
              { name: words.written, values: of(({ disk }) => disk.write) },
            ]}
            format={rate}
          />
          {[...nicNames].map(([mac, name]) => (
            <Chart
              key={mac}
              title={name}
              times={times}
              series={[
                { name: words.received, values: of((vm) => vm.nics.find((nic) => nic.mac === mac)?.received ?? null) },
                { name: words.sent, values: of((vm) => vm.nics.find((nic) => nic.mac === mac)?.sent ?? null) },
              ]}
              format={rate}
            />
          ))}
        </>
      )}
    </Charts>
  );
}

/** Charts of a host that is up, while they are shown. */
export function HostStatisticsPart({ hostId, isUp }: { hostId: string; isUp: boolean }) {
  const readings = useStatistics('host', hostId, isUp);
  if (!isUp) return null;
  const last = readings.at(-1);
  return (
    <Charts readings={readings}>
      {(times) => (
        <>
          <Chart
            title={words.cpu}
            times={times}
            series={[
              { name: words.ofHost, values: readings.map(({ cpu, cpus }) => (cpu === null ? null : cpu / cpus)) },
              { name: words.ofVms, values: readings.map(({ vms, cpus }) => sum(vms.map(({ cpu }) => cpu)) / cpus) },
            ]}
            max={1}
            format={percent}
          />
          <Chart
            title={words.memory}
            times={times}
            series={[
              { name: words.ofHost, values: readings.map(({ memoryUsedMiB }) => memoryUsedMiB) },
              { name: words.ofVms, values: readings.map(({ vms }) => sum(vms.map(({ memory }) => memory.hostMiB))) },
            ]}
            {...(last === undefined ? {} : { max: last.memoryMiB })}
            format={mib}
          />
          <Chart
            title={words.vmDisks}
            times={times}
            series={[
              { name: words.read, values: readings.map(({ vms }) => disks(vms, 'read')) },
              { name: words.written, values: readings.map(({ vms }) => disks(vms, 'write')) },
            ]}
            format={rate}
          />
          <Chart
            title={words.vmNics}
            times={times}
            series={[
              { name: words.received, values: readings.map(({ vms }) => nics(vms, 'received')) },
              { name: words.sent, values: readings.map(({ vms }) => nics(vms, 'sent')) },
            ]}
            format={rate}
          />
        </>
      )}
    </Charts>
  );
}

function Charts({
  readings,
  children,
}: {
  readings: readonly HostStatistics[];
  children: (times: readonly string[]) => React.ReactNode;
}) {
  return (
    <Section title={words.title} tools={readings.at(-1)?.simulated ? <SimulatedTag /> : undefined}>
      {readings.length === 0 ? (
        <Waiting lines={3} />
      ) : (
        <div className="charts">{children(readings.map(({ at }) => at))}</div>
      )}
    </Section>
  );
}

import type { AtollClient } from '../../app/client';
import type { HostStatistics, VmStatistics } from '../../contract';
import type { Run } from '../spec';
import { bytes, mebibytes } from '../text/units';
import { given, namesOf } from './shared';

const SIMULATED = 'Values of simulated hosts are made up.';

/** 1.5 CPUs of 4 → `38 %`. */
const percent = (cpu: number | null, cpus: number): string | null =>
  cpu === null ? null : `${Math.round((100 * cpu) / Math.max(1, cpus))} %`;
const rate = (each: number): string => `${bytes(each)}/s`;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What the guest uses, or else what its host sees of it. */
const memoryWords = ({ memory: { usedMiB, guestMiB, hostMiB } }: VmStatistics): string =>
  usedMiB === null || guestMiB === null
    ? `${mebibytes(hostMiB)} on its host`
    : `${mebibytes(usedMiB)} of ${mebibytes(guestMiB)}`;

interface Row {
  readonly vm: VmStatistics;
  readonly host: HostStatistics;
}

async function vmTable(client: AtollClient) {
  const [vms, hosts] = await Promise.all([client.vms.list({}), client.hosts.list({})]);
  const known = new Map(vms.map((vm) => [vm.id, vm]));
  const hostName = namesOf(hosts);
  return [
    { title: 'vm', of: ({ vm }: Row) => known.get(vm.vmId)?.name ?? vm.vmId },
    { title: 'host', of: ({ host }: Row) => hostName(host.hostId) },
    { title: 'cpu', of: ({ vm }: Row) => percent(vm.cpu, known.get(vm.vmId)?.cpus ?? 1) },
    { title: 'memory', of: ({ vm }: Row) => memoryWords(vm) },
    { title: 'disk read', of: ({ vm }: Row) => rate(vm.disk.read) },
    { title: 'written', of: ({ vm }: Row) => rate(vm.disk.write) },
    { title: 'net received', of: ({ vm }: Row) => rate(sum(vm.nics.map(({ received }) => received))) },
    { title: 'sent', of: ({ vm }: Row) => rate(sum(vm.nics.map(({ sent }) => sent))) },
  ];
}

/** `vm stats`: what running VMs use. */
export const vmStats: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const vm = input.maybeArg('VM');
  const host = input.text('host');
  const readings = await client.statistics.show(given({ vm, host }));
  const columns = await vmTable(client);
  out.answer(readings, () => {
    const rows = readings.flatMap((reading) => reading.vms.map((each) => ({ vm: each, host: reading })));
    out.table(rows, columns, 'No VM runs there.');
    const only = rows.length === 1 ? rows[0] : undefined;
    if (only !== undefined && only.vm.nics.length > 1) {
      out.line();
      out.table(
        only.vm.nics,
        [
          { title: 'mac', of: (nic) => nic.mac },
          { title: 'received', of: (nic) => rate(nic.received) },
          { title: 'sent', of: (nic) => rate(nic.sent) },
        ],
        '',
      );
    }
    if (readings.some(({ simulated }) => simulated)) out.line(SIMULATED);
  });
};

/** `host stats`: what hosts use, with everything that runs on them. */
export const hostStats: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [readings, hosts] = await Promise.all([
    client.statistics.show(given({ host: input.maybeArg('HOST') })),
    client.hosts.list({}),
  ]);
  const hostName = namesOf(hosts);
  const nics = ({ vms }: HostStatistics, which: 'received' | 'sent'): number =>
    sum(vms.flatMap((vm) => vm.nics.map((nic) => nic[which])));
  out.answer(readings, () => {
    out.table(
      readings,
      [
        { title: 'host', of: (row) => hostName(row.hostId) },
        { title: 'cpu', of: (row) => percent(row.cpu, row.cpus) },
        { title: 'cpu of vms', of: (row) => percent(sum(row.vms.map(({ cpu }) => cpu)), row.cpus) },
        {
          title: 'memory',
          of: (row) =>
            row.memoryUsedMiB === null ? null : `${mebibytes(row.memoryUsedMiB)} of ${mebibytes(row.memoryMiB)}`,
        },
        { title: 'vms', of: (row) => row.vms.length },
        { title: 'disk read', of: (row) => rate(sum(row.vms.map(({ disk }) => disk.read))) },
        { title: 'written', of: (row) => rate(sum(row.vms.map(({ disk }) => disk.write))) },
        { title: 'net received', of: (row) => rate(nics(row, 'received')) },
        { title: 'sent', of: (row) => rate(nics(row, 'sent')) },
      ],
      'No host answers.',
    );
    if (readings.some(({ simulated }) => simulated)) out.line(SIMULATED);
  });
};

import { textOf } from '../../english/text-of';
import { hintOf } from '../../english/remedies';
import type { AtollMap, Hop, Reach } from '../../contract';
import type { Output } from '../output';
import type { Run } from '../spec';
import { verdictWords, words } from '../text/units';
import { given } from './shared';

export const showMap: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  out.answer(await client.map.show({ ...given({ network: input.text('network'), host: input.text('host') }) }), (map) =>
    drawMap(out, map),
  );
};

type Island = AtollMap['islands'][number];

/** A tree: hosts, their islands, and the VMs on them. */
function drawMap(out: Output, map: AtollMap): void {
  const byHost = groupByHost(map.islands);
  for (const host of map.hosts) {
    out.line(`${host.name} (${host.kind === 'simulated' ? 'simulated, ' : ''}${words(host.state)})`);
    drawIslands(out, map, byHost.get(host.id) ?? []);
  }
  const nowhere = byHost.get(null) ?? [];
  if (nowhere.length > 0) {
    out.line('on no host yet');
    drawIslands(out, map, nowhere);
  }
  const vmNames = new Map(map.vms.map((vm) => [vm.id, vm.name]));
  if (map.alone.length > 0) out.line(`on no network: ${map.alone.map((id) => vmNames.get(id) ?? id).join(', ')}`);
  if (map.hosts.length === 0 && nowhere.length === 0 && map.alone.length === 0)
    out.line('There is nothing on the map yet. Try: atoll demo');
}

function groupByHost(islands: readonly Island[]): Map<string | null, Island[]> {
  const groups = new Map<string | null, Island[]>();
  for (const island of islands) {
    const group = groups.get(island.hostId);
    if (group) group.push(island);
    else groups.set(island.hostId, [island]);
  }
  return groups;
}

function drawIslands(out: Output, map: AtollMap, islands: readonly Island[]): void {
  const networks = new Map(map.networks.map((network) => [network.id, network]));
  const vms = new Map(map.vms.map((vm) => [vm.id, vm]));
  islands.forEach((island, i) => {
    const last = i === islands.length - 1;
    const network = networks.get(island.networkId);
    const notes = [
      network?.isIsolated
        ? island.verdict === 'unknown' && island.failed === 0
          ? 'isolated, not checked yet'
          : verdictWords(island)
        : island.nic === null
          ? 'regular'
          : `regular; external access via ${island.nic}`,
      ...(island.another ? ["another island of this network: its VMs can't reach those on other hosts"] : []),
    ];
    out.line(`${last ? '└─' : '├─'} ${network?.name ?? island.networkId} (${notes.join('; ')})`);
    const bar = last ? '   ' : '│  ';
    if (island.note !== null) out.line(`${bar}   note: ${island.note.replaceAll('\n', ' / ')}`);
    island.members.forEach(({ vmId, hears }, n) => {
      const vm = vms.get(vmId);
      const why = hears
        ? ''
        : ` (not connected: ${vm && vm.state !== 'up' ? words(vm.state) : 'unplugged or link down'})`;
      out.line(`${bar}${n === island.members.length - 1 ? '└─' : '├─'} ${vm?.name ?? vmId}${why}`);
    });
    if (island.members.length === 0) out.line(`${bar}(nobody)`);
  });
}

export const reach: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const [from, to] = [input.arg('VM1'), input.arg('VM2')];
  out.answer(await client.map.reach({ from, to }), (answer) => {
    for (const line of reachWords(answer, from, to)) out.line(line);
  });
};

const leg = ({ fromVm, network, host, toVm }: Hop): string => `${fromVm} -[${network} on ${host}]- ${toVm}`;

/** A Reach in sentences. */
export function reachWords({ kind, hops, reasons }: Reach, from: string, to: string): string[] {
  const [first] = hops;
  switch (kind) {
    case 'direct':
      return [
        first
          ? `${from} reaches ${to} directly: both are on ${first.network} on ${first.host}.`
          : `${from} reaches ${to} directly: they are the same.`,
      ];
    case 'through': {
      const through = hops.slice(0, -1).map((hop) => hop.toVm);
      return [
        `${from} reaches ${to} only through ${through.join(', then ')}, if ${through.length === 1 ? 'that VM forwards' : 'those VMs forward'}:`,
        ...hops.map((hop) => `  ${leg(hop)}`),
      ];
    }
    case 'no':
      return [
        `${from} does not reach ${to}.`,
        ...reasons.flatMap(({ message, remedy }) => [
          `  ${textOf(message)}`,
          ...(remedy === null ? [] : [`    ${hintOf(remedy)}`]),
        ]),
      ];
  }
}

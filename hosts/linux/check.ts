import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { sealTable } from './seal';

const TITLE = 'The kernel reports both seal hooks on the bridge';
/** nft's message if the kernel lacks CONFIG_NETFILTER_NETLINK_HOOK or can't list the hooks of a device. */
const UNSUPPORTED = /Invalid argument|Operation not supported|Protocol not supported|syntax error/;

/**
 * The hooks that the kernel itself reports for each bridge. A chain in `nft list` can have no effect: one bound by name whose
 * bridge was renamed, or one bound by index whose bridge was created again.
 */
export async function checkHooks(
  shell: Shell,
  storeId: string,
  targets: readonly CheckTarget[],
  signal: AbortSignal,
): Promise<CheckPoint[][]> {
  const points: CheckPoint[][] = [];
  let unsupported: CheckPoint | null = null;
  for (const target of targets) {
    const point: CheckPoint = unsupported ?? (await hooksPoint(shell, sealTable(storeId), target, signal));
    // A kernel that can't list the hooks of one device can't list any: do not ask a thousand times.
    if (UNSUPPORTED.test(point.evidence)) unsupported = point;
    points.push([point]);
  }
  return points;
}

async function hooksPoint(shell: Shell, table: string, target: CheckTarget, signal: AbortSignal): Promise<CheckPoint> {
  const argv = ['nft', 'list', 'hooks', 'netdev', 'device', target.bridge];
  const { exit, stdout, stderr } = await shell.run(argv, { signal, okExits: 'any' });
  const said = (exit === 0 ? stdout : stderr).trim().slice(0, 1000);
  // Only the first line: nft continues with the other requests, and the answer covers other bridges too.
  if (exit !== 0)
    return hookPoint(null, UNSUPPORTED.test(said) ? `the kernel can't list hooks: ${said.split('\n')[0]}` : said);
  if (said === '') return hookPoint(null, "the kernel listed no hooks, which can mean that it can't list them");
  return hookPoint(hangsOn(said, table, target.bridge), said);
}

/** Whether `nft list hooks` names both of our chains. Whole words only: `in_net1` is not `in_net10`. */
function hangsOn(said: string, table: string, bridge: string): boolean {
  const words = new Set(said.split(/\s+/));
  return said.includes(` ${table} `) && words.has(`in_${bridge}`) && words.has(`out_${bridge}`);
}

function hookPoint(ok: boolean | null, evidence: string): CheckPoint {
  return { id: 'hooks', title: TITLE, ok, evidence };
}

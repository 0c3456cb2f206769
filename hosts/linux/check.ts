import type { CheckPoint } from '../../contract';
import type { CheckTarget } from '../../engine/ports/host-driver';
import type { Shell } from '../shell';
import { sealTable } from './seal';

const TITLE = 'The kernel has both hooks on the bridge';
/** What nft says where the kernel lacks CONFIG_NETFILTER_NETLINK_HOOK or can't list the hooks of a device. */
const UNSUPPORTED = /Invalid argument|Operation not supported|Protocol not supported|syntax error/;

/**
 * What the kernel itself says hangs on each bridge. A chain in `nft list` may hang on nothing: one bound by name whose bridge
 * was renamed, or one bound by index whose bridge was made anew.
 */
export async function checkHooks(
  shell: Shell,
  storeId: string,
  targets: readonly CheckTarget[],
  signal: AbortSignal,
): Promise<CheckPoint[][]> {
  const points: CheckPoint[][] = [];
  for (const target of targets) points.push([await hooksPoint(shell, sealTable(storeId), target, signal)]);
  return points;
}

async function hooksPoint(shell: Shell, table: string, target: CheckTarget, signal: AbortSignal): Promise<CheckPoint> {
  const argv = ['nft', 'list', 'hooks', 'netdev', 'device', target.bridge];
  const { exit, stdout, stderr } = await shell.run(argv, { signal, okExits: 'any' });
  const said = (exit === 0 ? stdout : stderr).trim().slice(0, 1000);
  if (exit !== 0) return hookPoint(null, UNSUPPORTED.test(said) ? `this kernel does not tell: ${said}` : said);
  if (said === '') return hookPoint(null, 'the kernel listed no hooks at all, which it does where it can not tell');
  const missing = ['in_', 'out_'].filter((side) => !said.includes(`${table} ${side}${target.bridge}`));
  return hookPoint(missing.length === 0, said);
}

function hookPoint(ok: boolean | null, evidence: string): CheckPoint {
  return { id: 'hooks', title: TITLE, ok, evidence };
}

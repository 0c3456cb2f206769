import type { Island } from '../../../../contract';
import { text as widgets } from '../../../ui/text';
import { isJoined, type Model, vmsOn } from '../model';
import { text } from '../text';
import { MOST_NAME, nameWidth, smallWidth } from './name-width';

/** The text of an island's header beside its name. */
export function headText(model: Model, island: Island, folded: boolean, byHost: boolean): string {
  const count = vmsOn(island).length;
  return [
    text.vms(count),
    ...(model.networks.get(island.networkId)?.isIsolated === false ? [regularText(island)] : []),
    ...(byHost ? [] : [model.hosts.get(island.hostId ?? '')?.name ?? text.noHost]),
    ...(island.another && byHost && !isJoined(island) ? [text.another] : []),
    ...(island.joints !== undefined && byHost ? [text.stretched] : []),
    ...(folded ? [text.folded] : []),
  ].join(' · ');
}

const regularText = ({ nic }: Island): string =>
  nic === null ? text.regular : `${text.regular}, ${text.uplink} ${nic}`;

/** The width of an isolated island's verdict, at the longest age in minutes. */
const SEAL_W = `${widgets.states.verdict.isolated}, ${widgets.minutesAgo(59)}`.length * 6.2 + 15;
const HEAD_EDGES = 62;

/** The minimum width of an island whose header fits on one line. */
export function headWidth(model: Model, island: Island, words: string): number {
  const network = model.networks.get(island.networkId);
  const seal = network?.isIsolated === true && island.hostId !== null ? SEAL_W : 0;
  return HEAD_EDGES + Math.min(nameWidth(network?.name ?? ''), MOST_NAME) + smallWidth(words) + seal;
}

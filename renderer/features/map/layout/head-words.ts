import type { Island } from '../../../../contract';
import { text as widgets } from '../../../ui/text';
import { type Model, vmsOn } from '../model';
import { text } from '../text';
import { MOST_NAME, nameWidth, smallWidth } from './name-width';

/** What an island's head says beside its name. */
export function headWords(model: Model, island: Island, folded: boolean, byHost: boolean): string {
  const count = vmsOn(island).length;
  return [
    text.vms(count),
    ...(model.networks.get(island.networkId)?.isIsolated === false ? [regularWords(island)] : []),
    ...(byHost ? [] : [model.hosts.get(island.hostId ?? '')?.name ?? text.noHost]),
    ...(island.another && byHost ? [text.another] : []),
    ...(folded ? [text.folded] : []),
  ].join(' · ');
}

const regularWords = ({ nic }: Island): string =>
  nic === null ? text.regular : `${text.regular}, ${text.leadsBy} ${nic}`;

/** Of an isolated island's seal, at the longest age that is told in minutes. */
const SEAL_W = `${widgets.states.verdict.isolated}, ${widgets.minutesAgo(59)}`.length * 6.2 + 15;
const HEAD_EDGES = 62;

/** The least width of an island whose head is to stand on one line. */
export function headWidth(model: Model, island: Island, words: string): number {
  const network = model.networks.get(island.networkId);
  const seal = network?.isIsolated === true && island.hostId !== null ? SEAL_W : 0;
  return HEAD_EDGES + Math.min(nameWidth(network?.name ?? ''), MOST_NAME) + smallWidth(words) + seal;
}

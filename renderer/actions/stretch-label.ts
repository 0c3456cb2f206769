import type { Apart, Network } from '../../contract';
import { text } from './text';

const words = text.stretch;

/** The button that opens the dialog for a network whose VMs can't all reach each other: it adds hosts where it is stretched already. */
export function stretchLabel({ stretch }: Pick<Network, 'stretch'>, { islands }: Pick<Apart, 'islands'>): string {
  if (stretch === null) return words.action;
  return islands.some(({ hostId }) => !stretch.hosts.includes(hostId)) ? words.addHosts : words.change;
}

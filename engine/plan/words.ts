import type { Change, ForwardSpec } from '../ports/changes';
import type { PortOption } from '../ports/port-option';
import { storeOfMark } from './model/marks';
import { forwardName } from './plan-outside';

/** A change in plain words, for a preview and for the steps of a job. */
export function words(change: Change): string {
  switch (change.kind) {
    case 'bridge.create':
      return `create the sealed bridge ${change.spec.bridge} (MTU ${change.spec.mtu})`;
    case 'bridge.delete':
      return `delete the bridge ${change.spec.bridge}${portWords(change.ports)}`;
    case 'bridge.seal':
      return `seal ${change.bridge} against the host`;
    case 'bridge.release':
      return `give the bridge ${change.bridge} back: without our seal and mark, with all that is on it`;
    case 'bridge.rename':
      return `rename the bridge ${change.from} to ${change.to}`;
    case 'bridge.mark':
      return markWords(change);
    case 'bridge.mtu':
      return `set the MTU of ${change.bridge} from ${change.was} to ${change.mtu}`;
    case 'bridge.mac':
      return `set the MAC address of ${change.bridge} from ${change.was} to ${change.mac}`;
    case 'bridge.up':
      return `set ${change.bridge} ${change.up ? 'up' : 'down'}`;
    case 'bridge.options':
      return `set the bridge options of ${change.bridge} (no STP, no delay, no snooping)`;
    case 'address.remove':
      return `remove the host's address ${change.address} from ${change.port ?? change.bridge}`;
    case 'port.add':
      return `plug ${change.port} into ${change.bridge}`;
    case 'port.remove':
      return `take ${change.port} off ${change.bridge}`;
    case 'port.quiet':
      return `switch IPv6 off on ${change.port}`;
    case 'port.options':
      return `set ${optionWords(change.options, 'wanted')} on ${change.port}`;
    case 'outside.start':
      return `start the way out behind ${change.nic}`;
    case 'outside.stop':
      return `end the way out behind ${change.nic}`;
    case 'forward.add':
      return `forward ${forwardName(change.forward)} to ${guestEnd(change.forward)}`;
    case 'forward.remove':
      return `end the forward of ${forwardName(change.forward)} to ${guestEnd(change.forward)}`;
    case 'seal.remove':
      return `remove the seal that is left of ${change.bridge}`;
  }
}

/** Options of a port in words, as they are or as they should be. */
export const optionWords = (options: readonly PortOption[], which: 'wanted' | 'actual'): string =>
  options.map((option) => `${option.name.replaceAll('_', ' ')} ${option[which]}`).join(', ');

const guestEnd = ({ guestAddress, guestPort }: ForwardSpec): string => `${guestAddress}:${guestPort}`;

const portWords = (ports: readonly string[]): string => (ports.length === 0 ? '' : ` that carries ${ports.join(', ')}`);

/** The ids of networks in marks mean nothing to a person; those of stores say whose it was and whose it is. */
function markWords({ bridge, alias, was }: Extract<Change, { kind: 'bridge.mark' }>): string {
  const [before, after] = [was === null ? null : storeOfMark(was), storeOfMark(alias)];
  return before === null
    ? `mark ${bridge} as ours`
    : `rewrite the mark of ${bridge}: from the store ${before} to the store ${after ?? 'of this Atoll'}`;
}

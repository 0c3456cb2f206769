import type { ForwardSpec, OutsideChange } from '../../engine/ports/changes';
import { Refused } from './refusal-messages';
import type { SimState } from './state';

export const forwardWord = ({ protocol, hostPort, address }: ForwardSpec): string =>
  `${protocol}:${address === undefined ? '' : `${address}:`}${hostPort}`;

/**
 * An uplink in name only: nothing on a simulated host reaches a real network, and the engine enables none on it (rule S12). It
 * replaces a lab's in tests, so that both drivers can run the same conformance suite.
 */
export function changeOutside(state: SimState, change: OutsideChange): void {
  switch (change.kind) {
    case 'outside.start':
      state.links.set(change.nic, {
        name: change.nic,
        kind: 'tap',
        mac: '02:00:00:00:0f:00',
        mtu: 1500,
        up: true,
        master: null,
        ipv6Disabled: true,
      });
      state.outside = { nic: change.nic, forwards: [] };
      return;
    case 'outside.stop':
      state.links.delete(change.nic);
      state.outside = undefined;
      return;
    case 'forward.add':
      open(state, change.forward);
      return;
    case 'forward.remove':
      close(state, change.forward);
      return;
  }
}

function running(state: SimState): NonNullable<SimState['outside']> {
  if (state.outside) return state.outside;
  throw new Refused('there is no uplink');
}

function open(state: SimState, forward: ForwardSpec): void {
  const outside = running(state);
  const isTaken = state.occupiedPorts?.has(forwardWord(forward)) === true;
  if (isTaken || outside.forwards.some((other) => forwardWord(other) === forwardWord(forward)))
    throw new Refused(`${forwardWord(forward)}: Address already in use`);
  outside.forwards.push(forward);
}

function close(state: SimState, forward: ForwardSpec): void {
  const outside = running(state);
  outside.forwards = outside.forwards.filter((other) => forwardWord(other) !== forwardWord(forward));
}

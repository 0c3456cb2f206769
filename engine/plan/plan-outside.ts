import { FORWARD_ADDRESS } from '../../contract';
import type { ForwardSpec, OutsideChange } from '../ports/changes';
import { Findings, type Part } from './model/finding';
import type { View } from './model/view';
import type { WantedOutside } from './model/wanted';

/** The name of a forward in messages, and its key in a plan. */
export const forwardName = ({
  protocol,
  hostPort,
  address = FORWARD_ADDRESS,
}: Pick<ForwardSpec, 'protocol' | 'hostPort' | 'address'>): string => `${protocol} ${address}:${hostPort}`;

export const sameForward = (a: ForwardSpec, b: ForwardSpec): boolean =>
  forwardName(a) === forwardName(b) && a.guestAddress === b.guestAddress && a.guestPort === b.guestPort;

/**
 * The NAT behind a lab's uplink (rule S12) and its forwards. Its bridge is planned like any other; once the NAT runs and its NIC
 * exists, the next round plugs it in and opens the forwards.
 */
export function planOutside({ wanted, observed, nics }: View): Part[] {
  const { outside } = wanted;
  const running = observed.outside ?? null;
  if (!outside) return running ? [stop(running.nic)] : [];
  // A NAT whose NIC was deleted is useless.
  if (!running || !nics.has(outside.nic)) return [start(outside)];
  const gone = running.forwards.filter((is) => !outside.forwards.some((spec) => sameForward(spec, is)));
  const missing = outside.forwards.filter((spec) => !running.forwards.some((is) => sameForward(spec, is)));
  const names = new Set([...gone, ...missing].map(forwardName));
  return [...names].map((name) => {
    const removed = gone.filter((spec) => forwardName(spec) === name);
    return forward(
      name,
      removed,
      missing.filter((spec) => forwardName(spec) === name),
    );
  });
}

function start({ networkId, nic }: WantedOutside): Part {
  const found = new Findings(networkId, nic);
  found.add('outside', 'uplink', 'running', 'none');
  // Its NIC and its forwards can be planned only once it runs.
  return { ...part(found, networkId, nic, [{ kind: 'outside.start', nic }]), again: true };
}

function stop(nic: string): Part {
  const found = new Findings(null, nic);
  found.add('outside', 'uplink', 'none', 'running');
  return part(found, null, nic, [{ kind: 'outside.stop', nic }]);
}

/** One port's forwards are changed in one group: removals free the port for additions. */
function forward(name: string, removed: readonly ForwardSpec[], added: readonly ForwardSpec[]): Part {
  const found = new Findings(null, name);
  found.add('forward', 'forward', words(added), words(removed));
  const changes = [
    ...removed.map((spec): OutsideChange => ({ kind: 'forward.remove', forward: spec })),
    ...added.map((spec): OutsideChange => ({ kind: 'forward.add', forward: spec })),
  ];
  return part(found, null, name, changes);
}

const words = (specs: readonly ForwardSpec[]): string =>
  specs.map(({ guestAddress, guestPort }) => `to ${guestAddress}:${guestPort}`).join(', ') || 'none';

function part(found: Findings, networkId: string | null, bridge: string, changes: readonly OutsideChange[]): Part {
  return { networkId, bridge, changes, findings: found.list, problem: null, again: false };
}

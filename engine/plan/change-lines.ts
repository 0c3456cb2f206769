import { type ChangeLine, FORWARD_ADDRESS, say } from '../../contract';
import type { Change, ForwardSpec } from '../ports/changes';
import { storeOfMark } from './model/marks';

/** A change as a line of a dry run. */
export function changeLine(change: Change): ChangeLine {
  switch (change.kind) {
    case 'bridge.create':
      return say('change.bridge.create', { bridge: change.spec.bridge, mtu: change.spec.mtu });
    case 'bridge.delete':
      return say('change.bridge.delete', { bridge: change.spec.bridge, ports: [...change.ports] });
    case 'bridge.seal':
      return say('change.bridge.seal', { bridge: change.bridge });
    case 'bridge.release':
      return say('change.bridge.release', { bridge: change.bridge });
    case 'bridge.rename':
      return say('change.bridge.rename', { from: change.from, to: change.to });
    case 'bridge.mark':
      return markLine(change);
    case 'bridge.mtu':
      return say('change.bridge.mtu', { bridge: change.bridge, was: change.was, now: change.mtu });
    case 'bridge.mac':
      return say('change.bridge.mac', { bridge: change.bridge, was: change.was, now: change.mac });
    case 'bridge.up':
      return say('change.bridge.up', { bridge: change.bridge, up: change.up });
    case 'bridge.options':
      return say('change.bridge.options', { bridge: change.bridge });
    case 'address.remove':
      return say('change.address.remove', { link: change.port ?? change.bridge, address: change.address });
    case 'port.add':
      return say('change.port.add', { bridge: change.bridge, port: change.port });
    case 'port.remove':
      return say('change.port.remove', { bridge: change.bridge, port: change.port });
    case 'port.quiet':
      return say('change.port.quiet', { port: change.port });
    case 'port.options': {
      const options = change.options.map(({ name, wanted }) => ({ name, value: wanted }));
      return say('change.port.options', { port: change.port, options });
    }
    case 'outside.start':
      return say('change.outside.start', { nic: change.nic });
    case 'outside.stop':
      return say('change.outside.stop', { nic: change.nic });
    case 'forward.add':
      return say('change.forward.add', forwardParams(change.forward));
    case 'forward.remove':
      return say('change.forward.remove', forwardParams(change.forward));
    case 'services.start':
    case 'services.reload':
      return say(`change.${change.kind}`, { bridge: change.spec.bridge });
    case 'services.stop':
      return say('change.services.stop', { bridge: change.bridge });
    case 'tunnel.start':
      return say('change.tunnel.start', { device: change.spec.device, peers: change.spec.peers.length });
    case 'tunnel.stop':
      return say('change.tunnel.stop', { device: change.device });
    case 'tunnel.next_key':
      return say('change.tunnel.next_key', { device: change.device });
    case 'tunnel.end.add': {
      const { bridge, port, members } = change.end;
      return say('change.tunnel.end.add', { bridge, port, members: members.length });
    }
    case 'tunnel.end.remove':
      return say('change.tunnel.end.remove', { bridge: change.bridge, port: change.port });
    case 'tunnel.end.forget':
      return say('change.tunnel.end.forget', { bridge: change.bridge, port: change.port, macs: [...change.macs] });
    case 'seal.remove':
      return say('change.seal.remove', { bridge: change.bridge });
  }
}

const forwardParams = ({ protocol, hostPort, address = FORWARD_ADDRESS, guestAddress, guestPort }: ForwardSpec) => ({
  ...{ protocol, address: `${address}:${hostPort}` },
  ...{ guestAddress, guestPort },
});

/** The ids of networks in marks mean nothing to users; those of stores name the former and the new owner of the bridge. */
function markLine({ bridge, alias, was }: Extract<Change, { kind: 'bridge.mark' }>): ChangeLine {
  const from = was === null ? null : storeOfMark(was);
  return say('change.bridge.mark', { bridge, from, to: storeOfMark(alias) });
}

import { storeOfMark } from './model/marks';
import type { Change, ChangeGroup } from '../ports/changes';

/**
 * The changes that undo one change, in order. Empty for hardening: a seal, quieting, a first mark, options, a removed foreign port
 * or address. An undo never opens a bridge again; it restores the network, but not its leaks.
 */
export function inverse(change: Change): Change[] {
  switch (change.kind) {
    case 'bridge.create':
      return [{ kind: 'bridge.delete', spec: change.spec, ports: [] }];
    case 'bridge.delete': {
      const { bridge } = change.spec;
      const ports = change.ports.map((port): Change => ({ kind: 'port.add', bridge, port }));
      return [{ kind: 'bridge.create', spec: change.spec }, ...ports];
    }
    case 'bridge.release':
      return [
        { kind: 'bridge.mark', bridge: change.bridge, alias: change.alias, was: null },
        { kind: 'bridge.seal', bridge: change.bridge },
      ];
    case 'bridge.rename':
      return [
        { kind: 'bridge.rename', from: change.to, to: change.from },
        { kind: 'bridge.seal', bridge: change.from },
      ];
    case 'bridge.mtu':
      return [{ kind: 'bridge.mtu', bridge: change.bridge, mtu: change.was, was: change.mtu }];
    case 'bridge.mac':
      return [{ kind: 'bridge.mac', bridge: change.bridge, mac: change.was, was: change.mac }];
    case 'bridge.up':
      return [{ kind: 'bridge.up', bridge: change.bridge, up: !change.up }];
    case 'port.add':
      return [{ kind: 'port.remove', bridge: change.bridge, port: change.port }];
    case 'bridge.mark':
      // A bridge whose mark replaced another store's: it is entirely that store's again, or entirely ours.
      return change.was !== null && storeOfMark(change.was) !== null
        ? [{ kind: 'bridge.mark', bridge: change.bridge, alias: change.was, was: change.alias }]
        : [];
    case 'outside.start':
      return [{ kind: 'outside.stop', nic: change.nic }];
    case 'outside.stop':
      return [{ kind: 'outside.start', nic: change.nic }];
    case 'forward.add':
      return [{ kind: 'forward.remove', forward: change.forward }];
    case 'forward.remove':
      return [{ kind: 'forward.add', forward: change.forward }];
    case 'services.start': {
      const { networkId, bridge, port, alias } = change.spec;
      return [{ kind: 'services.stop', networkId, bridge, port, alias }];
    }
    // Started again, a running tunnel is only corrected; then nothing follows that could fail.
    case 'tunnel.start': {
      const { namespace, device, alias } = change.spec;
      return [{ kind: 'tunnel.stop', namespace, device, alias }];
    }
    case 'tunnel.end.add': {
      const { bridge, port, alias } = change.end;
      return [{ kind: 'tunnel.end.remove', bridge, port, alias }];
    }
    // Closed stays closed: what is desired is set up again by the next reconcile.
    case 'tunnel.stop':
    case 'tunnel.end.remove':
    case 'tunnel.end.forget':
    case 'tunnel.next_key':
    case 'services.reload':
    case 'services.stop':
    case 'bridge.seal':
    case 'bridge.options':
    case 'address.remove':
    case 'port.remove':
    case 'port.quiet':
    case 'port.options':
    case 'seal.remove':
      return [];
  }
}

/** The inverse of a group whose first `done` changes took effect; last first. */
export function inverseOf(group: ChangeGroup, done: number): ChangeGroup {
  return { ...group, changes: group.changes.slice(0, done).reverse().flatMap(inverse) };
}

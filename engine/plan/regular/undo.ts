import type { SetupChange } from '../../ports/setup';

/** The inverse of a change. */
export function undoOf(change: SetupChange): SetupChange {
  switch (change.kind) {
    case 'bond.make':
      return { ...change, kind: 'bond.unmake' };
    case 'bond.unmake':
      return { ...change, kind: 'bond.make' };
    case 'vlan.make':
      return { ...change, kind: 'vlan.unmake' };
    case 'vlan.unmake':
      return { ...change, kind: 'vlan.make' };
    case 'bridge.make':
      return { ...change, kind: 'bridge.unmake' };
    case 'bridge.unmake':
      return { ...change, kind: 'bridge.make' };
    case 'link.master':
      return { ...change, to: change.was, was: change.to };
    case 'link.mtu':
      return { ...change, to: change.was, was: change.to };
    case 'link.up':
      return { ...change, up: !change.up };
    case 'link.ipv6':
      return { ...change, on: !change.on };
    case 'ip.add':
      return { ...change, kind: 'ip.remove' };
    case 'ip.remove':
      return { ...change, kind: 'ip.add' };
    case 'route.add':
      return { ...change, kind: 'route.remove' };
    case 'route.remove':
      return { ...change, kind: 'route.add' };
    case 'route.move':
      return { ...change, route: { ...change.route, dev: change.to }, to: change.route.dev };
    case 'dhcp.start':
      return { ...change, kind: 'dhcp.stop' };
    case 'dhcp.stop':
      return { ...change, kind: 'dhcp.start' };
  }
}

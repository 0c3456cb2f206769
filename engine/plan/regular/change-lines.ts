import { type ChangeLine, say } from '../../../contract';
import type { NetRoute, SetupChange } from '../../ports/setup';

/** A change of *Set up networks* as a line of a dry run. */
export function setupLine(change: SetupChange): ChangeLine {
  switch (change.kind) {
    case 'bond.make':
      return say('change.bond.make', { bond: change.bond.name, mode: change.bond.mode });
    case 'bond.unmake':
      return say('change.bond.unmake', { bond: change.bond.name });
    case 'vlan.make':
      return say('change.vlan.make', { tag: change.vlan.tag, parent: change.vlan.parent });
    case 'vlan.unmake':
      return say('change.vlan.unmake', { tag: change.vlan.tag, parent: change.vlan.parent });
    case 'bridge.make':
      return say('change.regular.make', { bridge: change.bridge.name, mtu: change.bridge.mtu });
    case 'bridge.unmake':
      return say('change.regular.unmake', { bridge: change.bridge.name });
    case 'link.master':
      return say('change.link.master', { link: change.link, to: change.to, was: change.was });
    case 'link.mtu':
      return say('change.link.mtu', { link: change.link, was: change.was, now: change.to });
    case 'link.up':
      return say('change.link.up', { link: change.link, up: change.up });
    case 'link.ipv6':
      return say('change.link.ipv6', { link: change.link, on: change.on });
    case 'ip.add':
      return say('change.ip.add', { link: change.link, address: change.address });
    case 'ip.remove':
      return say('change.ip.remove', { link: change.link, address: change.address });
    case 'route.add':
      return say('change.route.add', routeParams(change.route));
    case 'route.remove':
      return say('change.route.remove', routeParams(change.route));
    case 'route.move':
      return say('change.route.move', { ...routeParams(change.route), now: change.to });
    case 'dhcp.start':
      return say('change.dhcp.start', { link: change.link, client: change.client });
    case 'dhcp.stop':
      return say('change.dhcp.stop', { link: change.link, client: change.client });
  }
}

const routeParams = ({ to, via, dev }: NetRoute) => ({ to, via, link: dev });

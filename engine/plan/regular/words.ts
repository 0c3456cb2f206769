import type { NetRoute, SetupChange } from '../../ports/setup';

/** A change of *Setup networks* in plain words, for a preview. */
export function setupWords(change: SetupChange): string {
  switch (change.kind) {
    case 'bond.make':
      return `make the bond ${change.bond.name} (${change.bond.mode})`;
    case 'bond.unmake':
      return `remove the bond ${change.bond.name}`;
    case 'vlan.make':
      return `make the VLAN ${change.vlan.tag} on ${change.vlan.parent}`;
    case 'vlan.unmake':
      return `remove the VLAN ${change.vlan.tag} from ${change.vlan.parent}`;
    case 'bridge.make':
      return `make the bridge ${change.bridge.name} (MTU ${change.bridge.mtu})`;
    case 'bridge.unmake':
      return `remove the bridge ${change.bridge.name}`;
    case 'link.master':
      return change.to === null
        ? `take ${change.link} out of ${change.was ?? ''}`
        : `put ${change.link} into ${change.to}${change.was === null ? '' : ` (now in ${change.was})`}`;
    case 'link.mtu':
      return `set the MTU of ${change.link} from ${change.was} to ${change.to}`;
    case 'link.up':
      return `set ${change.link} ${change.up ? 'up' : 'down'}`;
    case 'link.ipv6':
      return `switch IPv6 ${change.on ? 'on' : 'off'} on ${change.link}`;
    case 'ip.add':
      return `give ${change.link} the address ${change.address}`;
    case 'ip.remove':
      return `take the address ${change.address} off ${change.link}`;
    case 'route.add':
      return `add ${routeWords(change.route)}`;
    case 'route.remove':
      return `remove ${routeWords(change.route)}`;
    case 'route.move':
      return `move ${routeWords(change.route)} to ${change.to}`;
    case 'dhcp.start':
      return `ask for an address on ${change.link} by DHCP (${change.client} runs on the host)`;
    case 'dhcp.stop':
      return `end DHCP on ${change.link} (${change.client})`;
  }
}

function routeWords({ to, via, dev }: NetRoute): string {
  return `the ${to === 'default' ? 'default route' : `route to ${to}`}${via === null ? '' : ` via ${via}`} on ${dev}`;
}

/** What a preview says first when the change touches what carries the connection to the host. */
export const connectionWords = (seconds: number): string =>
  `this touches the connection to the host: the host undoes it after ${seconds} s unless it can be reached again`;

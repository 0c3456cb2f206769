import type { ChangeLine, Params, PreviewProblem } from '../../contract/messages';
import { counted } from '../wording';
import { failedText } from './reasons';
import type { Texts } from './texts';

type ForwardEnds = Params<'change.forward.add'>;
type Route = Params<'change.route.add'>;

const forward = ({ protocol, address, guestAddress, guestPort }: ForwardEnds): string =>
  `${protocol} ${address} to ${guestAddress}:${guestPort}`;
const route = ({ to, via, link }: Route): string =>
  `the ${to === 'default' ? 'default route' : `route to ${to}`}${via === null ? '' : ` via ${via}`} on ${link}`;
const upOrDown = (up: boolean): string => (up ? 'up' : 'down');

/** What would change on a host's networks: one command each, as the continuation of the host's name. */
export const CHANGE_LINES: Texts<ChangeLine['type']> = {
  'change.bridge.create': ({ bridge, mtu }) => `create the sealed bridge ${bridge} (MTU ${mtu})`,
  'change.bridge.delete': ({ bridge, ports }) =>
    `delete the bridge ${bridge}${ports.length === 0 ? '' : ` with the ports ${ports.join(', ')}`}`,
  'change.bridge.seal': ({ bridge }) => `seal ${bridge} against the host`,
  'change.bridge.release': ({ bridge }) =>
    `release the bridge ${bridge}: remove Atoll's seal and mark, and leave everything on it`,
  'change.bridge.rename': ({ from, to }) => `rename the bridge ${from} to ${to}`,
  'change.bridge.mark': ({ bridge, from, to }) =>
    from === null
      ? `mark ${bridge} as managed by Atoll`
      : `rewrite the mark of ${bridge}: from the database ${from} to the database ${to ?? 'of this Atoll'}`,
  'change.bridge.mtu': ({ bridge, was, now }) => `set the MTU of ${bridge} from ${was} to ${now}`,
  'change.bridge.mac': ({ bridge, was, now }) => `set the MAC address of ${bridge} from ${was} to ${now}`,
  'change.bridge.up': ({ bridge, up }) => `set ${bridge} ${upOrDown(up)}`,
  'change.bridge.options': ({ bridge }) => `set the bridge options of ${bridge} (no STP, no delay, no snooping)`,
  'change.address.remove': ({ link, address }) => `remove the host's address ${address} from ${link}`,
  'change.port.add': ({ bridge, port }) => `plug ${port} into ${bridge}`,
  'change.port.remove': ({ bridge, port }) => `unplug ${port} from ${bridge}`,
  'change.port.quiet': ({ port }) => `disable IPv6 on ${port}`,
  'change.port.options': ({ port, options }) =>
    `set ${options.map(({ name, value }) => `${name.replaceAll('_', ' ')} ${value}`).join(', ')} on ${port}`,
  'change.outside.start': ({ nic }) => `start the uplink behind ${nic}`,
  'change.outside.stop': ({ nic }) => `stop the uplink behind ${nic}`,
  'change.services.start': ({ bridge }) => `start the DHCP and DNS server on ${bridge}`,
  'change.services.reload': ({ bridge }) => `write the addresses and names of the DHCP and DNS server on ${bridge}`,
  'change.services.stop': ({ bridge }) => `stop the DHCP and DNS server on ${bridge}`,
  'change.tunnel.start': ({ device, peers }) => `set up the encrypted tunnel ${device} to ${counted(peers, 'host')}`,
  'change.tunnel.stop': ({ device }) => `remove the encrypted tunnel ${device}`,
  'change.tunnel.next_key': ({ device }) => `create the next key of the tunnel ${device}`,
  'change.tunnel.end.add': ({ bridge, port, members }) =>
    `connect ${bridge} to ${counted(members, 'host')} through the tunnel end ${port}`,
  'change.tunnel.end.remove': ({ bridge, port }) =>
    `disconnect ${bridge} from other hosts: remove the tunnel end ${port}`,
  'change.tunnel.end.forget': ({ port, macs }) => `forget ${macs.join(', ')} on ${port}: the VM is on another host now`,
  'change.forward.add': (ends) => `forward ${forward(ends)}`,
  'change.forward.remove': (ends) => `close the forward of ${forward(ends)}`,
  'change.seal.remove': ({ bridge }) => `remove the leftover seal of ${bridge}`,
  'change.bond.make': ({ bond, mode }) => `create the bond ${bond} (${mode})`,
  'change.bond.unmake': ({ bond }) => `remove the bond ${bond}`,
  'change.vlan.make': ({ tag, parent }) => `create the VLAN ${tag} on ${parent}`,
  'change.vlan.unmake': ({ tag, parent }) => `remove the VLAN ${tag} from ${parent}`,
  'change.regular.make': ({ bridge, mtu }) => `create the bridge ${bridge} (MTU ${mtu})`,
  'change.regular.unmake': ({ bridge }) => `remove the bridge ${bridge}`,
  'change.link.master': ({ link, to, was }) =>
    to === null
      ? `remove ${link} from ${was ?? 'its bridge'}`
      : `add ${link} to ${to}${was === null ? '' : ` (now in ${was})`}`,
  'change.link.mtu': ({ link, was, now }) => `set the MTU of ${link} from ${was} to ${now}`,
  'change.link.up': ({ link, up }) => `set ${link} ${upOrDown(up)}`,
  'change.link.ipv6': ({ link, on }) => `${on ? 'enable' : 'disable'} IPv6 on ${link}`,
  'change.ip.add': ({ link, address }) => `add the address ${address} to ${link}`,
  'change.ip.remove': ({ link, address }) => `remove the address ${address} from ${link}`,
  'change.route.add': (params) => `add ${route(params)}`,
  'change.route.remove': (params) => `remove ${route(params)}`,
  'change.route.move': ({ now, ...params }) => `move ${route(params)} to ${now}`,
  'change.dhcp.start': ({ link, client }) => `get an address for ${link} by DHCP (${client} runs on the host)`,
  'change.dhcp.stop': ({ link, client }) => `stop DHCP on ${link} (${client})`,
  'change.connection': ({ seconds }) =>
    `this touches the connection to the host: the host reverts it after ${seconds} s unless it can be reached again`,
};

const withoutStop = (text: string): string => text.replace(/\.$/, '');

/** Why it can't be said what would change on a host. */
export const PREVIEW_PROBLEMS: Texts<PreviewProblem['type']> = {
  'problem.new_host': () => 'a new host: it is observed once it is connected',
  'problem.maintenance': () => 'the host is in maintenance: it is changed when it is activated',
  'problem.unobserved': ({ error }) => `it can't be observed: ${withoutStop(error)}`,
  'problem.plan': ({ errors }) => errors.map(({ error, remedy }) => failedText(error, remedy)).join('; '),
};

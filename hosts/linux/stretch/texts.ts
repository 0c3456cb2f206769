import type { TunnelEnd, TunnelSpec } from '../../../engine/ports/stretch';
import { checkedEnd, checkedTunnel, endMac, tunnelAddress } from './names';

/** As often as a firewall's memory of a UDP exchange needs at least. */
const KEEPALIVE_S = 25;

type Settings = Omit<TunnelSpec, 'ends'>;

/** WireGuard's peers. A next key has no address yet: it can shake hands, and no more. */
export function peersText({ peers }: Settings): string[] {
  return peers.flatMap(({ number, publicKey, nextKey, endpoint }) => [
    '[Peer]',
    `PublicKey = ${publicKey}`,
    `AllowedIPs = ${tunnelAddress(number)}/32`,
    `PersistentKeepalive = ${KEEPALIVE_S}`,
    ...(endpoint === null ? [] : [`Endpoint = ${endpoint}`]),
    ...(nextKey === null ? [] : ['[Peer]', `PublicKey = ${nextKey}`]),
  ]);
}

/**
 * The filter of the tunnel's namespace: in come VXLAN frames of networks that their sender is a member of, and pings; out goes what
 * WireGuard takes. The VNI is compared as raw bits: a set of `vxlan vni` values loses one of several (nft 1.1.3).
 */
export function filterLines({ device, peers }: Settings): string[] {
  const members = peers.flatMap(({ number, vnis }) => vnis.map((vni) => `${tunnelAddress(number)} . ${vni * 256}`));
  return [
    'table ip atoll {',
    '  set members {',
    '    typeof ip saddr . @th,96,32',
    ...(members.length > 0 ? [`    elements = { ${members.join(', ')} }`] : []),
    '  }',
    '  chain in {',
    '    type filter hook input priority 0; policy drop;',
    `    iifname "${device}" udp dport 4789 @th,64,8 8 ip saddr . @th,96,32 @members accept`,
    `    iifname "${device}" icmp type { echo-request, echo-reply } accept`,
    '  }',
    '  chain forward { type filter hook forward priority 0; policy drop; }',
    '  chain out {',
    '    type filter hook output priority 0; policy drop;',
    `    oifname "${device}" accept`,
    '  }',
    '}',
  ];
}

function ipLines({ device, number, mtu, peers }: Settings): string[] {
  const own = tunnelAddress(number);
  return [
    `address replace ${own}/32 dev lo`,
    'link set dev lo up',
    `link set dev ${device} mtu ${mtu} up`,
    ...peers.map((peer) => `route replace ${tunnelAddress(peer.number)}/32 dev ${device} src ${own}`),
  ];
}

/** What the inspection of the namespace prints if all is as it should be, but for the filter. */
function wantedLines({ device, number, peers }: Settings): string[] {
  return [
    'interface lo up',
    `interface ${device} up`,
    'address 127.0.0.1/8 on lo',
    `address ${tunnelAddress(number)}/32 on lo`,
    ...peers.map((peer) => `route ${tunnelAddress(peer.number)} by ${device}`),
    'forwarding 0',
    ...peers.map((peer) => `peer ${peer.publicKey} ${tunnelAddress(peer.number)}/32`),
    ...peers.flatMap(({ nextKey }) => (nextKey === null ? [] : [`peer ${nextKey} (none)`])),
  ];
}

/**
 * The input of START_TUNNEL.
 * @throws AppError BAD_INPUT for a value that a command would read as something else
 */
export function startTunnelInput(storeId: string, spec: Settings): string {
  checkedTunnel(storeId, spec);
  const { namespace, device, alias, number, port, mtu, settings, key } = spec;
  const head = [namespace, device, alias, tunnelAddress(number), port ?? 0, mtu, settings, key ?? '-'].join(' ');
  const part = (word: string, lines: readonly string[]): string[] => lines.map((line) => `${word} ${line}`);
  const lines = [
    `spec ${head}`,
    ...part('wg', peersText(spec)),
    ...part('nft', filterLines(spec)),
    ...part('ip', ipLines(spec)),
    ...part('want', wantedLines(spec)),
    'end',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * A line of the input of ADD_ENDS.
 * @throws AppError BAD_INPUT
 */
export function endLine(storeId: string, spec: Settings, end: TunnelEnd): string {
  checkedTunnel(storeId, spec);
  const { port, bridge, networkId, alias, vni, mtu, members } = checkedEnd(storeId, end);
  const to = members.map((member) => `,${tunnelAddress(member)}`).join('');
  const own = [endMac(spec.number, vni), tunnelAddress(spec.number), spec.namespace];
  return `${[port, bridge, networkId, alias, vni, mtu, ...own, to || ','].join(' ')}\n`;
}

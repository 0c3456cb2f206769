import type { ServicesSpec, ServicesSubnet } from '../../../engine/ports/services';
import { checked, number, subnet } from './names';
import { bits, dotted } from './probe-args';

/** Enough for every address of a large network; a flood of made-up clients ends here. */
const MOST_LEASES = 4096;
const WEEK_S = 7 * 86_400;
/** Guests may keep a name that long: renames are followed quickly. */
const TTL_S = 30;

/**
 * dnsmasq's configuration, one option per line. Only what the engine decided is served: no file of the host is read, a guest's own
 * name is ignored, and foreign names are refused and never sent, unless a gateway VM resolves them.
 * @throws AppError BAD_INPUT for a value that dnsmasq would read as something else
 */
export function configText(spec: ServicesSpec): string {
  const lines = [
    'no-resolv',
    'no-poll',
    'no-hosts',
    'interface=eth0',
    'except-interface=lo',
    'bind-interfaces',
    'pid-file=',
    'log-facility=/run/log/log',
    'quiet-dhcp',
    'quiet-dhcp6',
    'quiet-ra',
    ...(spec.dns ? dnsLines(spec) : ['port=0']),
    ...(spec.dhcp ? dhcpLines(spec) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The address of the gateway VM at which it is asked for foreign names: one of a family that the server has. Null: there is none. */
export function resolverOf({ gateway, ipv4, ipv6 }: ServicesSpec): string | null {
  if (ipv4 && gateway?.ipv4) return checked('ipv4', gateway.ipv4);
  return ipv6 && gateway?.ipv6 ? checked('ipv6', gateway.ipv6) : null;
}

function dnsLines(spec: ServicesSpec): string[] {
  const name = checked('domain', spec.domain);
  const resolver = resolverOf(spec);
  return [
    `domain=${name}`,
    `local=/${name}/`,
    'local=/internal/',
    'bogus-priv',
    'domain-needed',
    'expand-hosts',
    'addn-hosts=/run/names',
    `local-ttl=${TTL_S}`,
    'cache-size=0',
    ...(resolver === null ? [] : [`server=${resolver}`]),
  ];
}

/** Without dhcp-broadcast and no-ping dnsmasq needs the right to change its network. */
function dhcpLines(spec: ServicesSpec): string[] {
  const { domain, dns, gateway, options, ipv4, ipv6 } = spec;
  const lease = number(spec.leaseSeconds, 120, 52 * WEEK_S, 'leaseSeconds');
  const router = gateway?.ipv4 ? [`dhcp-option=tag:!gateway,option:router,${checked('ipv4', gateway.ipv4)}`] : [];
  const name = checked('domain', domain);
  return [
    'dhcp-hostsfile=/run/vnics',
    'dhcp-leasefile=/run/leases',
    `dhcp-lease-max=${MOST_LEASES}`,
    'dhcp-authoritative',
    'dhcp-broadcast',
    'no-ping',
    'dhcp-ignore-names',
    // An empty router is none: else dnsmasq names itself.
    'dhcp-option=option:router',
    ...router,
    ...(dns ? [`dhcp-option=option:domain-search,${name}`] : []),
    `dhcp-option=option:mtu,${number(spec.mtu, 68, 65_535, 'mtu')}`,
    ...options.map(({ code, value }) => `dhcp-option=${number(code, 1, 254, 'options')},${checked('option', value)}`),
    ...(ipv4 ? [`dhcp-range=${range4(ipv4)},${lease}`] : []),
    // Router advertisements with a lifetime of 0: a prefix, and no route out.
    ...(ipv6 ? ['enable-ra', 'ra-param=eth0,60,0', `dhcp-range=${range6(ipv6)},${lease}`] : []),
    ...(ipv6 && dns
      ? [
          `dhcp-option=option6:dns-server,[${subnet('ipv6', ipv6.address).address}]`,
          `dhcp-option=option6:domain-search,${name}`,
        ]
      : []),
  ];
}

function range4({ address, pool }: ServicesSubnet): string {
  const { address: own, length } = subnet('ipv4', address);
  const mask = 2 ** 32 - 2 ** (32 - length);
  if (pool) return `${checked('ipv4', pool.from)},${checked('ipv4', pool.to)},${dotted(mask)}`;
  return `${dotted(Math.floor(bits(own) / 2 ** (32 - length)) * 2 ** (32 - length))},static,${dotted(mask)}`;
}

function range6({ address, pool }: ServicesSubnet): string {
  const { address: own, length } = subnet('ipv6', address);
  // Guests without DHCPv6 make their address themselves: the same, of their MAC address.
  return pool
    ? `${checked('ipv6', pool.from)},${checked('ipv6', pool.to)},slaac,${length}`
    : `${own},static,slaac,${length}`;
}

/** The addresses of vNICs, in the format of dhcp-hostsfile. The gateway VM does not get itself as its router. */
export function vnicsText({ vnics, gateway }: ServicesSpec): string {
  const lines = vnics.flatMap(({ mac, ipv4, ipv6, name }) => {
    if (ipv4 === null && ipv6 === null) return [];
    const words = [
      checked('mac', mac),
      ...(gateway?.mac === mac ? ['set:gateway'] : []),
      ...(ipv4 === null ? [] : [checked('ipv4', ipv4)]),
      ...(ipv6 === null ? [] : [`[${checked('ipv6', ipv6)}]`]),
      checked('label', name),
    ];
    return [`${words.join(',')}\n`];
  });
  return lines.join('');
}

/** The VMs of this island, in the format of /etc/hosts. */
export function namesText({ names }: ServicesSpec): string {
  return names
    .flatMap(({ name, addresses }) => addresses.map((address) => `${addressOf(address)} ${checked('label', name)}\n`))
    .join('');
}

const addressOf = (address: string): string => checked(address.includes(':') ? 'ipv6' : 'ipv4', address);

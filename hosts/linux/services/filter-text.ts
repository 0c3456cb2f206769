import type { ServicesSpec } from '../../../engine/ports/services';
import { resolverOf } from './config';
import { checked } from './names';

/** The MAC address of the host's end of a server's port. */
export const hostEndMac = (mac: string): string => `fe${checked('mac', mac).slice(2)}`;

/**
 * nft text for the server's own network namespace: guests on the bridge may ask for what it serves and ping it, and nothing else
 * goes in, out or through. Frames of the host's end are dropped: only guests are spoken to.
 */
export function serverFilterText(spec: ServicesSpec): string {
  const { mac, dhcp, dns, ipv6 } = spec;
  const udp = [...(dns ? ['53'] : []), ...(dhcp ? ['67'] : [])].join(', ');
  const resolver = dns ? resolverOf(spec) : null;
  const family = resolver?.includes(':') ? 'ip6' : 'ip';
  const neighbors = 'nd-neighbor-solicit, nd-neighbor-advert';
  const received = [
    ...(udp === '' ? [] : [`udp dport { ${udp} } accept`]),
    ...(dns ? ['tcp dport 53 accept'] : []),
    'icmp type echo-request limit rate 100/second accept',
    ...(resolver === null ? [] : [`${family} saddr ${resolver} meta l4proto { tcp, udp } th sport 53 accept`]),
    ...(ipv6 === null
      ? []
      : [
          ...(dhcp ? ['udp dport 547 accept'] : []),
          `icmpv6 type { ${neighbors}, nd-router-solicit, mld-listener-query } accept`,
          'icmpv6 type echo-request limit rate 100/second accept',
        ]),
  ];
  const sent = [
    ...(udp === '' ? [] : [`udp sport { ${udp} } accept`]),
    ...(dns ? ['tcp sport 53 accept'] : []),
    'icmp type echo-reply accept',
    ...(resolver === null ? [] : [`${family} daddr ${resolver} meta l4proto { tcp, udp } th dport 53 accept`]),
    ...(ipv6 === null
      ? []
      : [
          ...(dhcp ? ['udp sport 547 accept'] : []),
          `icmpv6 type { ${neighbors}, nd-router-advert, echo-reply, mld2-listener-report } accept`,
        ]),
  ];
  const chain = (name: string, hook: string, rules: readonly string[]): string =>
    [
      `  chain ${name} {`,
      `    type filter hook ${hook} priority 0; policy drop;`,
      ...rules.map((rule) => `    ${rule}`),
      '  }',
    ].join('\n');
  return `table inet services {
${chain('in', 'input', ['iifname != "eth0" drop', ...received])}
${chain('forward', 'forward', [])}
${chain('out', 'output', ['oifname != "eth0" drop', ...sent])}
}
table netdev services {
  chain in {
    type filter hook ingress device "eth0" priority 0; policy accept;
    ether saddr ${hostEndMac(mac)} drop
  }
}
`;
}
